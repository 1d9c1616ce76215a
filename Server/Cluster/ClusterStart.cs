using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>What a node writes to the metadata log when it starts: on an empty log the features, then its own registration.</summary>
public static class ClusterStart
{
    /// <summary>Throws when the log has finalised a feature that this build does not serve: going on could misread the rest of the log.</summary>
    public static void CheckFeatures(ClusterImage image)
    {
        foreach (var (name, level) in image.Features)
            CheckFeature(name, level);

        var oldest = Features.Supported[Features.MetadataVersion].Min;
        if (image.MetadataVersion < oldest && (image.MetadataVersion > 0 || !image.TopicsById.IsEmpty))
            throw new IOException($"The data directory has finalized {Features.MetadataVersion}={image.MetadataVersion}; this build serves {oldest} and above");
    }

    /// <summary>Throws when a level is above what this build serves: what the log says from there on may not be known here.</summary>
    public static void CheckFeature(string name, short level)
    {
        if (Features.Supported.TryGetValue(name, out var levels) && level > levels.Max)
            throw new IOException($"The data directory has finalized {name}={level}; this build serves up to {levels.Max}");
    }

    /// <summary>A directory that was not formatted before is finalised at the newest levels that we serve.</summary>
    public static IReadOnlyList<MetadataRecord> BootstrapRecords() =>
        [.. Features.Supported.Select(feature => MetadataRecord.Of(new FeatureLevelRecord { Name = feature.Key, FeatureLevel = feature.Value.Max }))];

    public static IReadOnlyList<MetadataRecord> Registration(ClusterImage image, Node node, Uuid incarnationId) =>
        [MetadataRecord.Of(RegistrationOf(node, BrokerEpochOf(image), incarnationId), image.MetadataVersion)];

    /// <summary>The epoch of a broker that registers next: the offset of the registration itself, as in Kafka.</summary>
    public static long BrokerEpochOf(ClusterImage image) => image.Offset + 1;

    static RegisterBrokerRecord RegistrationOf(Node node, long brokerEpoch, Uuid incarnationId) => new()
    {
        BrokerId = node.Id,
        IncarnationId = incarnationId,
        BrokerEpoch = brokerEpoch,
        EndPoints =
        [
            .. node.Endpoints.Values.Select(endpoint => new RegisterBrokerRecord.BrokerEndpoint
            {
                Name = endpoint.ListenerName,
                Host = endpoint.Host ?? "localhost",
                Port = (ushort)endpoint.Port,
                SecurityProtocol = (short)endpoint.SecurityProtocol,
            }),
        ],
        Features =
        [
            .. Features.Supported.Select(feature => new RegisterBrokerRecord.BrokerFeature
            {
                Name = feature.Key,
                MinSupportedVersion = feature.Value.Min,
                MaxSupportedVersion = feature.Value.Max,
            }),
        ],
        Rack = node.Rack,
        Fenced = false,
    };
}
