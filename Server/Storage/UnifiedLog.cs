using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// The log of a partition in Kafka's format. Appends go one after the other under the log's lock; reads take no lock while they touch a file. Failures of the
/// protocol and of the disk are answers, not exceptions.
/// </summary>
public sealed class UnifiedLog
{
    const string OfflineMessage = "The log directory is offline";

    readonly LogState state;
    readonly LogReader reader;
    readonly LogFlush flush;
    readonly LogAppender appender;
    readonly LogRetention retention;
    readonly LogTruncation truncation;
    readonly LogTimestamps timestamps;

    internal UnifiedLog(TopicPartition partition, LogDirectory directory, LogEnvironment environment, TopicConfig config, LoadedLog loaded)
    {
        state = new(partition, directory, environment, config, loaded);
        reader = new(state);
        flush = new(state, loaded.RecoveryPoint);
        appender = new(state, flush);
        retention = new(state, appender, flush);
        truncation = new(state, flush);
        timestamps = new(state, reader);
        Producers = new(state, reader);
    }

    public TopicPartition Partition => state.Partition;

    /// <summary>The directory with this log's files.</summary>
    public string Path => state.Path;

    /// <summary>The data directory that the log is in.</summary>
    public LogDirectory Directory => state.Directory;

    /// <summary>The topic's id as <c>partition.metadata</c> has it; zero for a log without one.</summary>
    public Uuid TopicId { get; internal set; }

    /// <summary>The topic's configuration; a new one counts from the next append on.</summary>
    public TopicConfig Config
    {
        get => state.Config;
        set => state.Config = value;
    }

    public LogBounds Bounds => state.Bounds.Read();

    public int? LatestEpoch => state.Epochs.LatestEpoch;

    /// <summary>Up to this offset all records are on the disk.</summary>
    public long RecoveryPoint => flush.RecoveryPoint;

    /// <summary>A recovery need not look below this offset.</summary>
    internal long CheckpointOffset => flush.CheckpointOffset;

    public long SizeInBytes
    {
        get
        {
            long sum = 0;
            foreach (var segment in state.Segments.All)
                sum += segment.Size;
            return sum;
        }
    }

    /// <summary>Who appends here, and their transactions.</summary>
    public LogProducers Producers { get; }

    internal LogSegments Segments => state.Segments;

    /// <summary>Whether the log start offset is more than the files say by themselves.</summary>
    internal bool StartsBehindFirstSegment => retention.IsUnfinished || Bounds.LogStartOffset > state.Segments.First.BaseOffset;

    public int SegmentCount => state.Segments.All.Length;

    /// <summary>Where a flush per append is asked for, nobody reads what a crash could take back: the high watermark is the flushed offset.</summary>
    bool FlushesEveryAppend => Config.FlushMessages <= 1;

    /// <summary>Loads a log from its directory, recovering what needs it; creates it where there is none. Blocks while it reads.</summary>
    public static UnifiedLog Open(TopicPartition partition, LogDirectory directory, string path, TopicConfig config, LogEnvironment environment, LogCheckpoints checkpoints)
    {
        var log = new UnifiedLog(partition, directory, environment, config, new LogRecovery(partition, directory, path, config, environment).Load(checkpoints));
        // All that was found is below the high watermark: it must be as durable as what is appended.
        if (log.FlushesEveryAppend)
            log.flush.Flush(log.Bounds.LogEndOffset);
        return log;
    }

    /// <summary>
    /// Appends whole batches, which get their offsets and the leader epoch in place. All of them are appended or none. The batches have been validated one by one;
    /// here they are checked against the log: sizes, and what their producers have appended before. The caller keeps the records.
    /// </summary>
    public ValueTask<LogAppendInfo> AppendAsync(Records records, int leaderEpoch, AppendOrigin origin, TransactionalAppend transaction = default)
    {
        var info = Append(records, leaderEpoch, origin, transaction, out var needsFlush);
        return needsFlush ? AnswerWhenFlushedAsync(info) : new(info);
    }

    /// <summary>As <see cref="AppendAsync"/>, without the flush that the topic may ask for.</summary>
    internal LogAppendInfo Append(Records records, int leaderEpoch, AppendOrigin origin, TransactionalAppend transaction, out bool needsFlush)
    {
        needsFlush = false;
        LogAppendInfo info;
        LogSegment? rolled;
        lock (state.AppendLock)
        {
            if (!state.IsUsable)
                return LogAppendInfo.Failed(ErrorCode.KafkaStorageError, OfflineMessage);
            info = appender.Append(records.Span, leaderEpoch, origin, transaction, Config, out rolled);
            // Asked before a sealed segment is flushed: that may reach past this append, and moves no high watermark.
            needsFlush = info.Error == ErrorCode.None && NeedsFlush(info.LastOffset);
            // Where nobody reads what is not flushed, and a flush has reached past this append already, there is no other that would let it be read.
            if (info.Error == ErrorCode.None && !(FlushesEveryAppend && needsFlush))
                MoveHighWatermark(FlushesEveryAppend ? flush.RecoveryPoint : info.LastOffset + 1);
        }

        if (info.Error == ErrorCode.None)
            flush.OnAppended();
        if (rolled is not null)
            flush.FlushSealed(rolled, state.Segments.Active.BaseOffset);
        return info;
    }

    /// <summary>
    /// Reads whole batches, the first of them the one that <paramref name="offset"/> falls in. Together they have at most <paramref name="maxBytes"/>; a larger first
    /// batch comes alone if <paramref name="minOneBatch"/>. The receiver releases the records.
    /// </summary>
    public async ValueTask<FetchDataInfo> ReadAsync(long offset, int maxBytes, FetchIsolation isolation, bool minOneBatch)
    {
        var snapshot = Bounds;
        if (state.Directory.IsOffline)
            return FetchDataInfo.Failed(ErrorCode.KafkaStorageError, snapshot);
        if (offset < snapshot.LogStartOffset || offset > snapshot.LogEndOffset)
            return FetchDataInfo.Failed(ErrorCode.OffsetOutOfRange, snapshot);
        var limitOffset = snapshot.LimitOf(isolation);
        try
        {
            var records = offset < limitOffset ? await reader.ReadAsync(offset, limitOffset, maxBytes, minOneBatch).ConfigureAwait(false) : Records.Empty;
            // What is gone has been deleted, or the whole log is closed: only the first says something about the offset.
            if (records is null)
                return FetchDataInfo.Failed(offset < Bounds.LogStartOffset ? ErrorCode.OffsetOutOfRange : ErrorCode.KafkaStorageError, Bounds);
            return new(ErrorCode.None, records, snapshot) { AbortedTransactions = isolation == FetchIsolation.TxnCommitted ? FindAborted(offset, records) : null };
        }
        catch (IOException e)
        {
            state.Fail(e);
            return FetchDataInfo.Failed(ErrorCode.KafkaStorageError, snapshot);
        }
        catch (InvalidRecordException)
        {
            return FetchDataInfo.Failed(ErrorCode.CorruptMessage, snapshot);
        }
    }

    /// <summary>The first record, from the log's start to its end, that is not earlier than a time; null when there is none.</summary>
    public ValueTask<TimestampSearchResult> FindOffsetByTimestampAsync(long timestamp) => timestamps.FindFirstAsync(timestamp);

    /// <summary>The first record with the greatest timestamp of the log; null when no record has one.</summary>
    public ValueTask<TimestampSearchResult> FindMaxTimestampAsync() => timestamps.FindMaxAsync();

    /// <summary>Where the segments begin, oldest first, with the latest time in each.</summary>
    public IReadOnlyList<(long Offset, long MaxTimestamp)> SegmentStarts() => timestamps.SegmentStarts();

    /// <summary>The leader epoch that wrote an offset; null when that is not known any more.</summary>
    public int? EpochForOffset(long offset) => state.Epochs.EpochFor(offset);

    /// <summary>Notes that a leader epoch begins at the log's end: the leader of that epoch takes over.</summary>
    public ErrorCode AssignLeaderEpoch(int epoch)
    {
        lock (state.AppendLock)
        {
            if (!state.IsUsable)
                return ErrorCode.KafkaStorageError;
            try
            {
                state.Epochs.Assign(epoch, Bounds.LogEndOffset);
                return ErrorCode.None;
            }
            catch (IOException e)
            {
                state.Fail(e);
                return ErrorCode.KafkaStorageError;
            }
        }
    }

    /// <summary>Begins a new segment unless the active one is empty: what is in those before can be compacted.</summary>
    public async ValueTask RollAsync() => await state.Environment.RunAsync(state.Files, Roll).ConfigureAwait(false);

    public EpochEndOffset EndOffsetForEpoch(int epoch) => state.Epochs.EndOffsetFor(epoch, Bounds.LogEndOffset);

    /// <summary>Makes all that is appended durable.</summary>
    public async ValueTask<ErrorCode> FlushAsync()
    {
        if (!await flush.FlushAsync(Bounds.LogEndOffset).ConfigureAwait(false))
            return ErrorCode.KafkaStorageError;
        AdvanceHighWatermark(flush.RecoveryPoint);
        return ErrorCode.None;
    }

    /// <summary>
    /// Moves the log start offset forward, at most to the high watermark, and deletes the segments that are wholly below it. What is below is not read any more.
    /// </summary>
    public ValueTask<(ErrorCode Error, long LogStartOffset)> AdvanceLogStartAsync(long offset) => retention.AdvanceLogStartAsync(offset);

    /// <summary>Deletes the segments that the topic's retention lets go, and says how many. Blocks while it touches the disk.</summary>
    public int DeleteOldSegments() => retention.DeleteOldSegments();

    /// <summary>Cuts the log off at an offset: the batch it falls in and all behind it are gone.</summary>
    public async ValueTask<ErrorCode> TruncateAsync(long offset) => await state.Environment.RunAsync(state.Files, Truncate, offset).ConfigureAwait(false);

    /// <summary>Drops all that the log has; it goes on at an offset that it has not come to.</summary>
    public async ValueTask<ErrorCode> TruncateFullyAndStartAtAsync(long offset) =>
        await state.Environment.RunAsync(state.Files, TruncateFullyAndStartAt, offset).ConfigureAwait(false);

    internal bool TryReplaceSegments(List<LogSegment> replaced, LogSegment cleaned) => retention.TryReplace(replaced, cleaned);

    /// <summary>A failure of the disk takes the directory offline, unless the log is on its way out and its files may be gone.</summary>
    internal void Fail(IOException cause) => state.Fail(cause);

    /// <summary>
    /// Keeps the log as it is, while another takes its place: until it is thawed, what would change it fails with KAFKA_STORAGE_ERROR, and can be tried again then.
    /// </summary>
    internal void Freeze()
    {
        lock (state.AppendLock)
            state.Freeze();
    }

    internal void Thaw() => state.Thaw();

    /// <summary>Done when the log is no longer frozen.</summary>
    internal Task Thawed => state.Thawed;

    internal bool IsUsable => state.IsUsable;

    /// <summary>Reads whole batches from an offset on, whoever may see them; null when they are not there any more or cannot be read. Blocks while it reads.</summary>
    internal Records? ReadToMove(long offset, int maxBytes)
    {
        try
        {
            return reader.Read(offset, Bounds.LogEndOffset, maxBytes, minOneBatch: true, isCold: true);
        }
        catch (InvalidRecordException)
        {
            return null;
        }
        catch (IOException e)
        {
            state.Fail(e);
            return null;
        }
    }

    /// <summary>Moves the log start offset forward in a log that nobody reads yet; what is below stays.</summary>
    internal void StartAt(long offset)
    {
        lock (state.AppendLock)
        {
            if (offset > Bounds.LogStartOffset)
                state.Bounds.AdvanceLogStart(offset, state.Producers.FirstUnstableOffset);
        }
    }

    /// <summary>Makes all that is appended durable, on this thread. False when the directory is offline.</summary>
    internal bool Flush() => flush.Flush(Bounds.LogEndOffset);

    /// <summary>Writes what is known beside the records, leader epochs and producers, into the directory of a log that has the same records.</summary>
    internal void WriteStateTo(IFileSystem files, string path)
    {
        lock (state.AppendLock)
        {
            state.Epochs.WriteTo(files, path);
            state.Producers.WriteSnapshotTo(files, path, Bounds.LogEndOffset);
        }
    }

    /// <summary>Flushes the log and leaves its files as a clean stop has them; afterwards it takes no appends.</summary>
    public void Close()
    {
        lock (state.AppendLock)
        {
            if (!state.TryClose())
                return;
            if (!state.Directory.IsOffline)
                CloseFiles();
            foreach (var segment in state.Segments.All)
                segment.Dispose();
        }
    }

    /// <summary>Closes a log that is about to be deleted: nothing of it is written any more, and what fails from now on says nothing about the disk.</summary>
    public void Discard()
    {
        // Before the log's lock: who replaces a segment has the files locked and then asks for that.
        retention.Discard();
        lock (state.AppendLock)
        {
            state.Discard();
            flush.Discard();
            state.Epochs.Discard();
            foreach (var segment in state.Segments.All)
                segment.Dispose();
        }
    }

    ErrorCode TruncateFullyAndStartAt(long offset)
    {
        var (error, removed) = truncation.TruncateFullyAndStartAt(offset);
        retention.Delete(removed, delayMs: 0);
        return error;
    }

    /// <summary>As <see cref="TruncateAsync"/>, on this thread.</summary>
    internal ErrorCode Truncate(long offset)
    {
        var (error, removed) = truncation.Truncate(offset);
        retention.Delete(removed, delayMs: 0);
        return error;
    }

    void Roll()
    {
        LogSegment rolled;
        lock (state.AppendLock)
        {
            if (!state.IsUsable || state.Segments.Active.Size == 0)
                return;
            try
            {
                rolled = appender.Roll(Bounds.LogEndOffset, Config);
            }
            catch (IOException e)
            {
                state.Fail(e);
                return;
            }
        }

        flush.FlushSealed(rolled, state.Segments.Active.BaseOffset);
    }

    void CloseFiles()
    {
        try
        {
            state.Producers.TakeSnapshot(flush: true);
            state.Segments.Active.Close();
            flush.Flush(Bounds.LogEndOffset);
            state.Segments.Active.FlushIndexes();
        }
        catch (IOException e)
        {
            state.Fail(e);
        }
    }

    bool NeedsFlush(long lastOffset)
    {
        var flushMessages = Config.FlushMessages;
        return flushMessages < long.MaxValue && lastOffset >= flush.RecoveryPoint + flushMessages - 1;
    }

    async ValueTask<LogAppendInfo> AnswerWhenFlushedAsync(LogAppendInfo info)
    {
        var error = await FlushAsync().ConfigureAwait(false);
        return error == ErrorCode.None ? info : LogAppendInfo.Failed(error, OfflineMessage);
    }

    void AdvanceHighWatermark(long offset)
    {
        lock (state.AppendLock)
            MoveHighWatermark(offset);
    }

    void MoveHighWatermark(long offset)
    {
        state.Producers.OnHighWatermarkUpdated(offset);
        state.Bounds.AdvanceHighWatermark(offset, state.Producers.FirstUnstableOffset);
    }

    List<AbortedTransaction> FindAborted(long offset, Records records)
    {
        var rest = records.Span;
        var endOffset = offset;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
            endOffset = batch.NextOffset;
        return endOffset > offset ? reader.FindAborted(offset, endOffset) : [];
    }
}
