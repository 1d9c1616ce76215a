using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// InitProducerId v0-6. Gives a new producer id with epoch 0; ids come from durable blocks. A transactional id is answered
/// UNSUPPORTED_VERSION: there is no transaction coordinator yet.
/// </summary>
public sealed class InitProducerIdHandler(ProducerIds producerIds) : IHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    public async ValueTask<InitProducerIdResponse?> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        if (request.TransactionalId == "")
            return Failed(ErrorCode.InvalidRequest);
        if (request.TransactionalId is not null)
            return Failed(ErrorCode.UnsupportedVersion);
        if (request.ProducerId == RecordBatch.NoProducerId != (request.ProducerEpoch == RecordBatch.NoProducerEpoch))
            return Failed(ErrorCode.InvalidRequest);

        var (error, producerId) = await producerIds.NextAsync();
        return error == ErrorCode.None ? new() { ProducerId = producerId, ProducerEpoch = 0 } : Failed(error);
    }

    static InitProducerIdResponse Failed(ErrorCode error) => new() { ErrorCode = error, ProducerEpoch = RecordBatch.NoProducerEpoch };
}
