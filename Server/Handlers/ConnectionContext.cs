using System.Net;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Server.Handlers;

/// <summary>What is known of a client's connection.</summary>
public sealed class ConnectionContext(Node node, string listenerName, SecurityProtocol securityProtocol, IPEndPoint local, IPEndPoint remote, CancellationToken closed)
{
    public Node Node => node;

    public string ListenerName => listenerName;

    public SecurityProtocol SecurityProtocol => securityProtocol;

    /// <summary>The address the client reached us under; what it is told when nothing is advertised.</summary>
    public IPEndPoint LocalAddress => local;

    public IPEndPoint RemoteAddress => remote;

    public CancellationToken Closed => closed;

    /// <summary>Who the client is; authentication sets it, before any request that needs rights is served.</summary>
    public KafkaPrincipal Principal { get; set; } = KafkaPrincipal.Anonymous;

    public string ClientSoftwareName { get; set; } = "unknown";

    public string ClientSoftwareVersion { get; set; } = "unknown";

    public Interceptors? Interceptors { get; init; }

    /// <summary>Null on a listener without SASL.</summary>
    public SaslAuthentication? Sasl { get; init; }

    /// <summary>Null where everybody may do everything.</summary>
    public Authorizer? Authorizer { get; init; }

    /// <summary>Set by a handler that owes no answer but has to refuse the request: the connection is closed once it returns.</summary>
    public bool MustClose { get; set; }
}
