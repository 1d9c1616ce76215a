using NettyKafka.Codec.Records;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>Writes what stays of a group of segments into a new one.</summary>
sealed class SegmentCleaner(UnifiedLog log, TopicConfig config, BatchFilter filter, CleanedTransactions transactions, CleanerThrottle throttle, int bufferBytes) : IDisposable
{
    readonly IFileSystem files = log.Directory.Files;
    readonly PooledBuffer retained = new();

    /// <summary>Makes the new segment, durable and with the suffix of one that does not count yet. <paramref name="endOffset"/> is where the next segment begins.</summary>
    public LogSegment Clean(IReadOnlyList<LogSegment> group, long endOffset, CancellationToken abort)
    {
        var cleaned = LogSegment.Create(files, log.Path, group[0].BaseOffset, config.IndexIntervalBytes, group[^1].LastModified, fileSuffix: LogFiles.CleanedSuffix);
        try
        {
            transactions.CleanedIndex = cleaned.TransactionIndex;
            filter.LastRecords = log.Producers.LastRecords();
            for (var i = 0; i < group.Count; i++)
            {
                transactions.Add(log.Producers.CollectAborted(group[i].BaseOffset, i + 1 < group.Count ? group[i + 1].BaseOffset : endOffset));
                CleanInto(cleaned, group[i], abort);
            }

            cleaned.Seal();
            cleaned.FlushLog();
            cleaned.FlushIndexes();
            files.FlushDirectory(log.Path);
            return cleaned;
        }
        catch
        {
            cleaned.Delete();
            throw;
        }
    }

    public void Dispose() => retained.Dispose();

    void CleanInto(LogSegment cleaned, LogSegment segment, CancellationToken abort)
    {
        using var reader = new CleanerReader(segment, 0, bufferBytes, throttle, abort);
        while (reader.TryTake(out var batch))
        {
            if (!cleaned.CanHold(batch.LastOffset))
                throw new InvalidRecordException($"{segment.Path} has offset {batch.LastOffset}, too far from the segment's base offset");
            try
            {
                filter.Filter(batch, retained);
            }
            catch (InvalidRecordException e)
            {
                throw reader.Corrupt(batch, e);
            }

            if (retained.WrittenCount >= bufferBytes)
                Write(cleaned, abort);
        }

        Write(cleaned, abort);
    }

    void Write(LogSegment cleaned, CancellationToken abort)
    {
        if (retained.WrittenCount == 0)
            return;
        if ((long)cleaned.Size + retained.WrittenCount > int.MaxValue)
            throw new InvalidRecordException($"{cleaned.Path} would be larger than a segment can be");
        cleaned.Write(retained.WrittenSpan);
        cleaned.Publish(retained.WrittenSpan, cleaned.LastModified);
        throttle.Take(retained.WrittenCount, abort);
        retained.Clear();
    }
}
