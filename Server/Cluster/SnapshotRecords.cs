using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Cluster;

/// <summary>The records that lead to an image, in the order in which Kafka writes them: features first, since they say which versions the others have.</summary>
public static class SnapshotRecords
{
    const int NoBroker = -1;

    public static IEnumerable<MetadataRecord> Of(ClusterImage image) =>
        FeaturesOf(image).Concat(TopicsOf(image)).Concat(ConfigsOf(image)).Concat(ClientQuotasOf(image)).Concat(ProducerIdsOf(image))
            .Concat(AclsOf(image)).Concat(image.Scram.ToRecords()).Concat(image.DelegationTokens.ToRecords()).Concat(image.Retained.All);

    static IEnumerable<MetadataRecord> FeaturesOf(ClusterImage image) =>
        from feature in image.Features
        orderby feature.Key != Features.MetadataVersion
        select MetadataRecord.Of(new FeatureLevelRecord { Name = feature.Key, FeatureLevel = feature.Value });

    static IEnumerable<MetadataRecord> TopicsOf(ClusterImage image)
    {
        foreach (var topic in image.TopicsById.Values)
        {
            yield return MetadataRecord.Of(new TopicRecord { Name = topic.Name, TopicId = topic.Id });
            foreach (var partition in topic.Partitions.Values)
                yield return MetadataRecord.Of(partition.ToRecord(topic.Id, image.MetadataVersion), image.MetadataVersion);
        }
    }

    static IEnumerable<MetadataRecord> ConfigsOf(ClusterImage image) =>
        from resource in image.Configs
        from config in resource.Value
        select MetadataRecord.Of(new ConfigRecord
        {
            ResourceType = (sbyte)resource.Key.Type,
            ResourceName = resource.Key.Name,
            Name = config.Key,
            Value = config.Value,
        });

    static IEnumerable<MetadataRecord> ClientQuotasOf(ClusterImage image) => image.ClientQuotas.Records.Select(MetadataRecord.Of);

    /// <summary>Whom the last block was given to does not matter any more.</summary>
    static IEnumerable<MetadataRecord> ProducerIdsOf(ClusterImage image) =>
        image.NextProducerId > 0 ? [MetadataRecord.Of(new ProducerIdsRecord { BrokerId = NoBroker, NextProducerId = image.NextProducerId })] : [];

    static IEnumerable<MetadataRecord> AclsOf(ClusterImage image) => image.Acls.Records.Select(MetadataRecord.Of);
}
