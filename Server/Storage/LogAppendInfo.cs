using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>What became of an append. A batch that had been appended before is answered with the offsets and the time it got then.</summary>
public readonly record struct LogAppendInfo(long BaseOffset, long LastOffset, long LogAppendTimeMs, long LogStartOffset)
{
    public const long NoTimestamp = -1;

    public const long UnknownOffset = -1;

    public ErrorCode Error { get; private init; }

    public string? ErrorMessage { get; private init; }

    public bool IsDuplicate { get; init; }

    public static LogAppendInfo Failed(ErrorCode error, string message) =>
        new(UnknownOffset, UnknownOffset, NoTimestamp, UnknownOffset) { Error = error, ErrorMessage = message };
}
