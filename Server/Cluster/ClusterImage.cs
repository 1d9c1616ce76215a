using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// The state of the cluster at one point of the metadata log. It is never changed: replaying a record answers the next one. Records that mean nothing here
/// yet are passed over; they stay in the log as they are.
/// </summary>
public sealed record ClusterImage
{
    public static readonly ClusterImage Empty = new();

    public ImmutableDictionary<string, TopicImage> TopicsByName { get; private init; } = ImmutableDictionary.Create<string, TopicImage>(StringComparer.Ordinal);

    public ImmutableDictionary<Uuid, TopicImage> TopicsById { get; private init; } = ImmutableDictionary<Uuid, TopicImage>.Empty;

    /// <summary>Names with '.' or '_', by what they are alike in: of "a.b" and "a_b" only one can exist.</summary>
    public ImmutableDictionary<string, string> CollidingNames { get; private init; } = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Finalised levels by feature name.</summary>
    public ImmutableSortedDictionary<string, short> Features { get; private init; } = ImmutableSortedDictionary.Create<string, short>(StringComparer.Ordinal);

    public ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> Configs { get; private init; } =
        ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>The first producer id that no broker has been given yet.</summary>
    public long NextProducerId { get; private init; }

    /// <summary>The offset of the last record replayed, -1 before the first.</summary>
    public long Offset { get; init; } = -1;

    public TopicImage? FindTopic(string name) => TopicsByName.GetValueOrDefault(name);

    public TopicImage? FindTopic(Uuid id) => TopicsById.GetValueOrDefault(id);

    public ImmutableSortedDictionary<string, string> ConfigsOf(ConfigResource resource) =>
        Configs.GetValueOrDefault(resource) ?? ImmutableSortedDictionary<string, string>.Empty;

    public ClusterImage Replay(in MetadataRecord record) => record.Type switch
    {
        TopicRecord.RecordType => Replay(record.Decode<TopicRecord>()),
        PartitionRecord.RecordType => Replay(record.Decode<PartitionRecord>()),
        PartitionChangeRecord.RecordType => Replay(record.Decode<PartitionChangeRecord>()),
        RemoveTopicRecord.RecordType => Replay(record.Decode<RemoveTopicRecord>()),
        ConfigRecord.RecordType => Replay(record.Decode<ConfigRecord>()),
        FeatureLevelRecord.RecordType => Replay(record.Decode<FeatureLevelRecord>()),
        ProducerIdsRecord.RecordType => this with { NextProducerId = record.Decode<ProducerIdsRecord>().NextProducerId },
        _ => this,
    };

    ClusterImage Replay(TopicRecord record) =>
        With(new TopicImage(record.Name, record.TopicId, ImmutableSortedDictionary<int, PartitionRegistration>.Empty));

    ClusterImage Replay(PartitionRecord record)
    {
        var topic = TopicsById[record.TopicId];
        var partition = new PartitionRegistration(
            record.PartitionId, [.. record.Replicas], [.. record.Isr], record.Leader, record.LeaderEpoch, record.PartitionEpoch);
        return With(topic with { Partitions = topic.Partitions.SetItem(record.PartitionId, partition) });
    }

    ClusterImage Replay(PartitionChangeRecord record)
    {
        const int noChange = -2;
        var topic = TopicsById[record.TopicId];
        var partition = topic.Partitions[record.PartitionId];
        var next = partition with
        {
            Replicas = record.Replicas is { } replicas ? [.. replicas] : partition.Replicas,
            Isr = record.Isr is { } isr ? [.. isr] : partition.Isr,
            Leader = record.Leader == noChange ? partition.Leader : record.Leader,
            LeaderEpoch = record.Leader == noChange ? partition.LeaderEpoch : partition.LeaderEpoch + 1,
            PartitionEpoch = partition.PartitionEpoch + 1,
        };
        return With(topic with { Partitions = topic.Partitions.SetItem(record.PartitionId, next) });
    }

    ClusterImage Replay(RemoveTopicRecord record)
    {
        var topic = TopicsById[record.TopicId];
        return this with
        {
            TopicsById = TopicsById.Remove(topic.Id),
            TopicsByName = TopicsByName.Remove(topic.Name),
            CollidingNames = CollidingNames.Remove(TopicName.Unify(topic.Name)),
            Configs = Configs.Remove(new(ConfigResourceType.Topic, topic.Name)),
        };
    }

    ClusterImage Replay(ConfigRecord record)
    {
        var resource = new ConfigResource((ConfigResourceType)record.ResourceType, record.ResourceName);
        var configs = ConfigsOf(resource);
        configs = record.Value is null ? configs.Remove(record.Name) : configs.SetItem(record.Name, record.Value);
        return this with { Configs = configs.IsEmpty ? Configs.Remove(resource) : Configs.SetItem(resource, configs) };
    }

    ClusterImage Replay(FeatureLevelRecord record) => this with
    {
        Features = record.FeatureLevel == 0 ? Features.Remove(record.Name) : Features.SetItem(record.Name, record.FeatureLevel),
    };

    ClusterImage With(TopicImage topic) => this with
    {
        TopicsById = TopicsById.SetItem(topic.Id, topic),
        TopicsByName = TopicsByName.SetItem(topic.Name, topic),
        CollidingNames = TopicName.CanCollide(topic.Name) ? CollidingNames.SetItem(TopicName.Unify(topic.Name), topic.Name) : CollidingNames,
    };
}
