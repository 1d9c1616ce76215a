namespace NettyKafka.Server.Storage;

/// <summary>
/// Brings a log onto the disk, one flush at a time: who waits meanwhile finds its records flushed with those of the flush before. A failed fsync is never tried
/// again, since what it should have written may be lost without a trace.
/// </summary>
sealed class LogFlush(LogSegments segments, LogDirectory directory, LogEnvironment environment, LogBoundsCell bounds, string path, long recoveryPoint)
{
    readonly Lock flushLock = new();
    long recoveryPoint = recoveryPoint;
    bool isDiscarded;

    public long RecoveryPoint => Volatile.Read(ref recoveryPoint);

    /// <summary>Flushes all below an offset; false when that failed and the directory is offline.</summary>
    public async ValueTask<bool> FlushAsync(long offset)
    {
        if (offset <= RecoveryPoint)
            return !directory.IsOffline;
        if (directory.Files.IsInMemory)
            return Flush(offset);
        return await environment.Executor.RunAsync(static work => work.Flush.Flush(work.Offset), (Flush: this, Offset: offset)).ConfigureAwait(false);
    }

    public bool Flush(long offset)
    {
        lock (flushLock)
        {
            if (directory.IsOffline)
                return false;
            if (offset <= recoveryPoint)
                return true;
            if (isDiscarded)
                return false;
            var endOffset = bounds.Read().LogEndOffset;
            try
            {
                FlushSegments(endOffset);
            }
            catch (IOException e)
            {
                directory.Fail(e);
                return false;
            }

            Volatile.Write(ref recoveryPoint, endOffset);
            return true;
        }
    }

    /// <summary>Flushes a segment that has been rolled, indexes included; nobody waits for it.</summary>
    public void FlushSealed(LogSegment segment, long endOffset)
    {
        if (directory.Files.IsInMemory)
            FlushWhole(segment, endOffset);
        else
            environment.Executor.Post(() => FlushWhole(segment, endOffset));
    }

    /// <summary>From now on nothing is flushed: the log is about to be deleted.</summary>
    public void Discard()
    {
        lock (flushLock)
            Volatile.Write(ref isDiscarded, true);
    }

    public void Truncate(long offset)
    {
        lock (flushLock)
            Volatile.Write(ref recoveryPoint, Math.Min(recoveryPoint, offset));
    }

    void FlushSegments(long endOffset)
    {
        var hasNewNames = false;
        foreach (var segment in segments.From(recoveryPoint))
        {
            if (segment.BaseOffset >= endOffset || !segment.TryRetain())
                continue;
            try
            {
                hasNewNames |= segment.BaseOffset >= recoveryPoint;
                segment.FlushLog();
            }
            finally
            {
                segment.Release();
            }
        }

        if (hasNewNames)
            directory.Files.FlushDirectory(path);
    }

    void FlushWhole(LogSegment segment, long endOffset)
    {
        if (directory.IsOffline || !segment.TryRetain())
            return;
        try
        {
            segment.FlushIndexes();
            Flush(endOffset);
        }
        catch (IOException e)
        {
            if (!Volatile.Read(ref isDiscarded))
                directory.Fail(e);
        }
        finally
        {
            segment.Release();
        }
    }
}
