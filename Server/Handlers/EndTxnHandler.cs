using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// EndTxn v0-5. Commits or aborts; from version 5 on (KIP-890) the epoch is bumped by it and the new one answered, so that nothing of the transaction that comes
/// late can reach the next one. The answer waits for the markers, unless a partition cannot be written for a while.
/// </summary>
public sealed class EndTxnHandler(TransactionCoordinator transactions) : IHandler<EndTxnRequest, EndTxnResponse>
{
    const short FirstVersionWithProducerFenced = 2;
    const short FirstVersionWithEpochBump = 5;

    public async ValueTask<EndTxnResponse?> HandleAsync(EndTxnRequest request, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Write, ResourceType.TransactionalId, request.TransactionalId))
            return Failed(ErrorCode.TransactionalIdAuthorizationFailed);
        if (request.TransactionalId.Length == 0)
            return Failed(ErrorCode.InvalidRequest);
        var transactionVersion = context.ApiVersion >= FirstVersionWithEpochBump ? TransactionMetadata.FirstVersionWithEpochBump : (short)0;
        var end = new TransactionEnd(request.TransactionalId, new(request.ProducerId, request.ProducerEpoch), request.Committed, transactionVersion);
        var result = await transactions.EndAsync(context.Node, end);
        return result.Error == ErrorCode.None
            ? new() { ProducerId = result.Producer.ProducerId, ProducerEpoch = result.Producer.Epoch }
            : Failed(TransactionErrors.For(result.Error, context, FirstVersionWithProducerFenced));
    }

    static EndTxnResponse Failed(ErrorCode error) => new() { ErrorCode = error, ProducerId = RecordBatch.NoProducerId, ProducerEpoch = RecordBatch.NoProducerEpoch };
}
