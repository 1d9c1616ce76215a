using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>The features of a cluster and the levels this broker serves. A level is served when all that clients do on seeing it works.</summary>
public static class Features
{
    public const string MetadataVersion = "metadata.version";

    /// <summary>3.3-IV3, the oldest that Kafka 4 accepts.</summary>
    const short OldestMetadataVersion = 7;

    /// <summary>4.2-IV1, the newest of a released Kafka.</summary>
    const short NewestMetadataVersion = 29;

    /// <summary>3.7-IV2, from which on partitions tell the directories of their replicas.</summary>
    const short FirstWithDirectories = 17;

    /// <summary>4.0-IV1, from which on partitions tell their eligible leader replicas.</summary>
    const short FirstWithElr = 23;

    public static IReadOnlyDictionary<string, VersionRange> Supported { get; } = new SortedDictionary<string, VersionRange>(StringComparer.Ordinal)
    {
        [MetadataVersion] = new(OldestMetadataVersion, NewestMetadataVersion),
    };

    /// <summary>The version of partition records that all readers of a cluster's metadata version know, unless it would lose what is known of the partition.</summary>
    public static short VersionOf(PartitionRecord record, short metadataVersion)
    {
        if (metadataVersion >= FirstWithElr || record.EligibleLeaderReplicas is not null || record.LastKnownElr is not null)
            return 2;
        return metadataVersion >= FirstWithDirectories || record.Directories.Count > 0 ? (short)1 : (short)0;
    }
}
