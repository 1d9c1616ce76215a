namespace NettyKafka.Server.Storage;

/// <summary>The log's bounds, read and moved as a whole under a lock of their own: no reader waits for an append to be written.</summary>
sealed class LogBoundsCell(long logStartOffset, long logEndOffset, long? firstUnstableOffset)
{
    readonly Lock boundsLock = new();
    LogBounds current = new(logStartOffset, StableBelow(logEndOffset, firstUnstableOffset, logStartOffset), logEndOffset, logEndOffset);

    public LogBounds Read()
    {
        lock (boundsLock)
            return current;
    }

    public void Append(long logEndOffset)
    {
        lock (boundsLock)
            current = current with { LogEndOffset = logEndOffset };
    }

    /// <summary>Moves the high watermark forward, never beyond the log's end, and the last stable offset with it.</summary>
    public void AdvanceHighWatermark(long offset, long? firstUnstableOffset)
    {
        lock (boundsLock)
        {
            var highWatermark = Math.Max(current.HighWatermark, Math.Min(offset, current.LogEndOffset));
            current = current with { HighWatermark = highWatermark, LastStableOffset = StableBelow(highWatermark, firstUnstableOffset, current.LogStartOffset) };
        }
    }

    public void AdvanceLogStart(long offset, long? firstUnstableOffset)
    {
        lock (boundsLock)
            current = current with { LogStartOffset = offset, LastStableOffset = StableBelow(current.HighWatermark, firstUnstableOffset, offset) };
    }

    public void Truncate(long offset, long? firstUnstableOffset)
    {
        lock (boundsLock)
        {
            var highWatermark = Math.Min(current.HighWatermark, offset);
            var logStartOffset = Math.Min(current.LogStartOffset, offset);
            current = new(logStartOffset, StableBelow(highWatermark, firstUnstableOffset, logStartOffset), highWatermark, offset);
        }
    }

    public void StartAt(long offset)
    {
        lock (boundsLock)
            current = new(offset, offset, offset, offset);
    }

    /// <summary>A transaction may have begun in what is gone since; the last stable offset is no less than where the log starts.</summary>
    static long StableBelow(long highWatermark, long? firstUnstableOffset, long logStartOffset) =>
        Math.Max(logStartOffset, Math.Min(firstUnstableOffset ?? highWatermark, highWatermark));
}
