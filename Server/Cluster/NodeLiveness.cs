using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// What it means for partitions which nodes are up. Pure. All replicas are one log, so every replica that is up is in sync and may lead: whoever leads stays,
/// else the first replica that is up follows.
/// </summary>
public static class NodeLiveness
{
    /// <summary>The changes that bring leaders and ISRs in step with the nodes that are up; none where they are.</summary>
    public static IReadOnlyList<MetadataRecord> Changes(ClusterImage image, IReadOnlyCollection<int> live) =>
    [
        .. from topic in image.TopicsById.Values
           from partition in topic.Partitions.Values
           let change = ChangeOf(topic.Id, partition, live, Features.HasElr(image.MetadataVersion))
           where change is not null
           select MetadataRecord.Of(change, image.MetadataVersion),
    ];

    /// <summary>A node is down: clients are not sent to it before it registers again.</summary>
    public static MetadataRecord? Fence(ClusterImage image, int nodeId) => image.Retained.FindBroker(nodeId) is { } registered
        ? MetadataRecord.Of(new BrokerRegistrationChangeRecord { BrokerId = nodeId, BrokerEpoch = registered.BrokerEpoch, Fenced = 1 }, image.MetadataVersion)
        : null;

    static PartitionChangeRecord? ChangeOf(Uuid topicId, PartitionRegistration partition, IReadOnlyCollection<int> live, bool hasElr)
    {
        var up = partition.Replicas.Where(live.Contains).ToList();
        var leader = up.Contains(partition.Leader) ? partition.Leader : up is [var first, ..] ? first : PartitionRegistration.NoLeader;
        // Who was the last in sync stays that, as in Kafka: it is known where the records are.
        var isr = up.Count == 0 ? partition.Isr : [.. partition.Isr.Where(up.Contains), .. up.Where(replica => !partition.Isr.Contains(replica))];
        if (leader == partition.Leader && isr.SequenceEqual(partition.Isr))
            return null;
        var eligible = partition.EligibleLeaderReplicas.RemoveAll(isr.Contains);
        return new()
        {
            PartitionId = partition.PartitionId,
            TopicId = topicId,
            Leader = leader == partition.Leader ? PartitionRegistration.NoLeaderChange : leader,
            Isr = isr.SequenceEqual(partition.Isr) ? null : [.. isr],
            EligibleLeaderReplicas = hasElr && eligible.Length < partition.EligibleLeaderReplicas.Length ? [.. eligible] : null,
            LastKnownElr = hasElr && !partition.LastKnownElr.IsEmpty ? [] : null,
        };
    }
}
