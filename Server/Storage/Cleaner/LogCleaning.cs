using NettyKafka.Codec.Records;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>One cleaning of one log: its dirty part is mapped, then all up to where the map reaches is written anew, group by group.</summary>
sealed class LogCleaning(LogToClean cleanable, OffsetMap map, CleanerThrottle throttle, int bufferBytes, long nowMs)
{
    readonly UnifiedLog log = cleanable.Log;
    readonly TopicConfig config = cleanable.Log.Config;
    readonly CleanerStats stats = new();

    /// <exception cref="OperationCanceledException">The log is wanted for something else, or has changed meanwhile.</exception>
    /// <exception cref="InvalidRecordException">The log is corrupt.</exception>
    /// <exception cref="IOException">The disk has failed.</exception>
    public CleanerStats Run(CancellationToken abort)
    {
        var segments = log.Segments.All.ToArray().TakeWhile(segment => segment.BaseOffset < cleanable.FirstUncleanableOffset).ToList();
        Retain(segments);
        try
        {
            Clean(segments, abort);
        }
        finally
        {
            foreach (var segment in segments)
                segment.Release();
        }

        return stats;
    }

    void Clean(List<LogSegment> segments, CancellationToken abort)
    {
        var (startOffset, upperBoundOffset) = (cleanable.FirstDirtyOffset, cleanable.FirstUncleanableOffset);
        var dirty = segments[Math.Max(0, segments.FindLastIndex(segment => segment.BaseOffset <= startOffset))..];
        new OffsetMapBuilder(map, throttle, bufferBytes, stats).Build(log, startOffset < upperBoundOffset ? dirty : [], startOffset, upperBoundOffset, abort);
        stats.EndOffset = map.LatestOffset + 1;
        stats.MapUtilization = map.Utilization;

        var transactions = new CleanedTransactions();
        using var filter = new BatchFilter(map, transactions, new(nowMs, config.DeleteRetentionMs, upperBoundOffset), stats);
        using var cleaner = new SegmentCleaner(log, config, filter, transactions, throttle, bufferBytes);
        var cleaned = segments.FindAll(segment => segment.BaseOffset < stats.EndOffset);
        var groups = SegmentGroups.Of(cleaned, config.SegmentBytes, config.SegmentIndexBytes, upperBoundOffset);
        var done = 0;
        foreach (var group in groups)
        {
            done += group.Count;
            Swap(cleaner.Clean(group, done < segments.Count ? segments[done].BaseOffset : upperBoundOffset, abort), group);
        }
    }

    void Swap(LogSegment cleaned, List<LogSegment> group)
    {
        if (log.TryReplaceSegments(group, cleaned))
            return;
        cleaned.Delete();
        throw new OperationCanceledException($"The log of {log.Partition} has changed while it was cleaned");
    }

    void Retain(List<LogSegment> segments)
    {
        var gone = segments.FindIndex(segment => !segment.TryRetain());
        if (gone < 0)
            return;
        foreach (var segment in segments[..gone])
            segment.Release();
        throw new OperationCanceledException($"The log of {log.Partition} has changed before it was cleaned");
    }
}
