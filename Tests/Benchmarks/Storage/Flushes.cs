using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Reports;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>How long it took until appended bytes were on the disk, each time within a window.</summary>
sealed record Flushes(TimeSpan Elapsed, LatencyHistogram Latency)
{
    public double PerSecond => Latency.Count / Elapsed.TotalSeconds;

    /// <summary>One thread writes a block at the end of a file, flushes it, and begins again.</summary>
    public static Flushes Measure(SafeFileHandle file, byte[] block, Action<SafeFileHandle> flush, TimeSpan window)
    {
        var latency = new LatencyHistogram();
        var position = RandomAccess.GetLength(file);
        var start = Stopwatch.GetTimestamp();
        for (; Stopwatch.GetElapsedTime(start) < window; position += block.Length)
        {
            var written = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, block, position);
            flush(file);
            latency.Record(Stopwatch.GetTimestamp() - written);
        }

        return new(Stopwatch.GetElapsedTime(start), latency);
    }

    public static void Write(PairReport report, string name, IReadOnlyCollection<(Flushes Ours, Flushes Raw)> rounds, string unit)
    {
        report.Write($"{name}, {unit}", rounds, round => round.PerSecond);
        report.WritePercentile($"{name}, p50 ms", rounds, round => round.Latency, 0.5);
        report.WritePercentile($"{name}, p99 ms", rounds, round => round.Latency, 0.99);
    }
}
