using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>What giving a topic more partitions means: the records that do it, or Kafka's error. Pure.</summary>
public sealed class PartitionCreation(ClusterImage image, IReadOnlyList<int> nodes)
{
    /// <summary>The directory id of a replica whose node has not said yet where it lies.</summary>
    public static readonly Uuid Unassigned = new(0, 1);

    public (ErrorCode Error, string? Message, IReadOnlyList<MetadataRecord> Records) Create(CreatePartitionsRequest.CreatePartitionsTopic wanted)
    {
        if (image.FindTopic(wanted.Name) is not { } topic)
            return (ErrorCode.UnknownTopicOrPartition, null, []);

        if (topic.IsInternal)
        {
            return (
                ErrorCode.InvalidRequest,
                $"Partitions cannot be added to the internal topic {topic.Name}: the coordinators would not find what they keep in it any more.",
                []);
        }

        var existing = topic.Partitions.Count;
        if (wanted.Count == existing)
            return (ErrorCode.InvalidPartitions, $"Topic already has {existing} partition(s).", []);
        if (wanted.Count < existing)
        {
            return (
                ErrorCode.InvalidPartitions,
                $"The topic {wanted.Name} currently has {existing} partition(s); {wanted.Count} would not be an increase.",
                []);
        }

        var additional = wanted.Count - existing;
        if (additional > Controller.MaxPartitionsPerRequest)
            return (ErrorCode.PolicyViolation, "Excessively large number of partitions per request.", []);
        var replicationFactor = topic.Partitions[0].Replicas.Length;
        if (wanted.Assignments is not { } assignments)
        {
            return replicationFactor <= nodes.Count
                ? (ErrorCode.None, null, RecordsOf(topic.Id, existing, image.MetadataVersion, ReplicaAssignment.Spread(nodes, existing, additional, replicationFactor, 0)))
                : (ErrorCode.InvalidReplicationFactor, $"Unable to replicate the partition {replicationFactor} time(s): only {nodes.Count} broker(s) are registered.", []);
        }

        if (assignments.Count != additional)
        {
            return (
                ErrorCode.InvalidReplicaAssignment,
                $"Attempted to add {additional} additional partition(s), but only {assignments.Count} assignment(s) were specified.",
                []);
        }

        foreach (var assignment in assignments)
        {
            if (ReplicaAssignment.Check(assignment.BrokerIds, replicationFactor, nodes.ToHashSet()) is { } invalid)
                return (ErrorCode.InvalidReplicaAssignment, invalid, []);
        }

        return (ErrorCode.None, null, RecordsOf(topic.Id, existing, image.MetadataVersion, [.. assignments.Select(assignment => assignment.BrokerIds.ToImmutableArray())]));
    }

    public static MetadataRecord[] RecordsOf(Uuid topicId, int firstPartition, short metadataVersion, ImmutableArray<int>[] replicas) =>
    [
        .. replicas.Select((nodes, index) => MetadataRecord.Of(
            new PartitionRecord
            {
                PartitionId = firstPartition + index,
                TopicId = topicId,
                Replicas = [.. nodes],
                Isr = [.. nodes],
                Directories = Features.HasDirectories(metadataVersion) ? [.. nodes.Select(_ => Unassigned)] : [],
                Leader = nodes[0],
                LeaderEpoch = 0,
                PartitionEpoch = 0,
            },
            metadataVersion)),
    ];
}
