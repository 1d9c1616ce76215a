using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>
/// The producers' state as it will be when an append has succeeded: checked batch by batch on copies, which are taken over or dropped as a whole.
/// </summary>
sealed class ProducerAppends(TopicPartition partition, ProducerStateManager producers)
{
    readonly List<ProducerStateEntry> updated = [];
    readonly List<(long ProducerId, long FirstOffset)> started = [];
    readonly List<CompletedTransaction> completed = [];
    readonly List<ProducerIdAndEpoch> verified = [];
    readonly Stack<ProducerStateEntry> spare = [];

    public List<ProducerStateEntry> Updated => updated;

    public List<(long ProducerId, long FirstOffset)> Started => started;

    public List<CompletedTransaction> Completed => completed;

    /// <summary>Whose verifications have had their append, or will not have it any more: of these epochs and those before them.</summary>
    public List<ProducerIdAndEpoch> Verified => verified;

    public void Clear()
    {
        foreach (var entry in updated)
            spare.Push(entry);
        updated.Clear();
        started.Clear();
        completed.Clear();
        verified.Clear();
    }

    /// <summary>Checks a batch, which has its offsets already, and takes it into the state to come.</summary>
    public ProducerCheck Add(RecordBatch batch, AppendOrigin origin, TransactionalAppend transaction)
    {
        if (!batch.HasProducerId)
            return ProducerCheck.Fine;
        if (origin == AppendOrigin.Client && !batch.IsControl && producers.Find(batch.ProducerId)?.FindDuplicate(batch) is { } duplicate)
            return ProducerCheck.AppendedAs(duplicate);
        var entry = FindOrCopy(batch.ProducerId);
        return batch.IsControl ? AddMarker(entry, batch, origin, transaction.TransactionVersion) : AddData(entry, batch, origin, transaction.Guard);
    }

    ProducerCheck AddData(ProducerStateEntry entry, RecordBatch batch, AppendOrigin origin, VerificationGuard? guard)
    {
        if (origin != AppendOrigin.Replication && batch.IsTransactional && !producers.MayAppendTransactional(entry, new(batch.ProducerId, batch.ProducerEpoch), guard))
            return ProducerCheck.Refused(ErrorCode.InvalidTxnState, "Record was not part of an ongoing transaction");
        if (origin != AppendOrigin.Replication && batch.ProducerEpoch < entry.ProducerEpoch)
            return StaleEpoch(entry, batch);
        if (origin == AppendOrigin.Client && CheckSequence(entry, batch) is { } outOfOrder)
            return outOfOrder;
        if (entry.CurrentTransactionFirstOffset is not null && !batch.IsTransactional)
            return ProducerCheck.Refused(ErrorCode.InvalidTxnState, $"Expected transactional write from producer {batch.ProducerId} at offset {batch.BaseOffset} in partition {partition}");
        entry.AddBatch(batch);
        if (batch.IsTransactional)
            AddToTransaction(entry, batch);
        return ProducerCheck.Fine;
    }

    void AddToTransaction(ProducerStateEntry entry, RecordBatch batch)
    {
        verified.Add(new(batch.ProducerId, batch.ProducerEpoch));
        if (entry.CurrentTransactionFirstOffset is not null)
            return;
        entry.CurrentTransactionFirstOffset = batch.BaseOffset;
        started.Add((batch.ProducerId, batch.BaseOffset));
    }

    ProducerCheck AddMarker(ProducerStateEntry entry, RecordBatch batch, AppendOrigin origin, short transactionVersion)
    {
        if (!EndTransactionMarker.TryRead(batch, out var marker))
            return ProducerCheck.Fine;
        if (origin != AppendOrigin.Replication && entry.FencesMarker(batch.ProducerEpoch, transactionVersion))
            return StaleEpoch(entry, batch);
        if (origin != AppendOrigin.Replication && marker.CoordinatorEpoch < entry.CoordinatorEpoch)
            return ProducerCheck.Refused(ErrorCode.TransactionCoordinatorFenced, $"Invalid coordinator epoch for producerId {batch.ProducerId} at offset {batch.BaseOffset} in partition {partition}: {marker.CoordinatorEpoch} (zombie), {entry.CoordinatorEpoch} (current)");
        if (entry.CurrentTransactionFirstOffset is { } firstOffset)
            completed.Add(new(batch.ProducerId, firstOffset, batch.BaseOffset, marker.IsAbort));
        entry.EndTransaction(batch.ProducerEpoch, marker.CoordinatorEpoch, marker.Timestamp);
        verified.Add(new(batch.ProducerId, LastEpochEndedBy(batch, transactionVersion)));
        return ProducerCheck.Fine;
    }

    /// <summary>From transaction version 2 on the marker's epoch is that of the transaction to come, which may be verified while the marker is on its way.</summary>
    static short LastEpochEndedBy(RecordBatch marker, short transactionVersion) =>
        transactionVersion >= TransactionalAppend.FirstVersionWithEpochBump ? (short)(marker.ProducerEpoch - 1) : short.MaxValue;

    /// <summary>
    /// A producer that the log does not know, or no longer, may begin with any sequence unless it keeps to transaction version 2; a known one begins a new epoch with 0.
    /// </summary>
    ProducerCheck? CheckSequence(ProducerStateEntry entry, RecordBatch batch)
    {
        var verification = entry.HasOngoingTransaction(batch.ProducerEpoch) ? null : producers.Verifications.Find(new(batch.ProducerId, batch.ProducerEpoch));
        if (verification?.SupportsEpochBump == true && batch.BaseSequence != 0 && entry.BatchCount == 0)
            return OutOfOrder(batch, $"{batch.BaseSequence} (incoming seq. number). Expected sequence 0 for transactions v2 idempotent producer with no existing state");
        // Where the log knows what comes next, an earlier sequence was that of a batch which came late.
        if (entry.ProducerEpoch == RecordBatch.NoProducerEpoch)
        {
            return batch.BaseSequence > verification?.LowestSequence
                ? OutOfOrder(batch, $"{batch.BaseSequence} (incoming seq. number), {verification.LowestSequence} (earliest seen sequence)")
                : null;
        }

        if (batch.ProducerEpoch != entry.ProducerEpoch)
            return batch.BaseSequence == 0 ? null : WrongForNewEpoch(entry, batch);
        if (batch.BaseSequence == entry.LastSequence + 1L || (batch.BaseSequence == 0 && entry.LastSequence == int.MaxValue))
            return null;
        return OutOfOrder(batch, $"{batch.BaseSequence} (incoming seq. number), {entry.LastSequence} (current end sequence number)");
    }

    ProducerStateEntry FindOrCopy(long producerId)
    {
        foreach (var entry in updated)
        {
            if (entry.ProducerId == producerId)
                return entry;
        }

        if (!spare.TryPop(out var copy))
            copy = new(producerId);
        copy.CopyFrom(producers.Find(producerId) ?? new(producerId));
        updated.Add(copy);
        return copy;
    }

    ProducerCheck StaleEpoch(ProducerStateEntry entry, RecordBatch batch) => ProducerCheck.Refused(
        ErrorCode.InvalidProducerEpoch,
        $"Epoch of producer {batch.ProducerId} at offset {batch.BaseOffset} in {partition} is {batch.ProducerEpoch}, which is smaller than the last seen epoch {entry.ProducerEpoch}");

    ProducerCheck OutOfOrder(RecordBatch batch, string sequences) => ProducerCheck.Refused(
        ErrorCode.OutOfOrderSequenceNumber,
        $"Out of order sequence number for producer {batch.ProducerId} at offset {batch.BaseOffset} in partition {partition}: {sequences}");

    ProducerCheck WrongForNewEpoch(ProducerStateEntry entry, RecordBatch batch) => ProducerCheck.Refused(
        ErrorCode.OutOfOrderSequenceNumber,
        $"Invalid sequence number for new epoch of producer {batch.ProducerId} at offset {batch.BaseOffset} in partition {partition}: {batch.ProducerEpoch} (request epoch), {batch.BaseSequence} (seq. number), {entry.ProducerEpoch} (current producer epoch)");
}
