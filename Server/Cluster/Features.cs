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

    public static IReadOnlyDictionary<string, VersionRange> Supported { get; } = new SortedDictionary<string, VersionRange>(StringComparer.Ordinal)
    {
        [MetadataVersion] = new(OldestMetadataVersion, NewestMetadataVersion),
    };
}
