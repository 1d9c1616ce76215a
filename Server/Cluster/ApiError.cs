using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Cluster;

/// <summary>How a change that a client asked for went: an error code, and what to say beside it.</summary>
public readonly record struct ApiError(ErrorCode Code, string? Message)
{
    public static readonly ApiError None = new(ErrorCode.None, null);

    public bool IsNone => Code == ErrorCode.None;
}
