using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>The features of a cluster and the levels this broker serves. A level is served when all that clients do on seeing it works.</summary>
public static class Features
{
    public const string MetadataVersion = "metadata.version";
    public const string GroupVersion = "group.version";
    public const string TransactionVersion = "transaction.version";

    /// <summary>The level at which clients use the consumer protocol (KIP-848).</summary>
    public const short FirstGroupVersionWithConsumerProtocol = 1;

    /// <summary>At 1 records of transactions have tagged fields, at 2 clients use the stronger protocol (KIP-890).</summary>
    const short NewestTransactionVersion = 2;

    /// <summary>3.3-IV3, the oldest that Kafka 4 accepts.</summary>
    const short OldestMetadataVersion = 7;

    /// <summary>4.2-IV1, the newest of a released Kafka.</summary>
    const short NewestMetadataVersion = 29;

    /// <summary>3.4-IV0, from which on brokers tell whether they migrate from ZooKeeper.</summary>
    const short FirstWithMigration = 8;

    /// <summary>3.7-IV2, from which on partitions tell the directories of their replicas.</summary>
    const short FirstWithDirectories = 17;

    /// <summary>4.0-IV1, from which on partitions tell their eligible leader replicas.</summary>
    const short FirstWithElr = 23;

    /// <summary>Up to 4.0-IV3: the levels whose records are those of the level before.</summary>
    static readonly short[] levelsWithoutNewMetadata = [9, 10, 16, 18, 19, 20, 21, 22, 24, 25];

    public static IReadOnlyDictionary<string, VersionRange> Supported { get; } = new SortedDictionary<string, VersionRange>(StringComparer.Ordinal)
    {
        [GroupVersion] = new(0, FirstGroupVersionWithConsumerProtocol),
        [MetadataVersion] = new(OldestMetadataVersion, NewestMetadataVersion),
        [TransactionVersion] = new(0, NewestTransactionVersion),
    };

    /// <summary>Whether all that the newer metadata version can say, the older one can say too.</summary>
    public static bool IsSameMetadata(short older, short newer) =>
        Enumerable.Range(older + 1, newer - older).All(level => levelsWithoutNewMetadata.Contains((short)level));

    /// <summary>Whether partitions tell the directories of their replicas.</summary>
    public static bool HasDirectories(short metadataVersion) => metadataVersion >= FirstWithDirectories;

    /// <summary>Whether partitions tell their eligible leader replicas.</summary>
    public static bool HasElr(short metadataVersion) => metadataVersion >= FirstWithElr;

    /// <summary>The version of partition records that all readers of a cluster's metadata version know.</summary>
    public static short PartitionRecordVersion(short metadataVersion) => metadataVersion switch
    {
        >= FirstWithElr => 2,
        >= FirstWithDirectories => 1,
        _ => 0,
    };

    /// <summary>Changes of partitions have had the same versions ever since.</summary>
    public static short PartitionChangeRecordVersion(short metadataVersion) => PartitionRecordVersion(metadataVersion);

    public static short BrokerRegistrationChangeRecordVersion(short metadataVersion) => metadataVersion >= FirstWithDirectories ? (short)2 : (short)1;

    /// <summary>The version of registrations; the oldest that is served has controlled shutdown already.</summary>
    public static short RegisterBrokerRecordVersion(short metadataVersion) => metadataVersion switch
    {
        >= FirstWithDirectories => 3,
        >= FirstWithMigration => 2,
        _ => 1,
    };
}
