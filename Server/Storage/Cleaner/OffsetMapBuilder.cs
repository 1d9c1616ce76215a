using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>Fills the map with the keys of a log's dirty part, as far as it has room. Records of aborted transactions do not count.</summary>
sealed class OffsetMapBuilder(OffsetMap map, CleanerThrottle throttle, int bufferBytes, CleanerStats stats)
{
    /// <summary>Reads the segments of a range of offsets: the first has its start in it, the last ends with it.</summary>
    public void Build(UnifiedLog log, IReadOnlyList<LogSegment> segments, long startOffset, long endOffset, CancellationToken abort)
    {
        map.Prepare(startOffset, Math.Max(0, endOffset - startOffset));
        var transactions = new CleanedTransactions();
        transactions.Add(log.Producers.CollectAborted(startOffset, endOffset));
        for (var i = 0; i < segments.Count; i++)
        {
            var position = segments[i].OffsetIndex.Lookup(startOffset).Position;
            using var reader = new CleanerReader(segments[i], position, bufferBytes, throttle, abort);
            if (!TryAdd(reader, startOffset, transactions))
                return;
            // What is missing at a segment's end is no key's.
            map.LatestOffset = (i + 1 < segments.Count ? segments[i + 1].BaseOffset : endOffset) - 1;
        }
    }

    bool TryAdd(CleanerReader reader, long startOffset, CleanedTransactions transactions)
    {
        while (reader.TryTake(out var batch))
        {
            stats.MapBytesRead += batch.SizeInBytes;
            stats.MapRecordsRead += batch.RecordCount;
            var isAborted = transactions.CanDiscard(batch);
            if (batch.LastOffset < startOffset)
                continue;
            if (!batch.IsControl && !isAborted && !TryAdd(reader, batch, startOffset))
                return false;
            map.LatestOffset = batch.LastOffset;
        }

        return true;
    }

    bool TryAdd(CleanerReader reader, RecordBatch batch, long startOffset)
    {
        try
        {
            foreach (var record in batch.ReadRecords())
            {
                if (record.HasKey && record.Offset >= startOffset && !map.TryPut(record.Key, record.Offset))
                    return false;
            }
        }
        catch (InvalidRecordException e)
        {
            throw reader.Corrupt(batch, e);
        }

        return true;
    }
}
