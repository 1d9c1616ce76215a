using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Handlers;

/// <summary>What clients hear that are older than an error.</summary>
static class TransactionErrors
{
    /// <summary>A fenced producer of a version that does not know of that error yet.</summary>
    public static ErrorCode For(ErrorCode error, RequestContext context, short firstVersionWithProducerFenced) =>
        error == ErrorCode.ProducerFenced && context.ApiVersion < firstVersionWithProducerFenced ? ErrorCode.InvalidProducerEpoch : error;
}
