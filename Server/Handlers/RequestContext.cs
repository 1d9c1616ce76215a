using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security;

namespace NettyKafka.Server.Handlers;

/// <summary>What a handler knows of a request beside its message: the header, the connection it came on and the node that was asked.</summary>
public sealed class RequestContext(RequestHeader header, ConnectionContext connection)
{
    public RequestHeader Header => header;

    public short ApiVersion => header.RequestApiVersion;

    public ConnectionContext Connection => connection;

    /// <summary>The door of the cluster that the client came through.</summary>
    public Node Node => connection.Node;

    /// <summary>The request's size on the wire.</summary>
    public int SizeInBytes { get; init; }

    /// <summary>How long the request has kept a thread.</summary>
    public TimeSpan ThreadTime { get; set; }

    /// <summary>For how long a quota that the handler knows of throttles the client; 0 if none does.</summary>
    public int ThrottleTimeMs { get; set; }

    public KafkaPrincipal Principal => connection.Principal;

    /// <summary>Cancelled when the connection closes: nobody waits for the answer any more.</summary>
    public CancellationToken Closed => connection.Closed;

    /// <summary>What is not <paramref name="logIfAllowed"/> or <paramref name="logIfDenied"/> is no event of its own: <see cref="Authorizer.Authorize"/>.</summary>
    public bool IsAuthorized(AclOperation operation, ResourceType type, string name, bool logIfAllowed = true, bool logIfDenied = true) =>
        connection.Authorizer?.Authorize(Authorizable, operation, type, name, logIfAllowed, logIfDenied) ?? true;

    public bool IsAuthorizedOnCluster(AclOperation operation, bool logIfDenied = true) => IsAuthorized(operation, ResourceType.Cluster, Authorizer.ClusterName, logIfDenied: logIfDenied);

    /// <summary>Whether there may be a resource of a type that the client has a right to.</summary>
    public bool IsAuthorizedByResourceType(AclOperation operation, ResourceType type) => connection.Authorizer?.AuthorizeByResourceType(Authorizable, operation, type) ?? true;

    /// <summary>Whether the client may describe a topic, to be asked later: nothing of the connection is kept.</summary>
    public Func<string, bool> DescribableTopics()
    {
        if (connection.Authorizer is not { } authorizer)
            return static _ => true;
        var client = Authorizable;
        return topic => authorizer.Authorize(client, AclOperation.Describe, ResourceType.Topic, topic, logIfAllowed: true, logIfDenied: false);
    }

    AuthorizableRequestContext Authorizable => new(Principal, connection.RemoteAddress.Address, header.RequestApiKey);

    /// <summary>Where the client reaches a node through the listener it uses itself; null when that node has no such listener.</summary>
    public AdvertisedEndpoint? EndpointOf(Node node) => node.Endpoints.GetValueOrDefault(connection.ListenerName);

    public string HostOf(AdvertisedEndpoint endpoint) => endpoint.HostFor(connection.LocalAddress.Address);

    /// <summary>An error that test control wants for this partition in place of the work; null otherwise.</summary>
    public ErrorCode? InterceptPartition(string topic, int partition) =>
        connection.Interceptors?.OnPartition?.Invoke(this, topic, partition);
}
