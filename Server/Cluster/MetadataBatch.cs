using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Cluster;

/// <summary>Replays the batches of the metadata log and of snapshots.</summary>
static class MetadataBatch
{
    /// <exception cref="InvalidDataException">A record is not framed as metadata.</exception>
    public static IReadOnlyList<MetadataRecord> Parse(RecordBatch batch)
    {
        var records = new List<MetadataRecord>(batch.RecordCount);
        foreach (var record in batch.ReadRecords())
            records.Add(Parse(record));
        return records;
    }

    /// <summary>The image that a batch leads to, control batch or not.</summary>
    /// <exception cref="IOException">A feature is finalised above what this build serves.</exception>
    public static ClusterImage Replay(ClusterImage image, RecordBatch batch)
    {
        foreach (var record in batch.ReadRecords())
        {
            if (!batch.IsControl)
                image = Replay(image, Parse(record));
            else if (ControlRecord.TryReadType(record.Key, out var type))
                image = image with { Quorum = image.Quorum.Replay(type, record.Value) };
        }

        return image;
    }

    static ClusterImage Replay(ClusterImage image, in MetadataRecord record)
    {
        if (record.Type == FeatureLevelRecord.RecordType && record.Decode<FeatureLevelRecord>() is var feature)
            ClusterStart.CheckFeature(feature.Name, feature.FeatureLevel);
        return image.Replay(record);
    }

    static MetadataRecord Parse(in Record record) => MetadataRecord.TryParse(record.Value.ToArray(), out var parsed)
        ? parsed
        : throw new InvalidDataException($"the record at offset {record.Offset} is not framed as metadata");
}
