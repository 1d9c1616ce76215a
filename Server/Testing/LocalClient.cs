using System.Net;
using NettyKafka.Codec.Framing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;

namespace NettyKafka.Testing;

/// <summary>A client inside the process: its requests go to the handlers as they would from the wire, without a socket, and it may do everything.</summary>
sealed class LocalClient(Broker broker)
{
    const string ListenerName = "LOCAL";

    readonly ConnectionContext connection = new(broker.Node, ListenerName, SecurityProtocol.Plaintext, new(IPAddress.Loopback, 0), new(IPAddress.Loopback, 0), CancellationToken.None);

    /// <summary>Records of the answer are the caller's to release.</summary>
    public async Task<TResponse> SendAsync<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        if (!broker.Apis.TryFind(TRequest.ApiKey, out var api))
            throw new NotSupportedException($"{TRequest.MessageName} is not served.");
        var header = new RequestHeader { RequestApiKey = TRequest.ApiKey, RequestApiVersion = version, ClientId = "embedded" };
        var body = MessageEncoding.Encode((TRequest)request, version);
        var response = await api.ServeAsync(body, new(header, connection)).Response.ConfigureAwait(false);
        return ((Response<TResponse>)response!).Message;
    }
}
