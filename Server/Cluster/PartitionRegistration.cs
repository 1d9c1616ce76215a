using System.Collections.Immutable;

namespace NettyKafka.Server.Cluster;

/// <summary>What the cluster knows of a partition: who holds it, who leads it, and the epochs that fence older knowledge.</summary>
public sealed record PartitionRegistration(
    int PartitionId,
    ImmutableArray<int> Replicas,
    ImmutableArray<int> Isr,
    int Leader,
    int LeaderEpoch,
    int PartitionEpoch)
{
    public const int NoLeader = -1;
}
