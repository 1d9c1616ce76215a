using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>
/// Takes batches into a log: offsets, producers' checks, a new segment when it is time, one write. All of them are appended or none. Its caller holds the log's lock.
/// </summary>
sealed class LogAppender(LogState state, LogFlush flush)
{
    readonly LogEnvironment environment = state.Environment;
    readonly LogSegments segments = state.Segments;
    readonly ProducerStateManager producers = state.Producers;
    readonly LogBoundsCell bounds = state.Bounds;
    long segmentJitterMs = NewSegmentJitter(state.Config);

    /// <summary>Appends batches to the active segment, or to a new one; then the segment that has been rolled is to be flushed.</summary>
    public LogAppendInfo Append(Span<byte> bytes, int leaderEpoch, AppendOrigin origin, TransactionalAppend transaction, TopicConfig config, out LogSegment? rolled)
    {
        rolled = null;
        var logEndOffset = bounds.Read().LogEndOffset;
        if (BatchesToAppend.TryPrepare(bytes, logEndOffset, leaderEpoch, config.MaxMessageBytes, origin, out var batches) is { } refused)
            return refused;
        if (bytes.Length > config.SegmentBytes)
            return LogAppendInfo.Failed(ErrorCode.RecordListTooLarge, $"Message batch size is {bytes.Length} bytes in append to partition {state.Partition}, which exceeds the maximum configured segment size of {config.SegmentBytes}");
        if (CheckProducers(bytes, origin, transaction) is { } answered)
            return answered;

        try
        {
            rolled = RollIfNeeded(batches, logEndOffset, config);
            AssignEpochs(bytes);
            segments.Active.Write(bytes);
        }
        catch (IOException e)
        {
            return NotWritten(e);
        }

        return Publish(batches);
    }

    /// <summary>Answers a batch that is refused or was appended before; null when all can be appended.</summary>
    LogAppendInfo? CheckProducers(Span<byte> bytes, AppendOrigin origin, TransactionalAppend transaction)
    {
        producers.BeginAppend();
        while (RecordBatch.TryTakeFirst(ref bytes, out var batch))
        {
            var check = producers.Check(batch, origin, transaction);
            if (check.Duplicate is { } duplicate)
                return new(duplicate.FirstOffset, duplicate.LastOffset, duplicate.Timestamp, bounds.Read().LogStartOffset) { IsDuplicate = true };
            if (check.Error != ErrorCode.None)
                return LogAppendInfo.Failed(check.Error, check.Message!);
        }

        return null;
    }

    void AssignEpochs(Span<byte> bytes)
    {
        while (RecordBatch.TryTakeFirst(ref bytes, out var batch))
        {
            if (batch.PartitionLeaderEpoch >= 0)
                state.Epochs.Assign(batch.PartitionLeaderEpoch, batch.BaseOffset);
        }
    }

    /// <summary>What a failed write has left behind is in doubt, so the directory is offline. Recovery cuts it off.</summary>
    LogAppendInfo NotWritten(IOException cause)
    {
        state.Fail(cause);
        return LogAppendInfo.Failed(ErrorCode.KafkaStorageError, $"Error while appending records to {state.Partition}: {cause.Message}");
    }

    LogAppendInfo Publish(BatchesToAppend batches)
    {
        var active = segments.Active;
        try
        {
            producers.Commit(active.TransactionIndex, batches.NextOffset);
        }
        catch (IOException e)
        {
            return NotWritten(e);
        }

        active.Publish(batches.Bytes, environment.NowMs);
        bounds.Append(batches.NextOffset);
        return new(batches.BaseOffset, batches.NextOffset - 1, batches.LogAppendTimeMs, bounds.Read().LogStartOffset);
    }

    LogSegment? RollIfNeeded(BatchesToAppend batches, long logEndOffset, TopicConfig config)
    {
        var active = segments.Active;
        var baseOffset = Math.Max(logEndOffset, batches.BaseOffset);
        var needed = (active.Size > 0 && IsFull(active, batches, config)) || !active.CanHold(batches.NextOffset - 1);
        return needed && baseOffset > active.BaseOffset ? Roll(baseOffset, config) : null;
    }

    bool IsFull(LogSegment active, BatchesToAppend batches, TopicConfig config) =>
        active.Size > config.SegmentBytes - batches.Bytes.Length
        || active.TimeWaitedForRoll(environment.NowMs, batches.MaxTimestamp) > config.MaxSegmentMs - segmentJitterMs
        || active.OffsetIndex.IsFull(config.SegmentIndexBytes) || active.TimeIndex.IsFull(config.SegmentIndexBytes);

    /// <summary>Begins a new segment at an offset; the one before it is returned, for <see cref="LogFlush.FlushSealed"/>.</summary>
    public LogSegment Roll(long baseOffset, TopicConfig config)
    {
        var rolled = segments.Active;
        var created = LogSegment.Create(state.Files, state.Path, baseOffset, config.IndexIntervalBytes, environment.NowMs, config.Preallocate ? config.SegmentBytes : 0);
        try
        {
            rolled.Seal();
            producers.TakeSnapshot(flush: false);
        }
        catch
        {
            created.Delete();
            throw;
        }

        // Before anything behind it can be flushed: the recovery point must not pass it.
        flush.Sealed(rolled);
        segments.Add(created);
        segmentJitterMs = NewSegmentJitter(config);
        environment.Logger.LogInformation("Rolled new log segment of {Partition} at offset {Offset}", state.Partition, baseOffset);
        return rolled;
    }

    /// <summary>Spreads the rolls by time of topics that were created together.</summary>
    static long NewSegmentJitter(TopicConfig config) => Math.Min(config.SegmentJitterMs, config.SegmentMs) is > 0 and var jitter ? Random.Shared.NextInt64(jitter) : 0;
}
