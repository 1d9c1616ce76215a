using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Transactions;

/// <summary>Aborts transactions that are open for longer than their producers allow, and forgets transactional ids that nobody has used for long.</summary>
public sealed class TransactionTimeouts
{
    readonly CoordinatorContext context;
    readonly TransactionTable table;
    readonly TransactionEnding ending;
    readonly ProducerIds producerIds;
    readonly BrokerConfig config;
    readonly CoordinatorTimer abortTimer;
    readonly CoordinatorTimer expirationTimer;

    public TransactionTimeouts(CoordinatorContext context, TransactionTable table, TransactionEnding ending, ProducerIds producerIds, BrokerConfig config)
    {
        this.context = context;
        this.table = table;
        this.ending = ending;
        this.producerIds = producerIds;
        this.config = config;
        abortTimer = context.Timers.Create(AbortTimedOut);
        expirationTimer = context.Timers.Create(RemoveExpired);
    }

    public void OnLoaded()
    {
        abortTimer.Schedule(config.TransactionAbortTimedOutTransactionCleanupIntervalMs);
        expirationTimer.Schedule(config.TransactionRemoveExpiredTransactionCleanupIntervalMs);
    }

    void AbortTimedOut()
    {
        abortTimer.Schedule(config.TransactionAbortTimedOutTransactionCleanupIntervalMs);
        var now = context.NowMs;
        foreach (var transaction in table.All.Where(transaction => transaction.State == TransactionState.Ongoing && transaction.StartTimestampMs + transaction.TimeoutMs < now).ToList())
        {
            context.Logger.LogInformation("The transaction of {TransactionalId} is aborted: it is open for more than {TimeoutMs} ms", transaction.TransactionalId, transaction.TimeoutMs);
            if (!ending.TryAbort(transaction, newProducerId: null))
                context.WhenDurable(async () => await producerIds.NextAsync().ConfigureAwait(false), allocated => Abort(transaction, allocated));
        }
    }

    /// <summary>If it is still as it was, and there is an id; otherwise the next look at the time finds it again.</summary>
    void Abort(TransactionMetadata transaction, (ErrorCode Error, long ProducerId) allocated)
    {
        if (allocated.Error == ErrorCode.None && table.Find(transaction.TransactionalId) == transaction)
            ending.TryAbort(transaction, allocated.ProducerId);
    }

    void RemoveExpired()
    {
        expirationTimer.Schedule(config.TransactionRemoveExpiredTransactionCleanupIntervalMs);
        var now = context.NowMs;
        foreach (var transaction in table.All.Where(transaction => transaction.State.IsIdle() && transaction.LastUpdateTimestampMs + config.TransactionalIdExpirationMs <= now).ToList())
        {
            context.Logger.LogInformation("The transactional id {TransactionalId} is forgotten: nobody has used it for {ExpirationMs} ms", transaction.TransactionalId, config.TransactionalIdExpirationMs);
            table.Remove(transaction.TransactionalId);
        }
    }
}
