using System.Diagnostics;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>What some work on bytes took; the CPU time is that of all threads of this process.</summary>
readonly record struct WorkTime(long Bytes, TimeSpan Elapsed, TimeSpan Cpu)
{
    public double MegabytesPerSecond => Bytes / 1e6 / Elapsed.TotalSeconds;

    public double GigabytesPerSecond => MegabytesPerSecond / 1000;

    public double CpuSecondsPerGigabyte => Cpu.TotalSeconds / (Bytes / 1e9);

    /// <summary>Takes the time of work that says how many bytes it was.</summary>
    public static async Task<WorkTime> OfAsync(Func<Task<long>> work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var bytes = await work();
        return new(bytes, Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
    }

    public static WorkTime Of(Func<long> work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var bytes = work();
        return new(bytes, Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
    }
}
