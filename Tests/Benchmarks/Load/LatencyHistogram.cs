using System.Diagnostics;
using System.Numerics;

namespace NettyKafka.Benchmarks.Load;

/// <summary>Counts durations in buckets that are at most 1/64 wide; recording allocates nothing.</summary>
sealed class LatencyHistogram
{
    const int SubBucketBits = 6;
    const int SubBuckets = 1 << SubBucketBits;

    readonly long[] counts = new long[(64 - SubBucketBits + 1) * SubBuckets];

    public long Count { get; private set; }

    public void Record(long ticks)
    {
        counts[IndexOf(ticks)]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < counts.Length; i++)
            counts[i] += other.counts[i];
        Count += other.Count;
    }

    /// <summary>The duration that the given share of all stays within.</summary>
    public TimeSpan Percentile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        var index = 0;
        for (var seen = counts[0]; seen < rank; seen += counts[index])
            index++;
        return Stopwatch.GetElapsedTime(0, TicksOf(index));
    }

    static int IndexOf(long ticks)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)ticks | 1) - SubBucketBits);
        return (shift * SubBuckets) + (int)(ticks >> shift);
    }

    static long TicksOf(int index)
    {
        var shift = Math.Max(0, (index / SubBuckets) - 1);
        return (long)(index - (shift * SubBuckets)) << shift;
    }
}
