using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Transactions;

/// <summary>What a producer goes on as, or why not; or that it takes a producer id which nobody has yet, to ask again with.</summary>
public readonly record struct ProducerResult(ErrorCode Error, ProducerIdAndEpoch Producer, bool NeedsProducerId)
{
    public static readonly ProducerResult ProducerIdNeeded = new(ErrorCode.None, ProducerIdAndEpoch.None, true);

    public static ProducerResult Of(ProducerIdAndEpoch producer) => new(ErrorCode.None, producer, false);

    public static ProducerResult Failed(ErrorCode error) => new(error, ProducerIdAndEpoch.None, false);
}
