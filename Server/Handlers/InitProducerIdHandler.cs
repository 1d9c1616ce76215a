using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// InitProducerId v0-6. Without a transactional id it gives a new producer id, from durable blocks; with one it gives the id's producer a new epoch, which fences
/// who had it before, and ends what that one has left open. Two-phase commit (KIP-939, version 6) is refused as by a Kafka where it is not enabled.
/// </summary>
public sealed class InitProducerIdHandler(ProducerIds producerIds, TransactionCoordinator transactions, BrokerConfig config) : IHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    const short FirstVersionWithProducerFenced = 4;

    public async ValueTask<InitProducerIdResponse?> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        if (!IsAuthorized(request, context, out var refusal))
            return Failed(refusal);
        if (request.ProducerId == RecordBatch.NoProducerId != (request.ProducerEpoch == RecordBatch.NoProducerEpoch))
            return Failed(ErrorCode.InvalidRequest);
        if (request.TransactionalId is not { } transactionalId)
        {
            var (error, producerId) = await producerIds.NextAsync();
            return error == ErrorCode.None ? new() { ProducerId = producerId, ProducerEpoch = 0 } : Failed(error);
        }

        if (transactionalId.Length == 0)
            return Failed(ErrorCode.InvalidRequest);
        if (request.Enable2Pc || request.KeepPreparedTxn)
            return Failed(ErrorCode.TransactionalIdAuthorizationFailed);
        if (request.TransactionTimeoutMs <= 0 || request.TransactionTimeoutMs > config.TransactionMaxTimeoutMs)
            return Failed(ErrorCode.InvalidTransactionTimeout);

        var producer = new ProducerIdAndEpoch(request.ProducerId, request.ProducerEpoch);
        var result = await transactions.InitializeAsync(context.Node, transactionalId, request.TransactionTimeoutMs, producer == ProducerIdAndEpoch.None ? null : producer);
        return result.Error == ErrorCode.None
            ? new() { ProducerId = result.Producer.ProducerId, ProducerEpoch = result.Producer.Epoch }
            : Failed(TransactionErrors.For(result.Error, context, FirstVersionWithProducerFenced));
    }

    /// <summary>Who may write to any topic may do so idempotently.</summary>
    static bool IsAuthorized(InitProducerIdRequest request, RequestContext context, out ErrorCode refusal)
    {
        if (request.TransactionalId is { } transactionalId)
        {
            refusal = ErrorCode.TransactionalIdAuthorizationFailed;
            return context.IsAuthorized(AclOperation.Write, ResourceType.TransactionalId, transactionalId);
        }

        refusal = ErrorCode.ClusterAuthorizationFailed;
        return context.IsAuthorizedByResourceType(AclOperation.Write, ResourceType.Topic) || context.IsAuthorizedOnCluster(AclOperation.IdempotentWrite);
    }

    static InitProducerIdResponse Failed(ErrorCode error) => new() { ErrorCode = error, ProducerEpoch = RecordBatch.NoProducerEpoch };
}
