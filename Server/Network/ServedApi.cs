using NettyKafka.Codec.Framing;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;

namespace NettyKafka.Server.Network;

/// <summary>One line of the table of APIs: what is served, what clients are told, and how a body becomes a response.</summary>
public sealed record ServedApi(Api Api, VersionRange Served, VersionRange Advertised, Func<Memory<byte>, RequestContext, PendingResponse> ServeAsync)
{
    public short Key => Api.Key;

    public string Name => Api.Name;
}

/// <summary>A response in the making; while <paramref name="UsesFrame"/> the request's frame has to stay.</summary>
public readonly record struct PendingResponse(ValueTask<Response?> Response, bool UsesFrame);
