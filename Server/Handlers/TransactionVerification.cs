using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// Asks the transaction coordinator about partitions before a transaction's first append to them (KIP-890). Clients of transaction version 2 have them added; while the
/// end of the transaction before is still on its way, they are asked for again for a short while, which spares the clients their own retries.
/// </summary>
public sealed class TransactionVerification(TransactionCoordinator transactions, DynamicBrokerConfig config, TimeProvider time)
{
    readonly TimeSpan retryBackoff = TimeSpan.FromMilliseconds(config.Current.AddPartitionsToTxnRetryBackoffMs);
    readonly TimeSpan retryTimeout = TimeSpan.FromMilliseconds(Math.Min(config.Current.AddPartitionsToTxnRetryBackoffMaxMs, config.Current.RequestTimeoutMs));

    /// <summary>Verifies partitions, or adds them.</summary>
    /// <param name="transactionalId">The producer's transactional id.</param>
    /// <param name="producer">The producer.</param>
    /// <param name="start">Starts the verifications of those partitions that the transaction has not written to yet.</param>
    /// <param name="adds">Whether the client keeps to transaction version 2.</param>
    public async Task<(IReadOnlyDictionary<TopicPartition, VerificationGuard> Guards, IReadOnlyDictionary<TopicPartition, ErrorCode> Errors)> VerifyAsync(
        string transactionalId, ProducerIdAndEpoch producer, Func<IReadOnlyDictionary<TopicPartition, VerificationGuard>> start, bool adds)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            // Anew each time: the end of the transaction before may have come in between.
            var guards = start();
            if (guards.Count == 0 || !IsNeeded(adds))
                return (guards, new Dictionary<TopicPartition, ErrorCode>());
            var errors = await AskAsync(transactionalId, producer, [.. guards.Keys], adds);
            if (!adds || !errors.Values.Contains(ErrorCode.ConcurrentTransactions) || time.GetElapsedTime(started) >= retryTimeout)
                return (guards, errors);
            await Task.Delay(retryBackoff, time);
        }
    }

    /// <summary>As <see cref="VerifyAsync(string,ProducerIdAndEpoch,Func{IReadOnlyDictionary{TopicPartition,VerificationGuard}},bool)"/>, for one partition and records without sequences.</summary>
    public async Task<(ErrorCode Error, VerificationGuard? Guard)> VerifyAsync(string transactionalId, ProducerIdAndEpoch producer, Partition partition, bool adds)
    {
        var (guards, errors) = await VerifyAsync(transactionalId, producer, Start, adds);
        return (errors.GetValueOrDefault(partition.Id), guards.GetValueOrDefault(partition.Id));

        IReadOnlyDictionary<TopicPartition, VerificationGuard> Start() =>
            partition.StartTransactionVerification(producer, RecordBatch.NoSequence, supportsEpochBump: adds) is { } guard
                ? new Dictionary<TopicPartition, VerificationGuard> { [partition.Id] = guard }
                : [];
    }

    /// <summary>What only verifies can be switched off.</summary>
    bool IsNeeded(bool adds) => adds || config.Current.TransactionPartitionVerificationEnable;

    async Task<IReadOnlyDictionary<TopicPartition, ErrorCode>> AskAsync(string transactionalId, ProducerIdAndEpoch producer, IReadOnlyCollection<TopicPartition> asked, bool adds)
    {
        if (!adds)
            return await transactions.VerifyPartitionsAsync(transactionalId, producer, asked);
        var error = await transactions.AddPartitionsAsync(transactionalId, producer, asked);
        return asked.ToDictionary(partition => partition, _ => error);
    }
}
