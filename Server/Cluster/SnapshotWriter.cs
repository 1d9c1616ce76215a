using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>The batches of a snapshot: a header, the records, a footer. Their offsets count from 0, their epoch is that of the last record contained.</summary>
public sealed class SnapshotWriter(int epoch)
{
    const int BatchBytes = 1 << 20;

    long nextOffset;

    /// <summary>The first batch. From quorum version 1 on it has the voters, as the log does.</summary>
    public byte[] Header(long lastContainedLogTimestamp, QuorumImage quorum, long nowMs)
    {
        using var builder = NewBatch(isControl: true);
        Append(builder, nowMs, ControlRecordType.SnapshotHeader, MessageEncoding.Encode(new SnapshotHeaderRecord { Version = 0, LastContainedLogTimestamp = lastContainedLogTimestamp }, 0));
        foreach (var (type, value) in quorum.ToRecords())
            Append(builder, nowMs, type, value);
        return Complete(builder);
    }

    /// <summary>The records, in batches of a size that can be read at once.</summary>
    public IEnumerable<byte[]> Data(IEnumerable<MetadataRecord> records, long nowMs)
    {
        var builder = NewBatch(isControl: false);
        try
        {
            foreach (var record in records)
            {
                builder.Append(nowMs, null, record.ToValue());
                if (builder.UncompressedSizeInBytes < BatchBytes)
                    continue;
                yield return Complete(builder);
                builder.Dispose();
                builder = NewBatch(isControl: false);
            }

            if (builder.RecordCount > 0)
                yield return Complete(builder);
        }
        finally
        {
            builder.Dispose();
        }
    }

    public byte[] Footer(long nowMs)
    {
        using var builder = NewBatch(isControl: true);
        Append(builder, nowMs, ControlRecordType.SnapshotFooter, MessageEncoding.Encode(new SnapshotFooterRecord { Version = 0 }, 0));
        return Complete(builder);
    }

    RecordBatchBuilder NewBatch(bool isControl) => new(nextOffset) { IsControl = isControl, PartitionLeaderEpoch = epoch };

    byte[] Complete(RecordBatchBuilder builder)
    {
        nextOffset += builder.RecordCount;
        return builder.ToArray();
    }

    static void Append(RecordBatchBuilder builder, long nowMs, ControlRecordType type, byte[] value) => builder.Append(nowMs, ControlRecord.Key(type), value);
}
