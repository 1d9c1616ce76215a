using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Handlers;

/// <summary>The two places where test control steps in. Null, and free, everywhere else.</summary>
public sealed class Interceptors
{
    /// <summary>Runs around a handler: may answer by itself, change what the handler answered, wait, or throw to close the connection.</summary>
    public Func<RequestContext, object, Func<ValueTask<object?>>, ValueTask<object?>>? AroundHandler { get; init; }

    /// <summary>Asked by handlers before they work on a partition: an error code is answered in place of the work.</summary>
    public Func<RequestContext, string, int, ErrorCode?>? OnPartition { get; init; }
}
