using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>AddOffsetsToTxn v0-4. Adds the partition of <c>__consumer_offsets</c> that keeps a group to a transaction; producers of transaction version 2 need not ask.</summary>
public sealed class AddOffsetsToTxnHandler(TransactionCoordinator transactions, GroupCoordinator groups) : IHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>
{
    const short FirstVersionWithProducerFenced = 2;

    public async ValueTask<AddOffsetsToTxnResponse?> HandleAsync(AddOffsetsToTxnRequest request, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Write, ResourceType.TransactionalId, request.TransactionalId))
            return new() { ErrorCode = ErrorCode.TransactionalIdAuthorizationFailed };
        if (!context.IsAuthorized(AclOperation.Read, ResourceType.Group, request.GroupId))
            return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        if (request.TransactionalId.Length == 0)
            return new() { ErrorCode = ErrorCode.InvalidRequest };
        try
        {
            var partition = await groups.PartitionForAsync(request.GroupId);
            var error = await transactions.AddPartitionsAsync(
                context.Node, request.TransactionalId, new(request.ProducerId, request.ProducerEpoch), [new(InternalTopics.ConsumerOffsets, partition)]);
            return new() { ErrorCode = TransactionErrors.For(error, context, FirstVersionWithProducerFenced) };
        }
        catch (CoordinatorException e)
        {
            return new() { ErrorCode = e.Error };
        }
    }
}
