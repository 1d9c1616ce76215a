using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// The producers of a log: what each has appended last, and the transactions that hold back the last stable offset. It is part of the log's state and changes only
/// under the log's lock; snapshots keep it over a restart, and the records after the snapshot bring it up to date.
/// </summary>
sealed class ProducerStateManager
{
    readonly IFileSystem files;
    readonly string directory;
    readonly LogEnvironment environment;
    readonly Dictionary<long, ProducerStateEntry> producers = [];
    readonly SortedList<long, long> ongoing = [];
    readonly SortedList<long, long> unreplicated = [];
    readonly ProducerAppends appends;
    long lastSnapshotOffset;

    public ProducerStateManager(TopicPartition partition, IFileSystem files, string directory, LogEnvironment environment)
    {
        this.files = files;
        this.directory = directory;
        this.environment = environment;
        appends = new(partition, this);
    }

    public IReadOnlyCollection<ProducerStateEntry> Producers => producers.Values;

    public VerificationStates Verifications { get; } = new();

    /// <summary>The offset up to which the state knows the log.</summary>
    public long MapEndOffset { get; set; }

    /// <summary>The first offset of a transaction that is open, or whose end is not yet below the high watermark.</summary>
    public long? FirstUnstableOffset => (ongoing.Count, unreplicated.Count) switch
    {
        (0, 0) => null,
        (0, _) => unreplicated.GetKeyAtIndex(0),
        (_, 0) => ongoing.GetKeyAtIndex(0),
        _ => Math.Min(ongoing.GetKeyAtIndex(0), unreplicated.GetKeyAtIndex(0)),
    };

    public ProducerStateEntry? Find(long producerId) => producers.GetValueOrDefault(producerId);

    public void BeginAppend() => appends.Clear();

    /// <summary>Checks a batch of the append that has begun; nothing changes before <see cref="Commit"/>.</summary>
    public ProducerCheck Check(RecordBatch batch, AppendOrigin origin, TransactionalAppend transaction = default) => appends.Add(batch, origin, transaction);

    /// <summary>Starts the verification that a partition belongs to a producer's transaction; null where the producer has one open in it, which was verified then.</summary>
    public VerificationGuard? StartVerification(ProducerIdAndEpoch producer, int baseSequence, bool supportsEpochBump) =>
        Find(producer.ProducerId)?.HasOngoingTransaction(producer.Epoch) == true ? null : Verifications.Start(producer, baseSequence, supportsEpochBump, environment.NowMs);

    /// <summary>Whether a batch of a producer's transaction goes on with it, or begins it as verified.</summary>
    public bool MayAppendTransactional(ProducerStateEntry? entry, ProducerIdAndEpoch producer, VerificationGuard? guard) =>
        !environment.VerifiesTransactions || entry?.HasOngoingTransaction(producer.Epoch) == true || Verifications.IsVerified(producer, guard);

    /// <summary>Whether a batch of a producer's transaction could be appended now by a coordinator.</summary>
    public ErrorCode CheckTransactionalAppend(ProducerIdAndEpoch producer, VerificationGuard? guard) => Find(producer.ProducerId) switch
    {
        var entry when !MayAppendTransactional(entry, producer, guard) => ErrorCode.InvalidTxnState,
        { } entry when producer.Epoch < entry.ProducerEpoch => ErrorCode.InvalidProducerEpoch,
        _ => ErrorCode.None,
    };

    /// <summary>Whether a marker could be appended now.</summary>
    public ErrorCode CheckMarker(TxnMarkerEntry marker) => Find(marker.Producer.ProducerId) switch
    {
        { } entry when entry.FencesMarker(marker.Producer.Epoch, marker.TransactionVersion) => ErrorCode.InvalidProducerEpoch,
        { } entry when marker.CoordinatorEpoch < entry.CoordinatorEpoch => ErrorCode.TransactionCoordinatorFenced,
        _ => ErrorCode.None,
    };

    /// <summary>Takes over what was checked, now that it is written; aborted transactions go into the segment's index, unless they are there already.</summary>
    public void Commit(TransactionIndex? transactionIndex, long endOffset)
    {
        foreach (var updated in appends.Updated)
        {
            if (!producers.TryGetValue(updated.ProducerId, out var entry))
                producers.Add(updated.ProducerId, entry = new(updated.ProducerId));
            entry.CopyFrom(updated);
        }

        foreach (var (producerId, firstOffset) in appends.Started)
            ongoing[firstOffset] = producerId;
        foreach (var transaction in appends.Completed)
            Complete(transaction, transactionIndex);
        foreach (var producer in appends.Verified)
            Verifications.Clear(producer);
        MapEndOffset = endOffset;
    }

    /// <summary>Takes in a batch that is in the log already: while its state is rebuilt.</summary>
    public void Replay(RecordBatch batch, TransactionIndex? transactionIndex)
    {
        BeginAppend();
        Check(batch, AppendOrigin.Replication);
        Commit(transactionIndex, batch.NextOffset);
    }

    public void OnHighWatermarkUpdated(long highWatermark)
    {
        for (var i = unreplicated.Count - 1; i >= 0; i--)
        {
            if (unreplicated.GetValueAtIndex(i) < highWatermark)
                unreplicated.RemoveAt(i);
        }
    }

    public void OnLogStartOffsetIncremented(long logStartOffset)
    {
        OnHighWatermarkUpdated(logStartOffset);
        MapEndOffset = Math.Max(MapEndOffset, logStartOffset);
    }

    public void RemoveExpired(long now, long expirationMs)
    {
        foreach (var (producerId, entry) in producers)
        {
            if (entry.CurrentTransactionFirstOffset is null && now - entry.LastTimestamp >= expirationMs)
                producers.Remove(producerId);
        }

        Verifications.RemoveExpired(now, expirationMs);
    }

    /// <summary>Goes on where another log of the same partition with the same records has stopped: with all that a snapshot does not keep.</summary>
    public void TakeOver(ProducerStateManager other)
    {
        foreach (var (producerId, entry) in producers)
        {
            if (other.Find(producerId) is { } found)
                entry.CopyFrom(found);
        }

        Verifications.TakeOver(other.Verifications);
    }

    public void TruncateFully(long offset)
    {
        producers.Clear();
        ongoing.Clear();
        unreplicated.Clear();
        MapEndOffset = lastSnapshotOffset = offset;
    }

    /// <summary>Writes a snapshot at the end of what is known, unless that is written already.</summary>
    public void TakeSnapshot(bool flush)
    {
        if (MapEndOffset <= lastSnapshotOffset)
            return;
        files.WriteAtomically(SnapshotPath(MapEndOffset), ProducerSnapshotFile.Write(producers.Values), flush);
        lastSnapshotOffset = MapEndOffset;
    }

    /// <summary>Writes what is known as a snapshot of another log, in place of what that one knew.</summary>
    public void WriteSnapshotTo(IFileSystem otherFiles, string path, long offset) =>
        otherFiles.WriteAtomically(LogFiles.PathOf(path, offset, LogFiles.ProducerSnapshotSuffix), ProducerSnapshotFile.Write(producers.Values));

    /// <summary>Builds the state as it is at an offset: from the newest readable snapshot and the batches behind it.</summary>
    public void Rebuild(ReadOnlySpan<LogSegment> segments, long logStartOffset, long endOffset)
    {
        Load(Math.Max(logStartOffset, segments[0].BaseOffset), endOffset);
        foreach (var segment in segments)
        {
            if (segment.BaseOffset >= endOffset)
                return;
            var from = MapEndOffset;
            if (!segment.Reader.TryFindBatch(from, segment.OffsetIndex.Lookup(from).Position, out var position, out _))
                continue;
            using var scanner = new SegmentScanner(segment.Reader, position);
            while (scanner.TryTake(out var batch) && batch.BaseOffset < endOffset)
                Replay(batch, transactionIndex: null);
        }
    }

    /// <summary>Deletes the snapshots above an offset, and those below it that no segment begins with, but for the newest.</summary>
    public void DeleteStraySnapshots(IReadOnlySet<long> baseOffsets, long logEndOffset)
    {
        var kept = SnapshotOffsets().Where(offset => offset <= logEndOffset).DefaultIfEmpty(-1).Max();
        foreach (var offset in SnapshotOffsets().Where(offset => offset != kept && !(offset <= logEndOffset && baseOffsets.Contains(offset))))
            files.DeleteFile(SnapshotPath(offset));
    }

    /// <summary>Deletes the snapshot that a segment which is no more began with.</summary>
    public void DeleteSnapshot(long offset) => files.DeleteFile(SnapshotPath(offset));

    /// <summary>Deletes the snapshots above an offset, at which the log now ends.</summary>
    public void DeleteSnapshotsAbove(long offset)
    {
        foreach (var above in SnapshotOffsets().Where(found => found > offset))
            files.DeleteFile(SnapshotPath(above));
    }

    void Load(long logStartOffset, long offset)
    {
        TruncateFully(logStartOffset);
        foreach (var snapshotOffset in SnapshotOffsets().Where(found => found > logStartOffset && found <= offset).OrderDescending())
        {
            if (!ProducerSnapshotFile.TryRead(files.ReadAllBytes(SnapshotPath(snapshotOffset)), out var entries))
            {
                environment.Logger.LogWarning("Producer snapshot {Snapshot} is damaged and is deleted", SnapshotPath(snapshotOffset));
                files.DeleteFile(SnapshotPath(snapshotOffset));
                continue;
            }

            foreach (var entry in entries)
                Restore(entry);
            MapEndOffset = lastSnapshotOffset = snapshotOffset;
            return;
        }
    }

    void Restore(ProducerStateEntry entry)
    {
        producers[entry.ProducerId] = entry;
        if (entry.CurrentTransactionFirstOffset is { } firstOffset)
            ongoing[firstOffset] = entry.ProducerId;
    }

    List<long> SnapshotOffsets() => [.. files.ListFiles(directory).Select(name => LogFiles.OffsetOf(name, LogFiles.ProducerSnapshotSuffix)).OfType<long>()];

    string SnapshotPath(long offset) => LogFiles.PathOf(directory, offset, LogFiles.ProducerSnapshotSuffix);

    void Complete(CompletedTransaction transaction, TransactionIndex? transactionIndex)
    {
        ongoing.Remove(transaction.FirstOffset);
        unreplicated[transaction.FirstOffset] = transaction.LastOffset;
        if (!transaction.IsAborted || transactionIndex is null)
            return;
        var lastStableOffset = ongoing.Count > 0 ? Math.Min(ongoing.GetKeyAtIndex(0), transaction.LastOffset + 1) : transaction.LastOffset + 1;
        transactionIndex.Append(new(transaction.ProducerId, transaction.FirstOffset, transaction.LastOffset, lastStableOffset));
    }
}
