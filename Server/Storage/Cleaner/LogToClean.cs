using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>A log as a cleaner thread sees it: what of it is clean, what can be cleaned, and what not yet.</summary>
sealed record LogToClean(UnifiedLog Log, long FirstDirtyOffset, long FirstUncleanableOffset, long CleanBytes, long CleanableBytes, bool IsOverdue)
{
    public double CleanableRatio => TotalBytes == 0 ? 0 : (double)CleanableBytes / TotalBytes;

    /// <summary>Whether there is enough to do, or something has waited for <c>max.compaction.lag.ms</c>.</summary>
    public bool IsWorthCleaning => TotalBytes > 0 && ((IsOverdue && CleanableBytes > 0) || CleanableRatio > Log.Config.MinCleanableDirtyRatio);

    long TotalBytes => CleanBytes + CleanableBytes;

    /// <summary>Cleaning ends before the active segment, the last stable offset and the first segment with a record younger than <c>min.compaction.lag.ms</c>.</summary>
    /// <exception cref="IOException">A segment cannot be read.</exception>
    public static LogToClean Of(UnifiedLog log, long? cleanerPoint, long nowMs, ILogger logger)
    {
        var segments = log.Segments.All.ToArray();
        var firstDirtyOffset = FirstDirty(log, cleanerPoint, logger);
        var firstUncleanable = FirstUncleanable(segments, log, firstDirtyOffset, nowMs);
        var firstDirtySegment = Math.Max(0, Array.FindLastIndex(segments, segment => segment.BaseOffset <= firstDirtyOffset));
        var cleanable = firstDirtySegment < firstUncleanable ? segments[firstDirtySegment..firstUncleanable] : [];
        return new(
            log,
            firstDirtyOffset,
            segments[firstUncleanable].BaseOffset,
            segments.Where(segment => segment.BaseOffset < firstDirtyOffset).Sum(segment => (long)segment.Size),
            cleanable.Sum(segment => (long)segment.Size),
            IsAnyOlder(segments[Math.Min(firstDirtySegment, segments.Length - 1)..^1], nowMs - log.Config.MaxCompactionLagMs));
    }

    /// <summary>A checkpoint outside of the log says nothing: then all of it counts as dirty.</summary>
    static long FirstDirty(UnifiedLog log, long? cleanerPoint, ILogger logger)
    {
        var bounds = log.Bounds;
        var offset = cleanerPoint ?? bounds.LogStartOffset;
        if (offset >= bounds.LogStartOffset && offset <= bounds.LogEndOffset)
            return offset;
        // Retention moves the log start past it all the time.
        if (offset > bounds.LogEndOffset || !log.Config.IsDeleted)
            logger.LogWarning("Resetting first dirty offset of {Partition} to log start offset {LogStartOffset} since the checkpointed offset {Offset} is invalid", log.Partition, bounds.LogStartOffset, offset);
        return bounds.LogStartOffset;
    }

    /// <summary>The first segment that is not cleaned.</summary>
    static int FirstUncleanable(LogSegment[] segments, UnifiedLog log, long firstDirtyOffset, long nowMs)
    {
        var active = segments.Length - 1;
        var lastStableOffset = log.Bounds.LastStableOffset;
        var first = lastStableOffset >= segments[active].BaseOffset ? active : Math.Max(0, Array.FindLastIndex(segments, segment => segment.BaseOffset <= lastStableOffset));
        if (log.Config.MinCompactionLagMs <= 0)
            return first;
        var horizon = nowMs - log.Config.MinCompactionLagMs;
        var dirty = Math.Max(0, Array.FindLastIndex(segments, segment => segment.BaseOffset <= firstDirtyOffset));
        while (dirty < first && segments[dirty].LargestTimestamp <= horizon)
            dirty++;
        return Math.Min(first, dirty);
    }

    static bool IsAnyOlder(LogSegment[] segments, long timestamp)
    {
        foreach (var segment in segments)
        {
            if (!segment.TryRetain())
                continue;
            try
            {
                if (segment.GetFirstBatchTimestamp() is > 0 and { } first && first < timestamp)
                    return true;
            }
            finally
            {
                segment.Release();
            }
        }

        return false;
    }
}
