namespace NettyKafka.Server.Storage;

/// <summary>
/// Brings a log onto the disk, one flush at a time: who waits meanwhile finds its records flushed with those of the flush before. A failed fsync is never tried
/// again, since what it should have written may be lost without a trace.
/// </summary>
sealed class LogFlush(LogState state, long recoveryPoint)
{
    readonly Lock flushLock = new();
    readonly SortedSet<long> sealedUnflushed = [];
    long recoveryPoint = recoveryPoint;
    bool isScheduled;

    /// <summary>Up to this offset all records are on the disk.</summary>
    public long RecoveryPoint => Volatile.Read(ref recoveryPoint);

    /// <summary>Where a recovery has to begin: before a sealed segment whose indexes are not on the disk yet, whatever its records are.</summary>
    public long CheckpointOffset
    {
        get
        {
            lock (sealedUnflushed)
                return sealedUnflushed.Count == 0 ? RecoveryPoint : Math.Min(RecoveryPoint, sealedUnflushed.Min);
        }
    }

    /// <summary>Flushes all below an offset, together with whatever else waits for a flush; false when that failed and the directory is offline.</summary>
    public async ValueTask<bool> FlushAsync(long offset)
    {
        if (offset <= RecoveryPoint)
            return !state.Directory.IsOffline;
        if (state.Files.IsInMemory)
            return Flush(offset);
        return await state.Environment.GroupCommit.FlushAsync(this, offset).ConfigureAwait(false);
    }

    public bool Flush(long offset)
    {
        lock (flushLock)
        {
            if (state.Directory.IsOffline)
                return false;
            if (offset <= recoveryPoint)
                return true;
            if (state.IsDiscarded)
                return false;
            var endOffset = state.Bounds.Read().LogEndOffset;
            try
            {
                FlushSegments(endOffset);
            }
            catch (IOException e)
            {
                state.Directory.Fail(e);
                return false;
            }

            Volatile.Write(ref recoveryPoint, endOffset);
            return true;
        }
    }

    /// <summary>Where <c>flush.ms</c> is set: the first append after a flush starts the time until the next one.</summary>
    public void OnAppended()
    {
        var flushMs = state.Config.FlushMs;
        if (flushMs < long.MaxValue && !Interlocked.Exchange(ref isScheduled, true))
            state.Environment.Later(state.Files, flushMs, FlushDue);
    }

    /// <summary>Notes that a segment has been rolled: <see cref="FlushSealed"/> is to follow.</summary>
    public void Sealed(LogSegment segment)
    {
        lock (sealedUnflushed)
            sealedUnflushed.Add(segment.BaseOffset);
    }

    /// <summary>Flushes a segment that has been rolled, indexes included; nobody waits for it.</summary>
    public void FlushSealed(LogSegment segment, long endOffset)
    {
        if (state.Files.IsInMemory)
            FlushWhole(segment, endOffset);
        else
            state.Environment.Executor.Post(() => FlushWhole(segment, endOffset));
    }

    /// <summary>From now on nothing is flushed: the log has been discarded.</summary>
    public void Discard()
    {
        lock (flushLock)
            Volatile.Write(ref isScheduled, true);
    }

    public void Truncate(long offset)
    {
        lock (flushLock)
            Volatile.Write(ref recoveryPoint, Math.Min(recoveryPoint, offset));
    }

    void FlushDue()
    {
        Volatile.Write(ref isScheduled, false);
        Flush(state.Bounds.Read().LogEndOffset);
    }

    void FlushSegments(long endOffset)
    {
        var hasNewNames = false;
        foreach (var segment in state.Segments.From(recoveryPoint))
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
            state.Files.FlushDirectory(state.Path);
    }

    void FlushWhole(LogSegment segment, long endOffset)
    {
        if (state.Directory.IsOffline)
            return;
        if (!segment.TryRetain())
        {
            ForgetSealed(segment);
            return;
        }

        try
        {
            segment.FlushIndexes();
            if (Flush(endOffset))
                ForgetSealed(segment);
        }
        catch (IOException e)
        {
            state.Fail(e);
        }
        finally
        {
            segment.Release();
        }
    }

    void ForgetSealed(LogSegment segment)
    {
        lock (sealedUnflushed)
            sealedUnflushed.Remove(segment.BaseOffset);
    }
}
