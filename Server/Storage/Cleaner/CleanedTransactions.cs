using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>
/// The transactions that a cleaning comes through from the log's start on. It tells which batches are of an aborted one, and which markers stand for a transaction that
/// has no batch left; entries for the aborted ones that still have some go into the new segment's index.
/// </summary>
sealed class CleanedTransactions
{
    readonly HashSet<long> ongoingCommitted = [];
    readonly Dictionary<long, (AbortedTransaction Transaction, bool HasBatches)> ongoingAborted = [];
    readonly PriorityQueue<AbortedTransaction, long> upcoming = new();

    /// <summary>The index of the segment that is being written; null while nothing is.</summary>
    public TransactionIndex? CleanedIndex { get; set; }

    public void Add(IEnumerable<AbortedTransaction> aborted)
    {
        foreach (var transaction in aborted)
            upcoming.Enqueue(transaction, transaction.FirstOffset);
    }

    /// <summary>Whether a batch need not stay for what is in it: data of an aborted transaction, or a marker with nothing left to mark.</summary>
    public bool CanDiscard(RecordBatch batch)
    {
        TakeUpTo(batch.LastOffset);
        if (batch.IsControl)
            return CanDiscardMarker(batch);
        if (!batch.IsTransactional)
            return false;
        if (!ongoingAborted.TryGetValue(batch.ProducerId, out var aborted))
        {
            ongoingCommitted.Add(batch.ProducerId);
            return false;
        }

        ongoingAborted[batch.ProducerId] = aborted with { HasBatches = true };
        return true;
    }

    bool CanDiscardMarker(RecordBatch batch)
    {
        if (batch.RecordCount == 0)
            return true;
        if (!EndTransactionMarker.TryRead(batch, out var marker))
            return false;
        if (!marker.IsAbort)
            return !ongoingCommitted.Remove(batch.ProducerId);
        if (!ongoingAborted.Remove(batch.ProducerId, out var aborted) || !aborted.HasBatches)
            return true;
        CleanedIndex?.Append(aborted.Transaction);
        return false;
    }

    void TakeUpTo(long offset)
    {
        while (upcoming.TryPeek(out var transaction, out var firstOffset) && firstOffset <= offset)
        {
            upcoming.Dequeue();
            // One that goes on from a segment into the next is added for each of them.
            ongoingAborted.TryAdd(transaction.ProducerId, (transaction, false));
        }
    }
}
