using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>
/// The log of a partition in Kafka's format. Appends go one after the other under the log's lock; reads take no lock while they touch a file. Failures of the
/// protocol and of the disk are answers, not exceptions.
/// </summary>
public sealed class UnifiedLog
{
    const string OfflineMessage = "The log directory is offline";

    readonly Lock appendLock = new();
    readonly LogDirectory directory;
    readonly LogEnvironment environment;
    readonly LogSegments segments;
    readonly LeaderEpochCache epochs;
    readonly ProducerStateManager producers;
    readonly LogReader reader;
    readonly LogFlush flush;
    readonly LogBoundsCell bounds;
    readonly LogAppender appender;
    readonly SegmentDeletion deletion;
    TopicConfig config;
    bool isClosed;
    bool isDiscarded;

    internal UnifiedLog(TopicPartition partition, LogDirectory directory, LogEnvironment environment, TopicConfig config, LoadedLog loaded)
    {
        Partition = partition;
        Path = loaded.Path;
        this.directory = directory;
        this.environment = environment;
        this.config = config;
        segments = new(loaded.Segments);
        (epochs, producers) = (loaded.Epochs, loaded.Producers);
        reader = new(segments, directory.Files.IsInMemory, environment);
        bounds = new(loaded.LogStartOffset, loaded.LogEndOffset, producers.FirstUnstableOffset);
        flush = new(segments, directory, environment, bounds, loaded.Path, loaded.RecoveryPoint);
        appender = new(partition, directory, environment, segments, loaded, bounds, config);
        deletion = new(directory, environment);
    }

    public TopicPartition Partition { get; }

    /// <summary>The directory with this log's files.</summary>
    public string Path { get; }

    /// <summary>The topic's id as <c>partition.metadata</c> has it; zero for a log without one.</summary>
    public Uuid TopicId { get; internal set; }

    /// <summary>The topic's configuration; a new one counts from the next append on.</summary>
    public TopicConfig Config
    {
        get => Volatile.Read(ref config);
        set => Volatile.Write(ref config, value);
    }

    public LogBounds Bounds => bounds.Read();

    public int? LatestEpoch => epochs.LatestEpoch;

    /// <summary>Up to this offset all is on the disk: recovery need not look below it.</summary>
    public long RecoveryPoint => flush.RecoveryPoint;

    public long SizeInBytes
    {
        get
        {
            long sum = 0;
            foreach (var segment in segments.All)
                sum += segment.Size;
            return sum;
        }
    }

    /// <summary>Whether the log start offset is more than the files say by themselves.</summary>
    internal bool StartsBehindFirstSegment => bounds.Read().LogStartOffset > segments.First.BaseOffset;

    public int SegmentCount => segments.All.Length;

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
    public ValueTask<LogAppendInfo> AppendAsync(Records records, int leaderEpoch, AppendOrigin origin)
    {
        LogAppendInfo info;
        LogSegment? rolled;
        bool needsFlush;
        lock (appendLock)
        {
            if (directory.IsOffline || isClosed)
                return new(LogAppendInfo.Failed(ErrorCode.KafkaStorageError, OfflineMessage));
            info = appender.Append(records.Span, leaderEpoch, origin, Config, out rolled);
            if (info.Error == ErrorCode.None && !FlushesEveryAppend)
                MoveHighWatermark(info.LastOffset + 1);
            // Asked before a sealed segment is flushed: that may reach past this append, and moves no high watermark.
            needsFlush = info.Error == ErrorCode.None && NeedsFlush(info.LastOffset);
        }

        if (rolled is not null)
            flush.FlushSealed(rolled, segments.Active.BaseOffset);
        return needsFlush ? AnswerWhenFlushedAsync(info) : new(info);
    }

    /// <summary>
    /// Reads whole batches, the first of them the one that <paramref name="offset"/> falls in. Together they have at most <paramref name="maxBytes"/>; a larger first
    /// batch comes alone if <paramref name="minOneBatch"/>. The receiver releases the records.
    /// </summary>
    public async ValueTask<FetchDataInfo> ReadAsync(long offset, int maxBytes, FetchIsolation isolation, bool minOneBatch)
    {
        var snapshot = bounds.Read();
        if (directory.IsOffline)
            return FetchDataInfo.Failed(ErrorCode.KafkaStorageError, snapshot);
        if (offset < snapshot.LogStartOffset || offset > snapshot.LogEndOffset)
            return FetchDataInfo.Failed(ErrorCode.OffsetOutOfRange, snapshot);
        var limitOffset = snapshot.LimitOf(isolation);
        try
        {
            var records = offset < limitOffset ? await reader.ReadAsync(offset, limitOffset, maxBytes, minOneBatch).ConfigureAwait(false) : Records.Empty;
            if (records is null)
                return FetchDataInfo.Failed(ErrorCode.OffsetOutOfRange, bounds.Read());
            return new(ErrorCode.None, records, snapshot) { AbortedTransactions = isolation == FetchIsolation.TxnCommitted ? FindAborted(offset, records) : null };
        }
        catch (IOException e)
        {
            Fail(e);
            return FetchDataInfo.Failed(ErrorCode.KafkaStorageError, snapshot);
        }
    }

    /// <summary>The first record, from the log's start to its end, that is not earlier than a time; null when there is none.</summary>
    public ValueTask<TimestampSearchResult> FindOffsetByTimestampAsync(long timestamp)
    {
        var startOffset = bounds.Read().LogStartOffset;
        var candidates = SegmentTimes().FindAll(candidate => candidate.MaxTimestamp.Timestamp >= timestamp);
        return SearchAsync(candidates, candidate => TimestampSearch.FindFirst(candidate.Segment, timestamp, startOffset));
    }

    /// <summary>The first record with the greatest timestamp of the log; null when no record has one.</summary>
    public ValueTask<TimestampSearchResult> FindMaxTimestampAsync()
    {
        var latest = SegmentTimes().MaxBy(candidate => candidate.MaxTimestamp.Timestamp);
        List<SegmentTime> candidates = latest.MaxTimestamp.Timestamp < 0 ? [] : [latest];
        return SearchAsync(candidates, candidate => TimestampSearch.FindMax(candidate.Segment, candidate.MaxTimestamp));
    }

    /// <summary>The leader epoch that wrote an offset; null when that is not known any more.</summary>
    public int? EpochForOffset(long offset) => epochs.EpochFor(offset);

    /// <summary>Where the segments begin, oldest first, with the latest time in each.</summary>
    public IReadOnlyList<(long Offset, long MaxTimestamp)> SegmentStarts()
    {
        var logStartOffset = bounds.Read().LogStartOffset;
        return SegmentTimes().ConvertAll(segment => (Math.Max(segment.Segment.BaseOffset, logStartOffset), segment.MaxTimestamp.Timestamp));
    }

    /// <summary>Notes that a leader epoch begins at the log's end: the leader of that epoch takes over.</summary>
    public ErrorCode AssignLeaderEpoch(int epoch)
    {
        lock (appendLock)
        {
            if (directory.IsOffline || isClosed)
                return ErrorCode.KafkaStorageError;
            try
            {
                epochs.Assign(epoch, bounds.Read().LogEndOffset);
                return ErrorCode.None;
            }
            catch (IOException e)
            {
                directory.Fail(e);
                return ErrorCode.KafkaStorageError;
            }
        }
    }

    public EpochEndOffset EndOffsetForEpoch(int epoch) => epochs.EndOffsetFor(epoch, bounds.Read().LogEndOffset);

    /// <summary>Makes all that is appended durable.</summary>
    public async ValueTask<ErrorCode> FlushAsync()
    {
        if (!await flush.FlushAsync(bounds.Read().LogEndOffset).ConfigureAwait(false))
            return ErrorCode.KafkaStorageError;
        AdvanceHighWatermark(flush.RecoveryPoint);
        return ErrorCode.None;
    }

    /// <summary>
    /// Moves the log start offset forward, at most to the high watermark, and deletes the segments that are wholly below it. What is below is not read any more.
    /// </summary>
    public async ValueTask<(ErrorCode Error, long LogStartOffset)> AdvanceLogStartAsync(long offset)
    {
        List<LogSegment> deleted;
        bool hasOtherEpochs;
        lock (appendLock)
        {
            var current = bounds.Read();
            if (directory.IsOffline || isClosed)
                return (ErrorCode.KafkaStorageError, current.LogStartOffset);
            offset = Math.Min(offset, current.HighWatermark);
            if (offset <= current.LogStartOffset)
                return (ErrorCode.None, current.LogStartOffset);
            producers.OnLogStartOffsetIncremented(offset);
            bounds.AdvanceLogStart(offset, producers.FirstUnstableOffset);
            deleted = segments.RemoveBelow(offset);
            hasOtherEpochs = epochs.TruncateFromStart(offset);
        }

        if (hasOtherEpochs)
            await WriteEpochsAsync().ConfigureAwait(false);
        await deletion.DeleteAsync(deleted, Config.FileDeleteDelayMs).ConfigureAwait(false);
        return (directory.IsOffline ? ErrorCode.KafkaStorageError : ErrorCode.None, offset);
    }

    /// <summary>Cuts the log off at an offset: the batch it falls in and all behind it are gone.</summary>
    public async ValueTask<ErrorCode> TruncateAsync(long offset)
    {
        List<LogSegment> deleted;
        lock (appendLock)
        {
            if (directory.IsOffline || isClosed)
                return ErrorCode.KafkaStorageError;
            if (offset >= bounds.Read().LogEndOffset)
                return ErrorCode.None;
            try
            {
                deleted = Truncate(offset);
            }
            catch (IOException e)
            {
                directory.Fail(e);
                return ErrorCode.KafkaStorageError;
            }
        }

        await deletion.DeleteAsync(deleted, delayMs: 0).ConfigureAwait(false);
        return ErrorCode.None;
    }

    /// <summary>Forgets the producers that have been idle for too long.</summary>
    internal void RemoveExpiredProducers()
    {
        lock (appendLock)
            producers.RemoveExpired(environment.NowMs, environment.ProducerIdExpirationMs);
    }

    /// <summary>Flushes the log and leaves its files as a clean stop has them; afterwards it takes no appends.</summary>
    public void Close()
    {
        lock (appendLock)
        {
            if (isClosed)
                return;
            isClosed = true;
            if (!directory.IsOffline)
                CloseFiles();
            foreach (var segment in segments.All)
                segment.Dispose();
        }
    }

    /// <summary>Closes a log that is about to be deleted: nothing of it is written any more, and what fails from now on says nothing about the disk.</summary>
    public void Discard()
    {
        lock (appendLock)
        {
            isClosed = true;
            Volatile.Write(ref isDiscarded, true);
            deletion.Discard();
            flush.Discard();
            epochs.Discard();
            foreach (var segment in segments.All)
                segment.Dispose();
        }
    }

    void Fail(IOException cause)
    {
        if (!Volatile.Read(ref isDiscarded))
            directory.Fail(cause);
    }

    async ValueTask WriteEpochsAsync()
    {
        if (directory.Files.IsInMemory)
            WriteEpochs();
        else
            await environment.Executor.RunAsync(static log => log.WriteEpochs(), this).ConfigureAwait(false);
    }

    bool WriteEpochs()
    {
        try
        {
            epochs.Write();
            return true;
        }
        catch (IOException e)
        {
            Fail(e);
            return false;
        }
    }

    void CloseFiles()
    {
        try
        {
            producers.TakeSnapshot(flush: true);
            segments.Active.Close();
            flush.Flush(bounds.Read().LogEndOffset);
            segments.Active.FlushIndexes();
        }
        catch (IOException e)
        {
            directory.Fail(e);
        }
    }

    List<LogSegment> Truncate(long offset)
    {
        var deleted = segments.RemoveAbove(offset);
        if (segments.All.IsEmpty)
            segments.Add(LogSegment.Create(directory.Files, Path, offset, Config.IndexIntervalBytes, environment.NowMs));
        var active = segments.Active;
        active.Reader.TryFindBatch(offset, active.OffsetIndex.Lookup(offset).Position, out var position, out _);
        active.Truncate(offset, position, environment.NowMs);
        epochs.TruncateFromEnd(offset);
        producers.Rebuild(segments.All, bounds.Read().LogStartOffset, offset);
        // The end first: a flush in between must not take the old one for flushed.
        bounds.Truncate(offset, producers.FirstUnstableOffset);
        flush.Truncate(offset);
        return deleted;
    }

    async ValueTask<TimestampSearchResult> SearchAsync(List<SegmentTime> candidates, Func<SegmentTime, OffsetAtTimestamp?> find)
    {
        if (directory.IsOffline)
            return new(ErrorCode.KafkaStorageError, null);
        try
        {
            return new(ErrorCode.None, await reader.SearchAsync(candidates, find).ConfigureAwait(false));
        }
        catch (IOException e)
        {
            Fail(e);
            return new(ErrorCode.KafkaStorageError, null);
        }
        catch (InvalidRecordException e)
        {
            environment.Logger.LogError(e, "Records of {Partition} are corrupt", Partition);
            return new(ErrorCode.CorruptMessage, null);
        }
    }

    List<SegmentTime> SegmentTimes()
    {
        lock (appendLock)
            return [.. segments.All.ToArray().Select(segment => new SegmentTime(segment, segment.MaxTimestamp))];
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
        lock (appendLock)
            MoveHighWatermark(offset);
    }

    void MoveHighWatermark(long offset)
    {
        producers.OnHighWatermarkUpdated(offset);
        bounds.AdvanceHighWatermark(offset, producers.FirstUnstableOffset);
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
