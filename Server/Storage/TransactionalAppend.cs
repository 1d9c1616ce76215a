namespace NettyKafka.Server.Storage;

/// <summary>What an append of a transaction's batches or of its marker has to show beside the batches.</summary>
/// <param name="Guard">Of the verification before a transaction's first append to a partition.</param>
/// <param name="TransactionVersion">The finalised <c>transaction.version</c> that the producer keeps to: from 2 on (KIP-890) epochs are checked more strictly.</param>
public readonly record struct TransactionalAppend(VerificationGuard? Guard, short TransactionVersion)
{
    /// <summary>From this <c>transaction.version</c> on each transaction of a producer has an epoch of its own.</summary>
    public const short FirstVersionWithEpochBump = 2;
}
