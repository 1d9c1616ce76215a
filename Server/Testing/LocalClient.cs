using System.Net;
using NettyKafka.Codec.Framing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;

namespace NettyKafka.Testing;

/// <summary>A client inside the process: its requests go to the handlers as they would from the wire, without a socket, and it may do everything.</summary>
sealed class LocalClient(BrokerHost host)
{
    const string ListenerName = "LOCAL";

    /// <summary>Asks the node that leads a partition. Records of the answer are the caller's to release.</summary>
    public Task<TResponse> SendToLeaderAsync<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version, string topic, int partition)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        var cluster = host.Broker.Cluster;
        var leader = cluster.Image.FindTopic(topic)?.Partitions.GetValueOrDefault(partition)?.Leader;
        return SendAsync(request, version, leader is { } id ? cluster.FindNode(id) : null);
    }

    /// <summary>Asks any node. Records of the answer are the caller's to release.</summary>
    public Task<TResponse> SendAsync<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse> => SendAsync(request, version, null);

    async Task<TResponse> SendAsync<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version, Node? node)
        where TRequest : IRequest<TRequest, TResponse>
        where TResponse : class, IMessage<TResponse>
    {
        var broker = host.Broker;
        if (!broker.Apis.TryFind(TRequest.ApiKey, out var api))
            throw new NotSupportedException($"{TRequest.MessageName} is not served.");
        var header = new RequestHeader { RequestApiKey = TRequest.ApiKey, RequestApiVersion = version, ClientId = "embedded" };
        var connection = new ConnectionContext(node ?? broker.Node, ListenerName, SecurityProtocol.Plaintext, new(IPAddress.Loopback, 0), new(IPAddress.Loopback, 0), CancellationToken.None);
        var body = MessageEncoding.Encode((TRequest)request, version);
        var response = await api.ServeAsync(body, new(header, connection)).Response.ConfigureAwait(false);
        return ((Response<TResponse>)response!).Message;
    }
}
