using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Load;

/// <summary>What one run of a load found. <paramref name="Answered"/> counts the requests before and after the measured time too.</summary>
sealed record Measurement(TimeSpan Elapsed, long Requests, long Bytes, ServerUsage Usage, LatencyHistogram Latency, long Answered)
{
    public double RequestsPerSecond => Requests / Elapsed.TotalSeconds;

    public double MegabytesPerSecond => Bytes / 1e6 / Elapsed.TotalSeconds;

    public double CpuSecondsPerGigabyte => Usage.Cpu.TotalSeconds / (Bytes / 1e9);

    public double CpuSecondsPerMillionRequests => Usage.Cpu.TotalSeconds / (Requests / 1e6);

    public double? AllocatedBytesPerRequest => (double?)Usage.AllocatedBytes / Requests;
}
