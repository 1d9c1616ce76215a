using System.Net;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>The places where test control steps in. Null, and free, everywhere else.</summary>
public sealed class Interceptors
{
    /// <summary>Runs around a handler: may answer by itself, change what the handler answered, wait, or throw to close the connection.</summary>
    public Func<RequestContext, object, Func<ValueTask<object?>>, ValueTask<object?>>? AroundHandler { get; init; }

    /// <summary>Asked by handlers before they work on a partition: an error code is answered in place of the work.</summary>
    public Func<RequestContext, string, int, ErrorCode?>? OnPartition { get; init; }

    /// <summary>Asked when a connection comes to a node: false closes it at once.</summary>
    public Func<Node, IPEndPoint, bool>? OnConnect { get; init; }

    /// <summary>Narrows the versions of an API that are served; null: it is not.</summary>
    public Func<Api, VersionRange, VersionRange?>? VersionsOf { get; init; }
}
