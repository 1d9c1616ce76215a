using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Security;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Security.Sasl;
using NettyKafka.Server.Security.Tls;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Network;

/// <summary>What the doors of all nodes share: event loops, certificates, limits. Opens a node's listeners.</summary>
sealed class BrokerNetwork(
    DynamicBrokerConfig config,
    ApiTable apis,
    ClusterMetadata cluster,
    ClientQuotas quotas,
    Authorizer? authorizer,
    BlockingExecutor executor,
    TimeProvider time,
    ILogger logger,
    ILogger sslLogger) : IAsyncDisposable
{
    readonly Dictionary<string, SslFactory> sslOfListeners = [];
    Transport? transport;
    ListenerOptions? options;

    /// <summary>Starts the event loops and loads the certificates.</summary>
    public async Task StartAsync(Interceptors? interceptors)
    {
        foreach (var listener in config.Current.Listeners.Where(listener => listener.SecurityProtocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl))
        {
            var ssl = await SslFactory.CreateAsync(config.Current, listener, File.ReadAllBytes, executor, time, sslLogger).ConfigureAwait(false);
            sslOfListeners[listener.Name] = ssl;
            config.Add(ssl);
        }

        transport = new(config.Current.SocketTransport, config.Current.NumNetworkThreads);
        config.Add(new DynamicListenerConfig(transport));
        options = Options(interceptors);
    }

    /// <summary>Opens the ports of a node, whose endpoints are told to clients from then on.</summary>
    /// <param name="node">The node.</param>
    /// <param name="portOf">The port for a listener; 0 is a free one.</param>
    /// <param name="cancellation">Ends the wait for a host's address.</param>
    /// <exception cref="IOException">A port cannot be opened.</exception>
    public async Task<NodeDoor> OpenAsync(Node node, Func<Endpoint, int> portOf, CancellationToken cancellation)
    {
        List<Listener> listeners = [];
        var door = new NodeDoor(node, listeners);
        try
        {
            foreach (var endpoint in config.Current.Listeners)
                listeners.Add(await BindAsync(node, endpoint with { Port = portOf(endpoint) }, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await door.StopAsync().ConfigureAwait(false);
            throw;
        }

        node.Endpoints = listeners.ToImmutableDictionary(listener => listener.Name, listener => Advertise(node, listener));
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        if (transport is not null)
            await transport.DisposeAsync().ConfigureAwait(false);
        foreach (var ssl in sslOfListeners.Values)
            ssl.Dispose();
    }

    /// <summary>The port of a node further on: its listeners have theirs behind those of the node before.</summary>
    public int PortBehind(int port, int index) => PortBehind(config.Current, port, index);

    /// <summary>What clients are told before the ports are known.</summary>
    public static ImmutableDictionary<string, AdvertisedEndpoint> ConfiguredEndpoints(BrokerConfig config, int index) =>
        config.Listeners.ToImmutableDictionary(listener => listener.Name, listener => Advertise(config, listener, listener.Port, index));

    async Task<Listener> BindAsync(Node node, Endpoint endpoint, CancellationToken cancellation)
    {
        try
        {
            var address = await BindAddress.ResolveAsync(endpoint.Host, endpoint.Port, cancellation).ConfigureAwait(false);
            return await Listener.BindAsync(transport!, options!, node, endpoint, sslOfListeners.GetValueOrDefault(endpoint.Name), address).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or AggregateException { InnerException: SocketException })
        {
            throw new IOException($"The listener {endpoint} cannot be opened: {(e.InnerException ?? e).Message}", e);
        }
    }

    AdvertisedEndpoint Advertise(Node node, Listener listener) => Advertise(config.Current, listener.Endpoint, listener.BoundAddress.Port, node.Id - config.Current.NodeId);

    /// <summary>Nodes beside the first one have the ports behind its own, where it advertises one.</summary>
    static AdvertisedEndpoint Advertise(BrokerConfig config, Endpoint listener, int boundPort, int index)
    {
        var advertised = config.FindAdvertised(listener.Name);
        return new(listener.Name, advertised?.Host is { Length: > 0 } host ? host : null, advertised?.Port is > 0 and var port ? PortBehind(config, port, index) : boundPort)
        {
            SecurityProtocol = listener.SecurityProtocol,
        };
    }

    static int PortBehind(BrokerConfig config, int port, int index)
    {
        var ports = config.Listeners.Select(listener => listener.Port).Where(fixedPort => fixedPort > 0).ToList();
        return port + (index * (ports.Count == 0 ? 1 : ports.Max() - ports.Min() + 1));
    }

    ListenerOptions Options(Interceptors? interceptors) => new(
        apis,
        new(config.Current.QueuedMaxRequestBytes),
        new(config, time, OpenFileLimit.Get()),
        quotas,
        time,
        logger,
        authorizer,
        config.Current.SocketRequestMaxBytes,
        TimeSpan.FromMilliseconds(config.Current.ConnectionsMaxIdleMs),
        SocketBuffer("socket.send.buffer.bytes", config.Current.SocketSendBufferBytes),
        SocketBuffer("socket.receive.buffer.bytes", config.Current.SocketReceiveBufferBytes),
        config.Current.SocketListenBacklogSize,
        interceptors,
        SaslOf);

    SaslListener? SaslOf(Endpoint listener) => listener.SecurityProtocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl
        ? new(config, listener.Name, cluster, executor, time)
        : null;

    /// <summary>Only a size that somebody asked for is set: the operating system's own tuning is better than Kafka's default.</summary>
    int? SocketBuffer(string name, int bytes) => bytes > 0 && config.Current.Settings.Effective.ContainsKey(name) ? bytes : null;
}
