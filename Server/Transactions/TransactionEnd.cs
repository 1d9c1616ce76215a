using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>A producer's word that its transaction is to end.</summary>
/// <param name="TransactionalId">The transactional id.</param>
/// <param name="Producer">What the producer takes itself to be.</param>
/// <param name="IsCommit">Commit or abort.</param>
/// <param name="TransactionVersion">Of the producer: from 2 on each end bumps the epoch.</param>
public sealed record TransactionEnd(string TransactionalId, ProducerIdAndEpoch Producer, bool IsCommit, short TransactionVersion)
{
    public bool BumpsEpoch => TransactionVersion >= TransactionMetadata.FirstVersionWithEpochBump;
}
