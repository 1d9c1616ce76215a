using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>Finds records by their time: the indexes name the batch, the record is looked for inside it.</summary>
static class TimestampSearch
{
    /// <summary>The first record of a segment that is not earlier than a time, and not below an offset.</summary>
    public static OffsetAtTimestamp? FindFirst(LogSegment segment, long timestamp, long startOffset)
    {
        var from = Math.Max(segment.TimeIndex.Lookup(timestamp).Offset, startOffset);
        using var scanner = new SegmentScanner(segment.Reader, segment.OffsetIndex.Lookup(from).Position);
        while (scanner.TryTake(out var batch))
        {
            if (batch.MaxTimestamp >= timestamp && batch.LastOffset >= startOffset && FindIn(batch, timestamp, startOffset) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>The first record with the greatest timestamp of a segment.</summary>
    public static OffsetAtTimestamp? FindMax(LogSegment segment, TimestampOffset maxTimestamp)
    {
        using var scanner = new SegmentScanner(segment.Reader, segment.OffsetIndex.Lookup(maxTimestamp.Offset).Position);
        while (scanner.TryTake(out var batch))
        {
            if (batch.MaxTimestamp == maxTimestamp.Timestamp)
                return FindIn(batch, maxTimestamp.Timestamp, batch.BaseOffset);
        }

        return null;
    }

    static OffsetAtTimestamp? FindIn(RecordBatch batch, long timestamp, long startOffset)
    {
        foreach (var record in batch.ReadRecords())
        {
            if (record.Timestamp >= timestamp && record.Offset >= startOffset)
                return new(record.Offset, record.Timestamp, batch.PartitionLeaderEpoch);
        }

        return null;
    }
}

/// <summary>A record found by its time, and the leader epoch it was written in.</summary>
public readonly record struct OffsetAtTimestamp(long Offset, long Timestamp, int LeaderEpoch);

/// <summary>What a search by time answers: without an error the record, or null when there is none.</summary>
public readonly record struct TimestampSearchResult(ErrorCode Error, OffsetAtTimestamp? Found);
