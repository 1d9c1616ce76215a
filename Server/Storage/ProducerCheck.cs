using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>Whether a batch may be appended as far as its producer goes: fine, refused, or appended before.</summary>
readonly record struct ProducerCheck(ErrorCode Error, string? Message, BatchMetadata? Duplicate)
{
    public static readonly ProducerCheck Fine;

    public static ProducerCheck Refused(ErrorCode error, string message) => new(error, message, null);

    public static ProducerCheck AppendedAs(BatchMetadata batch) => new(ErrorCode.None, null, batch);
}

/// <summary>A transaction that a marker has ended.</summary>
readonly record struct CompletedTransaction(long ProducerId, long FirstOffset, long LastOffset, bool IsAborted);
