using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

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

    /// <summary>In a change: the leader stays.</summary>
    public const int NoLeaderChange = -2;

    const sbyte NoRecoveryStateChange = -1;

    /// <summary>In which of its node's directories each replica lies.</summary>
    public ImmutableArray<Uuid> Directories { get; init; } = [];

    public ImmutableArray<int> RemovingReplicas { get; init; } = [];

    public ImmutableArray<int> AddingReplicas { get; init; } = [];

    public sbyte LeaderRecoveryState { get; init; }

    /// <summary>Replicas outside the ISR that may lead nevertheless, since they have all that is committed.</summary>
    public ImmutableArray<int> EligibleLeaderReplicas { get; init; } = [];

    public ImmutableArray<int> LastKnownElr { get; init; } = [];

    public bool IsBeingReassigned => !AddingReplicas.IsEmpty || !RemovingReplicas.IsEmpty;

    /// <summary>The directory in which a node keeps its replica; that of a node which has not said yet is <see cref="PartitionCreation.Unassigned"/>.</summary>
    public Uuid DirectoryOf(int node) => Replicas.IndexOf(node) is >= 0 and var index && index < Directories.Length ? Directories[index] : PartitionCreation.Unassigned;

    public static PartitionRegistration Of(PartitionRecord record) =>
        new(record.PartitionId, [.. record.Replicas], [.. record.Isr], record.Leader, record.LeaderEpoch, record.PartitionEpoch)
        {
            Directories = [.. record.Directories],
            RemovingReplicas = [.. record.RemovingReplicas],
            AddingReplicas = [.. record.AddingReplicas],
            LeaderRecoveryState = record.LeaderRecoveryState,
            EligibleLeaderReplicas = [.. record.EligibleLeaderReplicas ?? []],
            LastKnownElr = [.. record.LastKnownElr ?? []],
        };

    public PartitionRegistration Merge(PartitionChangeRecord record) => this with
    {
        Replicas = Merge(Replicas, record.Replicas),
        Isr = Merge(Isr, record.Isr),
        Leader = record.Leader == NoLeaderChange ? Leader : record.Leader,
        LeaderEpoch = record.Leader == NoLeaderChange ? LeaderEpoch : LeaderEpoch + 1,
        PartitionEpoch = PartitionEpoch + 1,
        Directories = Merge(Directories, record.Directories),
        RemovingReplicas = Merge(RemovingReplicas, record.RemovingReplicas),
        AddingReplicas = Merge(AddingReplicas, record.AddingReplicas),
        LeaderRecoveryState = record.LeaderRecoveryState == NoRecoveryStateChange ? LeaderRecoveryState : record.LeaderRecoveryState,
        EligibleLeaderReplicas = Merge(EligibleLeaderReplicas, record.EligibleLeaderReplicas),
        LastKnownElr = Merge(LastKnownElr, record.LastKnownElr),
    };

    /// <summary>The one record that says all of it; what the cluster's metadata version does not have, none of its brokers has written.</summary>
    public PartitionRecord ToRecord(Uuid topicId, short metadataVersion) => new()
    {
        PartitionId = PartitionId,
        TopicId = topicId,
        Replicas = [.. Replicas],
        Isr = [.. Isr],
        RemovingReplicas = [.. RemovingReplicas],
        AddingReplicas = [.. AddingReplicas],
        Leader = Leader,
        LeaderRecoveryState = LeaderRecoveryState,
        LeaderEpoch = LeaderEpoch,
        PartitionEpoch = PartitionEpoch,
        Directories = Features.HasDirectories(metadataVersion) ? [.. Directories] : [],
        EligibleLeaderReplicas = Features.HasElr(metadataVersion) && !EligibleLeaderReplicas.IsEmpty ? [.. EligibleLeaderReplicas] : null,
        LastKnownElr = Features.HasElr(metadataVersion) && !LastKnownElr.IsEmpty ? [.. LastKnownElr] : null,
    };

    static ImmutableArray<T> Merge<T>(ImmutableArray<T> before, List<T>? changed) => changed is null ? before : [.. changed];
}
