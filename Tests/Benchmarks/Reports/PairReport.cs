using NettyKafka.Benchmarks.Load;

namespace NettyKafka.Benchmarks.Reports;

/// <summary>A table with a figure a row, ours beside what it is compared with: medians of the rounds and the median of the pairs' ratios.</summary>
sealed class PairReport
{
    readonly Table table;

    public PairReport(TextWriter output, string other)
    {
        table = new(output, "figure", "NettyKafka, spread", $"{other}, spread", "ratio") { FirstWidth = 48 };
        table.WriteHead();
    }

    public void Write<T>(string name, IReadOnlyCollection<(T Ours, T Other)> rounds, Func<T, double> figure) => table.WriteRow(
        name,
        Cell([.. rounds.Select(round => figure(round.Ours))]),
        Cell([.. rounds.Select(round => figure(round.Other))]),
        Figure.Format(Statistics.Median(rounds.Select(round => figure(round.Ours) / figure(round.Other)))));

    /// <summary>A figure that nothing stands beside.</summary>
    public void Write<T>(string name, IEnumerable<T> rounds, Func<T, double> figure) =>
        table.WriteRow(name, Cell([.. rounds.Select(figure)]), Figure.None, Figure.None);

    /// <summary>A percentile in milliseconds, of all rounds together: one alone may have too few for it.</summary>
    public void WritePercentile<T>(string name, IReadOnlyCollection<(T Ours, T Other)> rounds, Func<T, LatencyHistogram> latency, double share)
    {
        var ours = Percentile(rounds.Select(round => latency(round.Ours)), share);
        var other = Percentile(rounds.Select(round => latency(round.Other)), share);
        table.WriteRow(name, Figure.Format(ours), Figure.Format(other), Figure.Format(ours / other));
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
