using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// Loads a log's files. After a clean stop they are taken as they are. After any other the segments from the recovery point on are read batch by batch: the log
/// ends before the first batch that is not whole and valid, and indexes, leader epochs and producer state are built again from what is there.
/// </summary>
sealed class LogRecovery(TopicPartition partition, LogDirectory directory, string path, TopicConfig config, LogEnvironment environment)
{
    /// <summary>All of a segment is read: the larger the pieces, the less the disk waits for the next one.</summary>
    const int BytesAtATime = 4 << 20;

    readonly IFileSystem files = directory.Files;
    readonly LeaderEpochCache epochs = OpenEpochs(directory.Files, path);
    readonly ProducerStateManager producers = new(partition, directory.Files, path, environment);

    public LoadedLog Load(LogCheckpoints checkpoints)
    {
        new LogSwapRecovery(partition, files, path, environment.Logger).Run();
        DeleteLeftovers();
        var segments = OpenSegments();
        if (segments.Count == 0)
            segments.Add(CreateAt(checkpoints.LogStartOffset));

        var first = FirstToRecover(segments, checkpoints, out var logEndOffset);
        producers.Rebuild(segments.ToArray(), checkpoints.LogStartOffset, first < segments.Count ? segments[first].BaseOffset : logEndOffset);
        if (first < segments.Count)
            logEndOffset = Recover(segments, first, checkpoints);
        return Finish(segments, checkpoints, logEndOffset);
    }

    static LeaderEpochCache OpenEpochs(IFileSystem files, string path)
    {
        files.CreateDirectory(path);
        return new(files, path);
    }

    /// <summary>
    /// The first segment that may not be on the disk as it should. One that ends just at the recovery point is among them: it may have been rolled after that was
    /// written, and its indexes are flushed later than the next one gets its name.
    /// </summary>
    static int FirstBehind(List<LogSegment> segments, long recoveryPoint) => Math.Max(0, segments.FindLastIndex(segment => segment.BaseOffset < recoveryPoint));

    LoadedLog Finish(List<LogSegment> segments, LogCheckpoints checkpoints, long endOfBatches)
    {
        var logStartOffset = Math.Max(checkpoints.LogStartOffset, segments[0].BaseOffset);
        var logEndOffset = Math.Max(logStartOffset, endOfBatches);
        producers.MapEndOffset = logEndOffset;
        epochs.ForgetFrom(logEndOffset);
        if (epochs.TruncateFromStart(logStartOffset))
            epochs.Write();
        producers.DeleteStraySnapshots(segments.Select(segment => segment.BaseOffset).ToHashSet(), logEndOffset);
        producers.RemoveExpired(environment.NowMs, environment.ProducerIdExpirationMs);
        producers.OnHighWatermarkUpdated(logEndOffset);
        var recoveryPoint = checkpoints.HadCleanShutdown ? logEndOffset : Math.Min(checkpoints.RecoveryPoint, logEndOffset);
        return new(path, segments, epochs, producers, logStartOffset, recoveryPoint, logEndOffset);
    }

    void DeleteLeftovers()
    {
        var names = files.ListFiles(path);
        foreach (var name in names)
        {
            var isOrphan = LogFiles.BaseOffsetOfIndex(name) is { } baseOffset && !names.Contains(LogFiles.NameOf(baseOffset) + LogFiles.LogSuffix);
            if (isOrphan || name.EndsWith(LogFiles.DeletedSuffix, StringComparison.Ordinal))
                files.DeleteFile(Path.Combine(path, name));
        }
    }

    List<LogSegment> OpenSegments() =>
        [.. files.ListFiles(path).Select(name => LogFiles.OffsetOf(name, LogFiles.LogSuffix)).OfType<long>().Order().Select(OpenAt)];

    LogSegment OpenAt(long baseOffset)
    {
        var segment = LogSegment.Open(files, path, baseOffset, config.IndexIntervalBytes, environment.NowMs);
        if (!segment.Reader.StartsWithMessageSet(out var magic))
            return segment;
        segment.Dispose();
        throw new InvalidDataException($"{LogFiles.PathOf(path, baseOffset, LogFiles.LogSuffix)} has messages of magic {magic}, as Kafka before 0.11 wrote them: only record batches of magic {RecordBatch.CurrentMagic} are read");
    }

    LogSegment CreateAt(long baseOffset)
    {
        producers.TruncateFully(baseOffset);
        return LogSegment.Create(files, path, baseOffset, config.IndexIntervalBytes, environment.NowMs, config.Preallocate ? config.SegmentBytes : 0);
    }

    /// <summary>Says where the segments begin that are not taken as they are; one that reaches into them is among them.</summary>
    int FirstToRecover(List<LogSegment> segments, LogCheckpoints checkpoints, out long logEndOffset)
    {
        var first = FirstUnsure(segments, checkpoints, out logEndOffset);
        if (first == 0 || first == segments.Count)
            return first;
        return EndOf(segments[first - 1]).Offset > segments[first].BaseOffset ? first - 1 : first;
    }

    static OffsetPosition EndOf(LogSegment segment) => segment.Reader.FindEnd(segment.OffsetIndex.LastEntry().Position, segment.BaseOffset);

    /// <summary>Loads the indexes of the segments below the recovery point, and says where the others begin.</summary>
    int FirstUnsure(List<LogSegment> segments, LogCheckpoints checkpoints, out long logEndOffset)
    {
        logEndOffset = 0;
        var first = checkpoints.HadCleanShutdown ? segments.Count : FirstBehind(segments, checkpoints.RecoveryPoint);
        for (var i = 0; i < first; i++)
        {
            if (!segments[i].TryLoadIndexes(isActive: i == segments.Count - 1))
                RebuildIndexes(segments, i, checkpoints);
        }

        if (first < segments.Count)
            return first;
        var end = EndOf(segments[^1]);
        logEndOffset = end.Offset;
        return end.Position == segments[^1].Size ? first : first - 1;
    }

    /// <summary>
    /// Builds the indexes of a segment again whose records are to be trusted: it is below the recovery point, or the stop was clean. What is corrupt in it says nothing about the
    /// segments behind it.
    /// </summary>
    void RebuildIndexes(List<LogSegment> segments, int index, LogCheckpoints checkpoints)
    {
        var segment = segments[index];
        environment.Logger.LogWarning("Indexes of {File} are missing or damaged: they are built again", LogFiles.PathOf(path, segment.BaseOffset, LogFiles.LogSuffix));
        var before = new ProducerStateManager(partition, files, path, environment);
        if (index > 0)
            before.Rebuild(segments.ToArray().AsSpan(0, index), checkpoints.LogStartOffset, segment.BaseOffset);
        var nextOffset = segment.BaseOffset;
        var end = RecoverSegment(segment, before, ref nextOffset);
        if (end != segment.Size && index == segments.Count - 1)
            ThrowIfLost(segment, end, nextOffset, checkpoints);
        if (end != segment.Size)
            CutOff(segment, end, nextOffset);
        if (index < segments.Count - 1)
            segment.Seal();
        segment.FlushIndexes();
    }

    /// <summary>After a clean stop the log is as long as it was: what is corrupt at its end is not cut off as a torn write would be.</summary>
    void ThrowIfLost(LogSegment segment, int position, long nextOffset, LogCheckpoints checkpoints)
    {
        if (checkpoints.HadCleanShutdown && nextOffset < checkpoints.RecoveryPoint)
            throw new InvalidDataException($"{LogFiles.PathOf(path, segment.BaseOffset, LogFiles.LogSuffix)} is corrupt at position {position}: after offset {nextOffset} there is no valid batch, but a clean stop left the log with offsets below {checkpoints.RecoveryPoint}");
    }

    /// <summary>Recovers the segments from one on and returns the offset where the log ends. A gap between segments is what compaction leaves, and is kept.</summary>
    long Recover(List<LogSegment> segments, int first, LogCheckpoints checkpoints)
    {
        var nextOffset = segments[first].BaseOffset;
        for (var i = first; i < segments.Count; i++)
        {
            var segment = segments[i];
            if (segment.BaseOffset < nextOffset)
            {
                DeleteFrom(segments, i, $"the segment before it ends at {nextOffset}");
                break;
            }

            environment.Logger.LogInformation("Recovering segment {Offset} of {Partition}", segment.BaseOffset, partition);
            nextOffset = segment.BaseOffset;
            var end = RecoverSegment(segment, producers, ref nextOffset);
            if (end == segment.Size)
                continue;
            ThrowIfLost(segment, end, nextOffset, checkpoints);
            // In this order: after a crash in between the torn end is still there to say that nothing behind it counts.
            DeleteFrom(segments, i + 1, "the log ends before it");
            CutOff(segment, end, nextOffset);
        }

        foreach (var segment in segments.Skip(first).SkipLast(1))
        {
            segment.Seal();
            // The recovery point moves past it with the next flush, and then they are trusted.
            segment.FlushIndexes();
        }

        return nextOffset;
    }

    /// <summary>Builds a segment's indexes from its batches, and says at which position they end.</summary>
    int RecoverSegment(LogSegment segment, ProducerStateManager state, ref long nextOffset)
    {
        segment.ResetIndexes();
        var position = 0;
        using (var scanner = new SegmentScanner(segment.Reader, 0, BytesAtATime))
        {
            while (scanner.TryTake(out var batch) && IsValid(batch, nextOffset) && segment.CanHold(batch.LastOffset))
            {
                segment.Index(batch, position);
                state.Replay(batch, segment.TransactionIndex);
                if (batch.PartitionLeaderEpoch > (epochs.LatestEpoch ?? RecordBatch.NoPartitionLeaderEpoch))
                    epochs.Assign(batch.PartitionLeaderEpoch, batch.BaseOffset);
                position = scanner.Position;
                nextOffset = batch.NextOffset;
            }
        }

        segment.TimeIndex.MaybeAppend(segment.MaxTimestamp);
        return position;
    }

    void CutOff(LogSegment segment, int position, long nextOffset)
    {
        environment.Logger.LogWarning(
            "{File} is cut off at position {Position}, offset {Offset}: the {Bytes} bytes behind it are no valid batch",
            LogFiles.PathOf(path, segment.BaseOffset, LogFiles.LogSuffix),
            position,
            nextOffset,
            segment.Size - position);
        segment.CutTo(position);
        segment.FlushLog();
    }

    static bool IsValid(RecordBatch batch, long nextOffset) =>
        batch.Magic == RecordBatch.CurrentMagic && batch.LastOffsetDelta >= 0 && batch.BaseOffset >= nextOffset && batch.IsCrcValid;

    void DeleteFrom(List<LogSegment> segments, int first, string reason)
    {
        if (first == segments.Count)
            return;
        foreach (var segment in segments.Skip(first))
        {
            environment.Logger.LogWarning("Segment {Offset} of {Partition} is deleted: {Reason}", segment.BaseOffset, partition, reason);
            segment.Delete();
        }

        segments.RemoveRange(first, segments.Count - first);
        files.FlushDirectory(path);
    }
}
