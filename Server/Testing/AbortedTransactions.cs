using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;

namespace NettyKafka.Testing;

/// <summary>Tells which batches of a fetch are committed, going through them in the order of the log.</summary>
sealed class AbortedTransactions(IEnumerable<FetchResponse.AbortedTransaction>? transactions)
{
    readonly Queue<FetchResponse.AbortedTransaction> toCome = new((transactions ?? []).OrderBy(transaction => transaction.FirstOffset));
    readonly HashSet<long> aborting = [];

    public bool IsCommitted(in RecordBatch batch)
    {
        while (toCome.TryPeek(out var next) && next.FirstOffset <= batch.LastOffset)
            aborting.Add(toCome.Dequeue().ProducerId);
        if (!batch.IsControl)
            return !batch.IsTransactional || !aborting.Contains(batch.ProducerId);
        aborting.Remove(batch.ProducerId);
        return false;
    }
}
