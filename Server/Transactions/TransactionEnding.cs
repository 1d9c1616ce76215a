using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Transactions;

/// <summary>Decides how transactions end (EndTxn, and aborts by the coordinator itself); what is decided happens, be it after a crash.</summary>
public sealed class TransactionEnding(CoordinatorContext context, TransactionTable table, TransactionCompletion completion)
{
    /// <summary>Ends a producer's transaction; from transaction version 2 on the answer is what the producer goes on as.</summary>
    /// <param name="end">Whose transaction, and how.</param>
    /// <param name="newProducerId">An id that nobody has yet.</param>
    /// <param name="reply">Answered when the markers are written, or when that takes long.</param>
    public void End(TransactionEnd end, long? newProducerId, PendingReply<ProducerResult> reply)
    {
        if (table.Find(end.TransactionalId) is not { } metadata)
        {
            context.Reply(reply, ProducerResult.Failed(ErrorCode.InvalidProducerIdMapping));
            return;
        }

        if (Answer(end, metadata) is { } answer)
        {
            context.Reply(reply, answer);
            return;
        }

        var rotates = end.BumpsEpoch && metadata.IsEpochExhausted;
        if (rotates && newProducerId is null)
        {
            context.Reply(reply, ProducerResult.ProducerIdNeeded);
            return;
        }

        var ending = metadata.Ending(end.IsCommit, end.TransactionVersion, rotates ? newProducerId!.Value : RecordBatch.NoProducerId, context.NowMs);
        table.Update(ending);
        completion.Start(ending, reply);
    }

    /// <summary>Aborts what is open and fences its producer; false where the epochs are used up, so that it takes a producer id which nobody has yet.</summary>
    public bool TryAbort(TransactionMetadata metadata, long? newProducerId)
    {
        if (metadata.IsEpochExhausted && newProducerId is null)
            return false;
        var nextProducerId = metadata.IsEpochExhausted ? newProducerId!.Value : RecordBatch.NoProducerId;
        var aborting = metadata.Fenced(table.TransactionVersion, nextProducerId, context.NowMs);
        table.Update(aborting);
        completion.Start(aborting, reply: null);
        return true;
    }

    /// <summary>What is to be said where there is nothing to end; null where there is.</summary>
    static ProducerResult? Answer(TransactionEnd end, TransactionMetadata metadata)
    {
        if (metadata.IsNext(end.Producer.ProducerId))
            return ProducerResult.Failed(ErrorCode.ConcurrentTransactions);
        var isRetry = end.BumpsEpoch && metadata.IsRetryOfEnd(end.Producer);
        if (!isRetry && metadata.Producer.ProducerId != end.Producer.ProducerId)
            return ProducerResult.Failed(ErrorCode.InvalidProducerIdMapping);
        if (!isRetry && metadata.Producer.Epoch != end.Producer.Epoch)
            return ProducerResult.Failed(ErrorCode.ProducerFenced);
        return metadata.State switch
        {
            TransactionState.Ongoing => null,
            // The next transaction's end while the one before is not yet written out.
            TransactionState.PrepareCommit or TransactionState.PrepareAbort when end.BumpsEpoch && !isRetry => ProducerResult.Failed(ErrorCode.ConcurrentTransactions),
            TransactionState.PrepareCommit or TransactionState.PrepareAbort when end.IsCommit == (metadata.State == TransactionState.PrepareCommit) => ProducerResult.Failed(ErrorCode.ConcurrentTransactions),
            // A commit that the coordinator's own abort has overtaken: the producer has to hear that it is fenced, as by Kafka after 4.2, not that it has made a mistake.
            TransactionState.PrepareAbort when isRetry => ProducerResult.Failed(ErrorCode.ConcurrentTransactions),
            TransactionState.CompleteAbort when isRetry && end.IsCommit => ProducerResult.Failed(ErrorCode.ProducerFenced),
            // A producer of transaction version 2 need not know whether anything of its transaction has arrived.
            TransactionState.Empty or TransactionState.CompleteCommit or TransactionState.CompleteAbort when end.BumpsEpoch && !isRetry && !end.IsCommit => null,
            TransactionState.CompleteCommit when end.IsCommit && end.BumpsEpoch == isRetry => ProducerResult.Of(metadata.Producer),
            TransactionState.CompleteAbort when !end.IsCommit => ProducerResult.Of(metadata.Producer),
            _ => ProducerResult.Failed(ErrorCode.InvalidTxnState),
        };
    }
}
