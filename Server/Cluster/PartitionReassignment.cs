using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// What giving a partition other replicas means: the record that does it, or Kafka's error. Pure. All nodes see the same data, so nothing has to be copied first:
/// a reassignment is done as soon as it is asked for.
/// </summary>
public sealed class PartitionReassignment(ClusterImage image, IReadOnlyList<int> nodes, bool allowReplicationFactorChange)
{
    /// <summary>Without replicas the reassignment in progress is cancelled; no record where nothing changes.</summary>
    public (ApiError Error, MetadataRecord? Record) Alter(string topicName, AlterPartitionReassignmentsRequest.ReassignablePartition wanted)
    {
        if (image.FindTopic(topicName) is not { } topic)
            return Failed(ErrorCode.UnknownTopicOrPartition, $"Unable to find a topic named {topicName}.");
        if (!topic.Partitions.TryGetValue(wanted.PartitionIndex, out var partition))
            return Failed(ErrorCode.UnknownTopicOrPartition, $"Unable to find partition {topicName}:{wanted.PartitionIndex}.");
        return wanted.Replicas is { } replicas ? Change(topic.Id, partition, replicas) : Cancel(topic.Id, partition);
    }

    (ApiError Error, MetadataRecord? Record) Cancel(Uuid topicId, PartitionRegistration partition) => partition.IsBeingReassigned
        ? (ApiError.None, RecordOf(topicId, partition, partition.Replicas.RemoveRange(partition.AddingReplicas)))
        : Failed(ErrorCode.NoReassignmentInProgress, "No partition reassignment is in progress.");

    (ApiError Error, MetadataRecord? Record) Change(Uuid topicId, PartitionRegistration partition, List<int> replicas)
    {
        if (ReplicaAssignment.Check(replicas, replicas.Count, nodes) is { } invalid)
            return Failed(ErrorCode.InvalidReplicaAssignment, invalid);
        var replicationFactor = partition.Replicas.Length - partition.AddingReplicas.Length;
        if (!allowReplicationFactorChange && replicas.Count != replicationFactor)
            return Failed(ErrorCode.InvalidReplicationFactor, $"The replication factor is changed from {replicationFactor} to {replicas.Count}");
        return partition.Replicas.SequenceEqual(replicas) && !partition.IsBeingReassigned ? (ApiError.None, null) : (ApiError.None, RecordOf(topicId, partition, [.. replicas]));
    }

    MetadataRecord RecordOf(Uuid topicId, PartitionRegistration before, ImmutableArray<int> replicas)
    {
        var change = new PartitionChangeRecord
        {
            PartitionId = before.PartitionId,
            TopicId = topicId,
            Replicas = [.. replicas],
            Isr = [.. replicas],
            Leader = replicas.Contains(before.Leader) ? PartitionRegistration.NoLeaderChange : replicas[0],
            RemovingReplicas = before.RemovingReplicas.IsEmpty ? null : [],
            AddingReplicas = before.AddingReplicas.IsEmpty ? null : [],
            Directories = Features.HasDirectories(image.MetadataVersion) ? [.. replicas.Select(before.DirectoryOf)] : null,
        };
        return MetadataRecord.Of(change, image.MetadataVersion);
    }

    static (ApiError Error, MetadataRecord? Record) Failed(ErrorCode error, string message) => (new(error, message), null);
}
