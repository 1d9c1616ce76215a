namespace NettyKafka.Benchmarks.Servers;

/// <summary>What a server process has used so far, or between two looks at it; a native one does not tell its allocations.</summary>
readonly record struct ServerUsage(TimeSpan Cpu, long? AllocatedBytes)
{
    public static ServerUsage operator -(ServerUsage after, ServerUsage before) => new(after.Cpu - before.Cpu, after.AllocatedBytes - before.AllocatedBytes);
}
