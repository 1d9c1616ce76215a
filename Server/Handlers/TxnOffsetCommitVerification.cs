using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// Makes sure that a group's partition belongs to a producer's transaction before its first offsets there (KIP-890): the coordinator is asked to add it, or, for older
/// clients, whether they have done that.
/// </summary>
sealed class TxnOffsetCommitVerification(TransactionCoordinator transactions, BrokerConfig config, TimeProvider time)
{
    readonly TimeSpan retryBackoff = TimeSpan.FromMilliseconds(config.AddPartitionsToTxnRetryBackoffMs);
    readonly TimeSpan retryTimeout = TimeSpan.FromMilliseconds(Math.Min(config.AddPartitionsToTxnRetryBackoffMaxMs, config.RequestTimeoutMs));

    public async Task<(ErrorCode Error, VerificationGuard? Guard)> VerifyAsync(string transactionalId, ProducerIdAndEpoch producer, Partition partition, bool supportsEpochBump)
    {
        if (!supportsEpochBump && !config.TransactionPartitionVerificationEnable)
            return (ErrorCode.None, null);
        var start = time.GetTimestamp();
        while (true)
        {
            // Anew each time: the end of the transaction before may have come in between.
            if (partition.StartTransactionVerification(producer, RecordBatch.NoSequence, supportsEpochBump) is not { } guard)
                return (ErrorCode.None, null);
            var error = await AskAsync(transactionalId, producer, partition.Id, supportsEpochBump);
            if (!supportsEpochBump || error != ErrorCode.ConcurrentTransactions || time.GetElapsedTime(start) >= retryTimeout)
                return (error, guard);
            await Task.Delay(retryBackoff, time);
        }
    }

    async Task<ErrorCode> AskAsync(string transactionalId, ProducerIdAndEpoch producer, TopicPartition partition, bool adds) => adds
        ? await transactions.AddPartitionsAsync(transactionalId, producer, [partition])
        : (await transactions.VerifyPartitionsAsync(transactionalId, producer, [partition])).GetValueOrDefault(partition);
}
