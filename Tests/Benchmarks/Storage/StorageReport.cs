using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Reports;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>The table of the storage benchmarks: a figure a row, medians of the rounds and the median of the pairs' ratios.</summary>
sealed class StorageReport
{
    readonly Table table;

    public StorageReport(TextWriter output)
    {
        table = new(output, "figure", "NettyKafka, spread", "raw, spread", "ratio") { FirstWidth = 48 };
        table.WriteHead();
    }

    public void Write<T>(string name, IReadOnlyCollection<(T Ours, T Raw)> rounds, Func<T, double> figure) => table.WriteRow(
        name,
        Cell([.. rounds.Select(round => figure(round.Ours))]),
        Cell([.. rounds.Select(round => figure(round.Raw))]),
        Figure.Format(Statistics.Median(rounds.Select(round => figure(round.Ours) / figure(round.Raw)))));

    /// <summary>A figure that nothing raw stands beside.</summary>
    public void Write<T>(string name, IEnumerable<T> rounds, Func<T, double> figure) =>
        table.WriteRow(name, Cell([.. rounds.Select(figure)]), Figure.None, Figure.None);

    /// <summary>A percentile in milliseconds, of all rounds together: one alone may have too few for it.</summary>
    public void WritePercentile<T>(string name, IReadOnlyCollection<(T Ours, T Raw)> rounds, Func<T, LatencyHistogram> latency, double share)
    {
        var ours = Percentile(rounds.Select(round => latency(round.Ours)), share);
        var raw = Percentile(rounds.Select(round => latency(round.Raw)), share);
        table.WriteRow(name, Figure.Format(ours), Figure.Format(raw), Figure.Format(ours / raw));
    }

    public void WriteFlushes(string name, IReadOnlyCollection<(Flushes Ours, Flushes Raw)> rounds, string unit)
    {
        Write($"{name}, {unit}", rounds, round => round.PerSecond);
        WritePercentile($"{name}, p50 ms", rounds, round => round.Latency, 0.5);
        WritePercentile($"{name}, p99 ms", rounds, round => round.Latency, 0.99);
    }

    static string Cell(double[] rounds) => rounds.Length == 1 ? Figure.Format(rounds[0]) : $"{Figure.Format(Statistics.Median(rounds))} {Figure.Percent(Statistics.Spread(rounds))}";

    static double Percentile(IEnumerable<LatencyHistogram> rounds, double share)
    {
        var all = new LatencyHistogram();
        foreach (var round in rounds)
            all.Add(round);
        return all.Percentile(share).TotalMilliseconds;
    }
}
