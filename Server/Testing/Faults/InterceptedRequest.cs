using NettyKafka.Codec.Messages;
using NettyKafka.Server.Handlers;

namespace NettyKafka.Testing.Faults;

/// <summary>A request that an interceptor has in hand: the broker has not served it yet.</summary>
public sealed class InterceptedRequest
{
    readonly RequestContext context;
    readonly Func<ValueTask<object?>> next;

    internal InterceptedRequest(RequestContext context, object request, Func<ValueTask<object?>> next) => (this.context, Request, this.next) = (context, request, next);

    /// <summary>The name of the API, as Kafka spells it.</summary>
    public string Api => ApiKeys.Find(context.Header.RequestApiKey)!.Name;

    public short Version => context.ApiVersion;

    /// <summary>The node that was asked.</summary>
    public int NodeId => context.Node.Id;

    public string? ClientId => context.Header.ClientId;

    /// <summary>Who is logged in: "User:alice".</summary>
    public string Principal => $"{context.Principal}";

    public int CorrelationId => context.Header.CorrelationId;

    /// <summary>The message: a <see cref="ProduceRequest"/>, say. It may be changed before the broker serves it.</summary>
    public object Request { get; }

    internal object? Served { get; private set; }

    /// <summary>Lets the broker serve the request; null if the protocol has no answer to it (Produce with acks=0).</summary>
    public async Task<object?> NextAsync() => Served = await next();

    /// <summary>Closes the connection without an answer.</summary>
    public void CloseConnection() => context.Connection.MustClose = true;
}
