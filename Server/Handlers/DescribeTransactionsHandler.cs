using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>DescribeTransactions v0: what the coordinator knows of transactional ids.</summary>
public sealed class DescribeTransactionsHandler(TransactionCoordinator transactions) : IHandler<DescribeTransactionsRequest, DescribeTransactionsResponse>
{
    public async ValueTask<DescribeTransactionsResponse?> HandleAsync(DescribeTransactionsRequest request, RequestContext context)
    {
        var states = await Task.WhenAll(request.TransactionalIds.ConvertAll(id => DescribeAsync(id, context)));
        return new() { TransactionStates = [.. states] };
    }

    async Task<DescribeTransactionsResponse.TransactionStateStruct> DescribeAsync(string transactionalId, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Describe, ResourceType.TransactionalId, transactionalId))
            return Failed(transactionalId, ErrorCode.TransactionalIdAuthorizationFailed);
        if (transactionalId.Length == 0)
            return Failed(transactionalId, ErrorCode.InvalidRequest);
        try
        {
            var metadata = await transactions.RunAsync(context.Node, transactionalId, shard => shard.Transactions.Find(transactionalId));
            return metadata is null ? Failed(transactionalId, ErrorCode.TransactionalIdNotFound) : Describe(metadata, context);
        }
        catch (CoordinatorException e)
        {
            return Failed(transactionalId, e.Error);
        }
    }

    static DescribeTransactionsResponse.TransactionStateStruct Describe(TransactionMetadata metadata, RequestContext context) => new()
    {
        TransactionalId = metadata.TransactionalId,
        TransactionState = metadata.State.ToString(),
        TransactionTimeoutMs = metadata.TimeoutMs,
        TransactionStartTimeMs = metadata.StartTimestampMs,
        ProducerId = metadata.Producer.ProducerId,
        ProducerEpoch = metadata.Producer.Epoch,
        Topics =
        [
            .. from partition in metadata.Partitions
               group partition.Partition by partition.Topic into topic
               where context.IsAuthorized(AclOperation.Describe, ResourceType.Topic, topic.Key)
               orderby topic.Key
               select new DescribeTransactionsResponse.TopicData { Topic = topic.Key, Partitions = [.. topic.Order()] },
        ],
    };

    static DescribeTransactionsResponse.TransactionStateStruct Failed(string transactionalId, ErrorCode error) => new() { TransactionalId = transactionalId, ErrorCode = error };
}
