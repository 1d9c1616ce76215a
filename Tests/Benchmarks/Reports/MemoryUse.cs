using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Reports;

/// <summary>A server's resident memory after all its load, and the most that it had.</summary>
sealed record MemoryUse(long AfterLoad, long Peak)
{
    public static MemoryUse Of(ServerProcess server) => new(server.ResidentBytes, server.PeakResidentBytes);
}
