using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// The state of the cluster at one point of the metadata log. It is never changed: replaying a record answers the next one. Records that mean nothing here
/// yet are retained as they are.
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

    /// <summary>The finalised level of <c>metadata.version</c>; 0 while there is none.</summary>
    public short MetadataVersion => Features.GetValueOrDefault(Cluster.Features.MetadataVersion);

    public ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> Configs { get; private init; } =
        ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>>.Empty;

    public ClientQuotasImage ClientQuotas { get; private init; } = ClientQuotasImage.Empty;

    public ScramImage Scram { get; private init; } = ScramImage.Empty;

    public DelegationTokensImage DelegationTokens { get; private init; } = DelegationTokensImage.Empty;

    /// <summary>The first producer id that no broker has been given yet.</summary>
    public long NextProducerId { get; private init; }

    public AclsImage Acls { get; private init; } = AclsImage.Empty;

    /// <summary>Everything else that the log says.</summary>
    public RetainedRecords Retained { get; private init; } = RetainedRecords.Empty;

    public QuorumImage Quorum { get; init; } = QuorumImage.Empty;

    /// <summary>The offset of the last record replayed, -1 before the first.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>The leader epoch that the last record was written in.</summary>
    public int Epoch { get; init; }

    /// <summary>When the last record was written.</summary>
    public long LogTimeMs { get; init; }

    /// <summary>The image before the transaction whose records are being replayed; null outside of one.</summary>
    public ClusterImage? BeforeTransaction { get; private init; }

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
        ClientQuotaRecord.RecordType when record.Version <= ClientQuotaRecord.Versions.Max => this with { ClientQuotas = ClientQuotas.Replay(record.Decode<ClientQuotaRecord>()) },
        ProducerIdsRecord.RecordType => this with { NextProducerId = record.Decode<ProducerIdsRecord>().NextProducerId },
        AccessControlEntryRecord.RecordType when record.Version <= AccessControlEntryRecord.Versions.Max => this with { Acls = Acls.Replay(record.Decode<AccessControlEntryRecord>()) },
        RemoveAccessControlEntryRecord.RecordType when record.Version <= RemoveAccessControlEntryRecord.Versions.Max =>
            this with { Acls = Acls.Replay(record.Decode<RemoveAccessControlEntryRecord>()) },
        ClearElrRecord.RecordType => Replay(record.Decode<ClearElrRecord>()),
        UserScramCredentialRecord.RecordType when record.Is<UserScramCredentialRecord>() => this with { Scram = Scram.Replay(record.Decode<UserScramCredentialRecord>()) },
        RemoveUserScramCredentialRecord.RecordType when record.Is<RemoveUserScramCredentialRecord>() => this with { Scram = Scram.Replay(record.Decode<RemoveUserScramCredentialRecord>()) },
        DelegationTokenRecord.RecordType when record.Is<DelegationTokenRecord>() => this with { DelegationTokens = DelegationTokens.Replay(record.Decode<DelegationTokenRecord>()) },
        RemoveDelegationTokenRecord.RecordType when record.Is<RemoveDelegationTokenRecord>() => this with { DelegationTokens = DelegationTokens.Replay(record.Decode<RemoveDelegationTokenRecord>()) },
        NoOpRecord.RecordType => this,
        BeginTransactionRecord.RecordType => this with { BeforeTransaction = this },
        EndTransactionRecord.RecordType => this with { BeforeTransaction = null },
        AbortTransactionRecord.RecordType => BeforeTransaction is { } before ? before with { Quorum = Quorum, Offset = Offset, Epoch = Epoch, LogTimeMs = LogTimeMs } : this,
        _ => this with { Retained = Retained.Replay(record) },
    };

    ClusterImage Replay(TopicRecord record) =>
        With(new TopicImage(record.Name, record.TopicId, ImmutableSortedDictionary<int, PartitionRegistration>.Empty));

    ClusterImage Replay(PartitionRecord record)
    {
        var topic = TopicsById[record.TopicId];
        return With(topic with { Partitions = topic.Partitions.SetItem(record.PartitionId, PartitionRegistration.Of(record)) });
    }

    ClusterImage Replay(PartitionChangeRecord record)
    {
        var topic = TopicsById[record.TopicId];
        return With(topic with { Partitions = topic.Partitions.SetItem(record.PartitionId, topic.Partitions[record.PartitionId].Merge(record)) });
    }

    /// <summary>Without a name every topic's ELRs are cleared.</summary>
    ClusterImage Replay(ClearElrRecord record) => record.TopicName.Length > 0
        ? WithoutElr(TopicsByName[record.TopicName])
        : TopicsById.Values.Aggregate(this, (image, topic) => image.WithoutElr(topic));

    ClusterImage WithoutElr(TopicImage topic) => topic.Partitions.Values.All(partition => partition.EligibleLeaderReplicas.IsEmpty && partition.LastKnownElr.IsEmpty)
        ? this
        : With(topic with { Partitions = topic.Partitions.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value with { EligibleLeaderReplicas = [], LastKnownElr = [] }) });

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
