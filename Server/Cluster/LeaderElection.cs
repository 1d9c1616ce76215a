using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>What electing a partition's leader means: the record that does it, or Kafka's error. Pure.</summary>
public sealed class LeaderElection(ClusterImage image, IReadOnlyList<int> nodes)
{
    public (ApiError Error, MetadataRecord? Record) Elect(string topicName, int partitionId, ElectionType type)
    {
        if (image.FindTopic(topicName) is not { } topic)
            return (new(ErrorCode.UnknownTopicOrPartition, $"No such topic as {topicName}"), null);
        if (!topic.Partitions.TryGetValue(partitionId, out var partition))
            return (new(ErrorCode.UnknownTopicOrPartition, $"No such partition as {topicName}-{partitionId}"), null);
        if (!IsNeeded(partition, type))
            return (new(ErrorCode.ElectionNotNeeded, "Leader election not needed for topic partition."), null);
        return CandidateOf(partition, type) is { } leader ? (ApiError.None, RecordOf(topic.Id, partition, leader)) : (NoCandidate(type), null);
    }

    static bool IsNeeded(PartitionRegistration partition, ElectionType type) =>
        type == ElectionType.Preferred ? partition.Leader != partition.Replicas[0] : partition.Leader == PartitionRegistration.NoLeader;

    int? CandidateOf(PartitionRegistration partition, ElectionType type)
    {
        if (type == ElectionType.Preferred)
            return nodes.Contains(partition.Replicas[0]) && partition.Isr.Contains(partition.Replicas[0]) ? partition.Replicas[0] : null;
        var live = partition.Replicas.Where(nodes.Contains).OrderByDescending(partition.Isr.Contains).ToList();
        return live.Count > 0 ? live[0] : null;
    }

    MetadataRecord RecordOf(Uuid topicId, PartitionRegistration partition, int leader)
    {
        var change = new PartitionChangeRecord
        {
            PartitionId = partition.PartitionId,
            TopicId = topicId,
            Leader = leader,
            Isr = partition.Isr.Contains(leader) ? null : [leader],
            EligibleLeaderReplicas = partition.EligibleLeaderReplicas.Contains(leader) ? [.. partition.EligibleLeaderReplicas.Remove(leader)] : null,
            LastKnownElr = partition.LastKnownElr.IsEmpty ? null : [],
        };
        return MetadataRecord.Of(change, image.MetadataVersion);
    }

    static ApiError NoCandidate(ElectionType type) => type == ElectionType.Preferred
        ? new(ErrorCode.PreferredLeaderNotAvailable, "The preferred leader was not available.")
        : new(ErrorCode.EligibleLeadersNotAvailable, "Eligible topic partition leaders are not available.");
}
