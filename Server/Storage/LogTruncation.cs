using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>
/// Cuts a log off at an offset: the batch it falls in and all behind it are gone, with all that was known of them. Who asks for it keeps the cleaner away meanwhile, tells it,
/// and has the checkpoints written.
/// </summary>
sealed class LogTruncation(LogState state, LogFlush flush)
{
    /// <summary>Takes the segments above the offset out of the log, for the caller to delete. Blocks while it touches the disk.</summary>
    public (ErrorCode Error, List<LogSegment> Removed) Truncate(long offset) =>
        Guarded(() => offset < state.Bounds.Read().LogEndOffset ? CutOff(offset) : []);

    /// <summary>Takes all segments out of the log, for the caller to delete, and begins one behind them. Blocks while it touches the disk.</summary>
    public (ErrorCode Error, List<LogSegment> Removed) TruncateFullyAndStartAt(long offset) => Guarded(() => StartAt(offset));

    (ErrorCode Error, List<LogSegment> Removed) Guarded(Func<List<LogSegment>> truncate)
    {
        lock (state.AppendLock)
        {
            if (!state.IsUsable)
                return (ErrorCode.KafkaStorageError, []);
            try
            {
                return (ErrorCode.None, truncate());
            }
            catch (IOException e)
            {
                state.Fail(e);
                return (ErrorCode.KafkaStorageError, []);
            }
        }
    }

    List<LogSegment> StartAt(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(offset, state.Bounds.Read().LogEndOffset);
        var removed = state.Segments.Replace(LogSegment.Create(state.Files, state.Path, offset, state.Config.IndexIntervalBytes, state.Environment.NowMs));
        state.Epochs.TruncateFromEnd(0);
        state.Producers.TruncateFully(offset);
        state.Bounds.StartAt(offset);
        state.Files.FlushDirectory(state.Path);
        return removed;
    }

    List<LogSegment> CutOff(long offset)
    {
        if (offset < state.Segments.First.BaseOffset)
            return state.Segments.Replace(CutOffBelowFirst(offset));
        var removed = state.Segments.RemoveAbove(offset);
        var active = state.Segments.Active;
        active.Reader.TryFindBatch(offset, active.OffsetIndex.Lookup(offset).Position, out var position, out _);
        active.Truncate(offset, position, state.Environment.NowMs);
        state.Epochs.TruncateFromEnd(offset);
        state.Producers.DeleteSnapshotsAbove(offset);
        state.Producers.Rebuild(state.Segments.All, state.Bounds.Read().LogStartOffset, offset);
        state.Producers.OnHighWatermarkUpdated(Math.Min(offset, state.Bounds.Read().HighWatermark));
        // The end first: a flush in between must not take the old one for flushed.
        state.Bounds.Truncate(offset, state.Producers.FirstUnstableOffset);
        flush.Truncate(offset);
        return removed;
    }

    LogSegment CutOffBelowFirst(long offset)
    {
        state.Epochs.TruncateFromEnd(0);
        state.Producers.DeleteSnapshotsAbove(offset);
        state.Producers.TruncateFully(offset);
        state.Bounds.StartAt(offset);
        flush.Truncate(offset);
        return LogSegment.Create(state.Files, state.Path, offset, state.Config.IndexIntervalBytes, state.Environment.NowMs);
    }
}
