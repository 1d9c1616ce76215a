using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>
/// The producers' state as it will be when an append has succeeded: checked batch by batch on copies, which are taken over or dropped as a whole.
/// </summary>
sealed class ProducerAppends(TopicPartition partition, ProducerStateManager producers)
{
    readonly List<ProducerStateEntry> updated = [];
    readonly List<CompletedTransaction> completed = [];
    readonly Stack<ProducerStateEntry> spare = [];

    public List<ProducerStateEntry> Updated => updated;

    public List<CompletedTransaction> Completed => completed;

    public void Clear()
    {
        foreach (var entry in updated)
            spare.Push(entry);
        updated.Clear();
        completed.Clear();
    }

    /// <summary>Checks a batch, which has its offsets already, and takes it into the state to come.</summary>
    public ProducerCheck Add(RecordBatch batch, AppendOrigin origin, TransactionalAppend transaction)
    {
        if (!batch.HasProducerId)
            return ProducerCheck.Fine;
        var entry = FindOrCopy(batch.ProducerId);
        if (origin == AppendOrigin.Client && !batch.IsControl && entry.FindDuplicate(batch) is { } duplicate)
            return ProducerCheck.AppendedAs(duplicate);
        return batch.IsControl ? AddMarker(entry, batch, origin) : AddData(entry, batch, origin);
    }

    ProducerCheck AddData(ProducerStateEntry entry, RecordBatch batch, AppendOrigin origin)
    {
        if (origin != AppendOrigin.Replication && batch.ProducerEpoch < entry.ProducerEpoch)
            return StaleEpoch(entry, batch);
        if (origin == AppendOrigin.Client && !IsInSequence(entry, batch))
            return OutOfOrder(entry, batch);
        if (entry.CurrentTransactionFirstOffset is not null && !batch.IsTransactional)
            return ProducerCheck.Refused(ErrorCode.InvalidTxnState, $"Expected transactional write from producer {batch.ProducerId} at offset {batch.BaseOffset} in partition {partition}");
        entry.AddBatch(batch);
        if (batch.IsTransactional)
            entry.CurrentTransactionFirstOffset ??= batch.BaseOffset;
        return ProducerCheck.Fine;
    }

    ProducerCheck AddMarker(ProducerStateEntry entry, RecordBatch batch, AppendOrigin origin)
    {
        if (!EndTransactionMarker.TryRead(batch, out var marker))
            return ProducerCheck.Fine;
        if (origin != AppendOrigin.Replication && batch.ProducerEpoch < entry.ProducerEpoch)
            return StaleEpoch(entry, batch);
        if (origin != AppendOrigin.Replication && marker.CoordinatorEpoch < entry.CoordinatorEpoch)
            return ProducerCheck.Refused(ErrorCode.TransactionCoordinatorFenced, $"Invalid coordinator epoch for producer {batch.ProducerId} at offset {batch.BaseOffset} in partition {partition}: {marker.CoordinatorEpoch} (zombie), {entry.CoordinatorEpoch} (current)");
        if (entry.CurrentTransactionFirstOffset is { } firstOffset)
            completed.Add(new(batch.ProducerId, firstOffset, batch.BaseOffset, marker.IsAbort));
        entry.EndTransaction(batch.ProducerEpoch, marker.CoordinatorEpoch, marker.Timestamp);
        return ProducerCheck.Fine;
    }

    /// <summary>A producer that the log does not know, or no longer, may begin with any sequence; a known one begins a new epoch with 0.</summary>
    static bool IsInSequence(ProducerStateEntry entry, RecordBatch batch)
    {
        if (entry.ProducerEpoch == RecordBatch.NoProducerEpoch)
            return true;
        if (batch.ProducerEpoch != entry.ProducerEpoch)
            return batch.BaseSequence == 0;
        return batch.BaseSequence == entry.LastSequence + 1L || (batch.BaseSequence == 0 && entry.LastSequence == int.MaxValue);
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

    ProducerCheck OutOfOrder(ProducerStateEntry entry, RecordBatch batch) => ProducerCheck.Refused(
        ErrorCode.OutOfOrderSequenceNumber,
        batch.ProducerEpoch == entry.ProducerEpoch
            ? $"Out of order sequence number for producer {batch.ProducerId} at offset {batch.BaseOffset} in partition {partition}: {batch.BaseSequence} (incoming seq. number), {entry.LastSequence} (current end sequence number)"
            : $"Invalid sequence number for new epoch of producer {batch.ProducerId} at offset {batch.BaseOffset} in partition {partition}: {batch.ProducerEpoch} (request epoch), {batch.BaseSequence} (seq. number), {entry.ProducerEpoch} (current producer epoch)");
}
