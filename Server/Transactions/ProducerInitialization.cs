using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>Who becomes the producer of a transactional id (InitProducerId); the one before it is fenced by a greater epoch.</summary>
public sealed class ProducerInitialization(CoordinatorContext context, TransactionTable table, TransactionEnding ending)
{
    /// <param name="transactionalId">The transactional id.</param>
    /// <param name="timeoutMs">After what time its transactions are aborted.</param>
    /// <param name="expected">What a producer takes itself to be that wants to go on with another epoch (KIP-360); null where it begins.</param>
    /// <param name="newProducerId">An id that nobody has yet.</param>
    public ProducerResult Initialize(string transactionalId, int timeoutMs, ProducerIdAndEpoch? expected, long? newProducerId)
    {
        if (table.Find(transactionalId) is not { } metadata)
            return newProducerId is { } id ? Become(New(transactionalId, id, timeoutMs), new(id, 0), RecordBatch.NoProducerEpoch, timeoutMs) : ProducerResult.ProducerIdNeeded;
        if (expected is { } next && metadata.IsNext(next.ProducerId))
            return ProducerResult.Failed(ErrorCode.ConcurrentTransactions);
        if (expected is { } producer && !MayGoOn(producer, metadata))
            return ProducerResult.Failed(ErrorCode.ProducerFenced);
        return metadata.State switch
        {
            TransactionState.PrepareCommit or TransactionState.PrepareAbort => ProducerResult.Failed(ErrorCode.ConcurrentTransactions),
            TransactionState.Ongoing => Fence(metadata, expected, newProducerId),
            _ => Next(metadata, timeoutMs, expected, newProducerId),
        };
    }

    /// <summary>Of the id's present producer, or of the one before it whose epochs were used up and who has not heard of the new id.</summary>
    static bool MayGoOn(ProducerIdAndEpoch expected, TransactionMetadata metadata) =>
        expected.ProducerId == metadata.Producer.ProducerId || (expected.ProducerId == metadata.PreviousProducerId && TransactionMetadata.IsExhausted(expected.Epoch));

    ProducerResult Next(TransactionMetadata metadata, int timeoutMs, ProducerIdAndEpoch? expected, long? newProducerId)
    {
        if (expected?.Epoch is { } epoch && epoch != metadata.Producer.Epoch)
        {
            return epoch == metadata.LastProducerEpoch
                ? Become(metadata, metadata.Producer, metadata.LastProducerEpoch, timeoutMs)
                : ProducerResult.Failed(ErrorCode.ProducerFenced);
        }

        var lastEpoch = expected is null ? RecordBatch.NoProducerEpoch : metadata.Producer.Epoch;
        if (!metadata.IsEpochExhausted)
            return Become(metadata, metadata.Producer with { Epoch = (short)(metadata.Producer.Epoch + 1) }, lastEpoch, timeoutMs);
        return newProducerId is { } id ? Become(metadata, new(id, 0), lastEpoch, timeoutMs) : ProducerResult.ProducerIdNeeded;
    }

    TransactionMetadata New(string transactionalId, long producerId, int timeoutMs) => new()
    {
        TransactionalId = transactionalId,
        Producer = new(producerId, RecordBatch.NoProducerEpoch),
        TimeoutMs = timeoutMs,
        LastUpdateTimestampMs = context.NowMs,
    };

    ProducerResult Become(TransactionMetadata metadata, ProducerIdAndEpoch producer, short lastEpoch, int timeoutMs)
    {
        table.Update(metadata.Initialized(producer, lastEpoch, timeoutMs, context.NowMs));
        return ProducerResult.Of(producer);
    }

    /// <summary>What is open is aborted first, under an epoch that no client ever gets; who asked comes again. Kafka does so for a stale epoch too; here a zombie changes nothing.</summary>
    ProducerResult Fence(TransactionMetadata metadata, ProducerIdAndEpoch? expected, long? newProducerId)
    {
        if (expected is { } producer && producer.Epoch != metadata.Producer.Epoch)
            return ProducerResult.Failed(ErrorCode.ProducerFenced);
        return ending.TryAbort(metadata, newProducerId) ? ProducerResult.Failed(ErrorCode.ConcurrentTransactions) : ProducerResult.ProducerIdNeeded;
    }
}
