using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>What giving a partition's lead to a certain node means: the record that does it, or why it cannot be. Pure.</summary>
public sealed class LeaderMove(ClusterImage image, IReadOnlyList<int> nodes)
{
    /// <summary>A node that holds no replica takes over the one of the leader before. No record where it leads already.</summary>
    public (ApiError Error, MetadataRecord? Record) Move(string topicName, int partitionId, int nodeId)
    {
        if (Find(topicName, partitionId) is not { } found)
            return Unknown(topicName, partitionId);
        if (!nodes.Contains(nodeId))
            return (new(ErrorCode.InvalidReplicaAssignment, $"Node {nodeId} is not up; there are {string.Join(", ", nodes)}"), null);
        var (topic, partition) = found;
        if (partition.Leader == nodeId)
            return (ApiError.None, null);
        return (ApiError.None, partition.Isr.Contains(nodeId) ? Led(topic.Id, partition, nodeId) : TakenOver(topic.Id, partition, nodeId));
    }

    /// <summary>The leader stays, in a new leader epoch: who knows the one before is fenced.</summary>
    public (ApiError Error, MetadataRecord? Record) BumpEpoch(string topicName, int partitionId) =>
        Find(topicName, partitionId) is var (topic, partition) ? (ApiError.None, Led(topic.Id, partition, partition.Leader)) : Unknown(topicName, partitionId);

    (TopicImage Topic, PartitionRegistration Partition)? Find(string topicName, int partitionId) =>
        image.FindTopic(topicName) is { } topic && topic.Partitions.TryGetValue(partitionId, out var partition) ? (topic, partition) : null;

    static (ApiError Error, MetadataRecord? Record) Unknown(string topicName, int partitionId) =>
        (new(ErrorCode.UnknownTopicOrPartition, $"There is no partition {topicName}-{partitionId}"), null);

    MetadataRecord Led(Uuid topicId, PartitionRegistration partition, int nodeId) =>
        MetadataRecord.Of(new PartitionChangeRecord { PartitionId = partition.PartitionId, TopicId = topicId, Leader = nodeId }, image.MetadataVersion);

    MetadataRecord TakenOver(Uuid topicId, PartitionRegistration partition, int nodeId)
    {
        var replaced = partition.Replicas.Contains(partition.Leader) ? partition.Leader : partition.Replicas[0];
        ImmutableArray<int> replicas = partition.Replicas.Contains(nodeId) ? partition.Replicas : partition.Replicas.Replace(replaced, nodeId);
        return MetadataRecord.Of(
            new PartitionChangeRecord
            {
                PartitionId = partition.PartitionId,
                TopicId = topicId,
                Replicas = [.. replicas],
                Isr = [.. replicas.Where(nodes.Contains)],
                Leader = nodeId,
                Directories = Features.HasDirectories(image.MetadataVersion) ? [.. replicas.Select(partition.DirectoryOf)] : null,
            },
            image.MetadataVersion);
    }
}
