using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>The transactional ids of one partition of <c>__transaction_state</c>.</summary>
public sealed class TransactionShard : ICoordinatorShard
{
    readonly CoordinatorContext context;
    readonly TransactionCompletion completion;
    readonly TransactionTimeouts timeouts;

    public TransactionShard(CoordinatorContext context, ProducerIds producerIds, BrokerConfig config, Func<TopicPartition, TxnMarkerEntry, Task<ErrorCode>> writeMarker)
    {
        this.context = context;
        Transactions = new(context);
        completion = new(context, Transactions, writeMarker);
        Ending = new(context, Transactions, completion);
        Initialization = new(context, Transactions, Ending);
        Partitions = new(context, Transactions);
        timeouts = new(context, Transactions, Ending, producerIds, config);
    }

    public TransactionTable Transactions { get; }

    public ProducerInitialization Initialization { get; }

    public TransactionPartitions Partitions { get; }

    public TransactionEnding Ending { get; }

    public void Replay(in CoordinatorRecord record, long producerId)
    {
        if (record.Type == TransactionLogKey.RecordType)
            Transactions.Replay(record);
        else
            context.Logger.LogDebug("A record of type {Type} is left as it is", record.Type);
    }

    /// <summary>The topic is no part of transactions.</summary>
    public void ReplayEndTransaction(long producerId, bool isCommitted)
    {
    }

    /// <summary>What was decided before is carried out: some of the markers may be written, all are written again.</summary>
    public void OnLoaded()
    {
        timeouts.OnLoaded();
        foreach (var transaction in Transactions.All.Where(transaction => transaction.State.IsEnding()).ToList())
            completion.Start(transaction, reply: null);
    }

    public void OnMetadataUpdate(ClusterImage previous, ClusterImage next)
    {
    }
}
