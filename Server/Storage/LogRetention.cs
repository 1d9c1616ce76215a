using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>Takes away a log's beginning: what lies below the log start offset, and what <c>cleanup.policy=delete</c> lets go by size and by time.</summary>
sealed class LogRetention(LogState state, LogAppender appender, LogFlush flush)
{
    readonly SegmentDeletion deletion = new(state.Directory, state.Path, state.Environment);
    int unfinished;

    /// <summary>Whether a crash could find segments again that are no longer part of the log.</summary>
    public bool IsUnfinished => Volatile.Read(ref unfinished) > 0;

    /// <summary>Moves the log start offset forward, at most to the high watermark, and deletes the segments that are wholly below it.</summary>
    public async ValueTask<(ErrorCode Error, long LogStartOffset)> AdvanceLogStartAsync(long offset)
    {
        Removal removal;
        lock (state.AppendLock)
        {
            var current = state.Bounds.Read();
            if (!state.IsUsable)
                return (ErrorCode.KafkaStorageError, current.LogStartOffset);
            offset = Math.Min(offset, current.HighWatermark);
            if (offset <= current.LogStartOffset)
                return (ErrorCode.None, current.LogStartOffset);
            removal = AdvanceLogStart(offset);
        }

        await state.Environment.RunAsync(state.Files, Finish, removal).ConfigureAwait(false);
        return (state.Directory.IsOffline ? ErrorCode.KafkaStorageError : ErrorCode.None, offset);
    }

    /// <summary>Deletes the oldest segments that need not be kept and says how many. Blocks while it touches the disk.</summary>
    public int DeleteOldSegments()
    {
        Removal removal;
        LogSegment? rolled = null;
        lock (state.AppendLock)
        {
            if (!state.IsUsable)
                return 0;
            try
            {
                var offset = FirstOffsetToKeep(ref rolled);
                if (offset <= state.Segments.First.BaseOffset)
                    return 0;
                removal = AdvanceLogStart(Math.Max(offset, state.Bounds.Read().LogStartOffset));
            }
            catch (IOException e)
            {
                state.Fail(e);
                return 0;
            }
        }

        if (rolled is not null)
            flush.FlushSealed(rolled, state.Segments.Active.BaseOffset);
        Finish(removal);
        return removal.Segments.Count;
    }

    /// <summary>Deletes segments that have been taken out of the log for another reason. Blocks while it touches the disk.</summary>
    public void Delete(List<LogSegment> segments, long delayMs) => deletion.Delete(segments, delayMs);

    /// <summary>Puts a cleaned segment in the place of those it was made from; false when they are not all there any more. Readers of the old ones go on.</summary>
    /// <exception cref="IOException">It is for the next start to finish.</exception>
    public bool TryReplace(List<LogSegment> replaced, LogSegment cleaned)
    {
        if (!deletion.TrySwap(cleaned, replaced, state.Config.FileDeleteDelayMs, () => TryReplaceInLog(replaced, cleaned)))
            return false;
        foreach (var segment in replaced.Skip(1))
            state.Producers.DeleteSnapshot(segment.BaseOffset);
        return true;
    }

    /// <summary>From now on no file is touched: the log's directory goes as a whole.</summary>
    public void Discard() => deletion.Discard();

    bool TryReplaceInLog(List<LogSegment> replaced, LogSegment cleaned)
    {
        lock (state.AppendLock)
            return state.IsUsable && state.Segments.TryReplace(replaced, cleaned);
    }

    Removal AdvanceLogStart(long offset)
    {
        Interlocked.Increment(ref unfinished);
        state.Producers.OnLogStartOffsetIncremented(offset);
        state.Bounds.AdvanceLogStart(offset, state.Producers.FirstUnstableOffset);
        return new(state.Segments.RemoveBelow(offset), state.Epochs.TruncateFromStart(offset));
    }

    bool Finish(Removal removal)
    {
        try
        {
            if (removal.HasOtherEpochs)
                state.Epochs.Write();
            foreach (var segment in removal.Segments)
                state.Producers.DeleteSnapshot(segment.BaseOffset);
        }
        catch (IOException e)
        {
            state.Fail(e);
        }

        deletion.Delete(removal.Segments, state.Config.FileDeleteDelayMs);
        // On a disk that failed the segments are still there.
        if (!state.Directory.IsOffline)
            Interlocked.Decrement(ref unfinished);
        // Who was told that the records are gone must not find them again after a crash.
        state.Directory.Checkpoints.WriteLogStartOffsets();
        return true;
    }

    /// <summary>The active segment goes too when all of it has expired; a new one then begins at the log's end.</summary>
    long FirstOffsetToKeep(ref LogSegment? rolled)
    {
        var segments = state.Segments.All;
        var bounds = state.Bounds.Read();
        var count = CountBelow(segments, bounds.LogStartOffset);
        if (state.Config.IsDeleted)
            count = Math.Max(count, Math.Max(CountOversized(segments), CountExpired(segments)));
        while (count > 0 && EndOf(segments, count - 1, bounds) > bounds.HighWatermark)
            count--;
        if (count == 0)
            return segments[0].BaseOffset;
        if (count < segments.Length)
            return segments[count].BaseOffset;
        rolled = appender.Roll(bounds.LogEndOffset, state.Config);
        return bounds.LogEndOffset;
    }

    static long EndOf(ReadOnlySpan<LogSegment> segments, int index, LogBounds bounds) =>
        index + 1 < segments.Length ? segments[index + 1].BaseOffset : bounds.LogEndOffset;

    static int CountBelow(ReadOnlySpan<LogSegment> segments, long offset)
    {
        var count = 0;
        while (count + 1 < segments.Length && segments[count + 1].BaseOffset <= offset)
            count++;
        return count;
    }

    int CountOversized(ReadOnlySpan<LogSegment> segments)
    {
        if (state.Config.RetentionBytes < 0)
            return 0;
        var excess = -state.Config.RetentionBytes;
        foreach (var segment in segments)
            excess += segment.Size;
        var count = 0;
        while (count < segments.Length && !IsEmptyActive(segments, count) && excess >= segments[count].Size)
            excess -= segments[count++].Size;
        return Logged(count, "size", state.Config.RetentionBytes);
    }

    /// <summary>A segment's age is that of its latest record. A time that lies ahead of the clock keeps it, whatever the clock does.</summary>
    int CountExpired(ReadOnlySpan<LogSegment> segments)
    {
        if (state.Config.RetentionMs < 0)
            return 0;
        var now = state.Environment.NowMs;
        var count = 0;
        while (count < segments.Length && !IsEmptyActive(segments, count) && now - segments[count].LargestTimestamp > state.Config.RetentionMs)
            count++;
        return Logged(count, "time", state.Config.RetentionMs);
    }

    static bool IsEmptyActive(ReadOnlySpan<LogSegment> segments, int index) => index == segments.Length - 1 && segments[index].Size == 0;

    int Logged(int count, string reason, long limit)
    {
        if (count > 0)
            state.Environment.Logger.LogInformation("Deleting up to {Count} segments of {Partition} due to log retention {Reason} {Limit} breach", count, state.Partition, reason, limit);
        return count;
    }

    readonly record struct Removal(List<LogSegment> Segments, bool HasOtherEpochs);
}
