using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Cleaner;

namespace NettyKafka.Server.Storage;

/// <summary>What others ask a log about its producers and their transactions.</summary>
public sealed class LogProducers
{
    readonly LogState state;
    readonly LogReader reader;

    internal LogProducers(LogState state, LogReader reader)
    {
        this.state = state;
        this.reader = reader;
    }

    /// <summary>Starts the verification that the partition belongs to a producer's transaction; null where the producer has one open in it, which was verified then.</summary>
    public VerificationGuard? StartTransactionVerification(ProducerIdAndEpoch producer, int baseSequence, bool supportsEpochBump)
    {
        lock (state.AppendLock)
            return state.Producers.StartVerification(producer, baseSequence, supportsEpochBump);
    }

    /// <summary>Whether a batch of a producer's transaction could be appended now by a coordinator.</summary>
    public ErrorCode CheckTransactionalAppend(ProducerIdAndEpoch producer, VerificationGuard? guard)
    {
        lock (state.AppendLock)
            return state.Producers.CheckTransactionalAppend(producer, guard);
    }

    /// <summary>Whether a marker could be appended now.</summary>
    public ErrorCode CheckMarker(TxnMarkerEntry marker)
    {
        lock (state.AppendLock)
            return state.Producers.CheckMarker(marker);
    }

    /// <summary>Whether a transaction of a producer, in whatever epoch, waits for its marker.</summary>
    public bool HasOpenTransaction(long producerId)
    {
        lock (state.AppendLock)
            return state.Producers.Find(producerId)?.CurrentTransactionFirstOffset is not null;
    }

    /// <summary>All producers that the log knows, by their ids.</summary>
    public IReadOnlyList<ProducerState> Describe()
    {
        lock (state.AppendLock)
        {
            return
            [
                .. state.Producers.Producers.OrderBy(entry => entry.ProducerId).Select(entry => new ProducerState(
                    new(entry.ProducerId, entry.ProducerEpoch), entry.LastSequence, entry.LastTimestamp, entry.CoordinatorEpoch, entry.CurrentTransactionFirstOffset)),
            ];
        }
    }

    /// <summary>Takes over what a frozen log of the same partition with the same records knows and has in no file: what was appended last, and the verifications.</summary>
    internal void TakeOver(LogProducers frozen)
    {
        lock (frozen.state.AppendLock)
        {
            lock (state.AppendLock)
                state.Producers.TakeOver(frozen.state.Producers);
        }
    }

    /// <summary>Forgets the producers that have been idle for too long.</summary>
    internal void RemoveExpired()
    {
        lock (state.AppendLock)
            state.Producers.RemoveExpired(state.Environment.NowMs, state.Environment.ProducerIdExpirationMs);
    }

    /// <summary>What of each producer the log must keep, however it is cleaned.</summary>
    internal Dictionary<long, LastRecord> LastRecords()
    {
        lock (state.AppendLock)
            return state.Producers.Producers.ToDictionary(entry => entry.ProducerId, entry => new LastRecord(entry.LastBatch?.LastOffset, entry.ProducerEpoch));
    }

    /// <summary>The aborted transactions that lie in a range of offsets.</summary>
    internal List<AbortedTransaction> CollectAborted(long offset, long endOffset) => reader.FindAborted(offset, endOffset);
}
