using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Load;

/// <summary>What each connection sends and keeps in flight, and the answer of the broker that the limit gives too.</summary>
sealed record Workload(IReadOnlyList<FrameRing> Connections, int Depth, byte[] Answer, Role LimitRole = Role.Answer);
