using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Network;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Security;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Security.Sasl;
using NettyKafka.Server.Security.Tls;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Server.Telemetry;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server;

/// <summary>The composition root: a cluster with one node, everything built once, in the order it depends on each other. Open it, then let it listen.</summary>
public sealed class Broker : IAsyncDisposable
{
    static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    readonly DynamicBrokerConfig config;
    readonly BrokerStorage storage;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly ILogger sslLogger;
    readonly DelegationTokenExpiry delegationTokenExpiry;
    readonly CancellationTokenSource stopping = new();
    readonly List<Listener> listeners = [];
    readonly Dictionary<string, SslFactory> sslOfListeners = [];
    Transport? transport;
    bool isDisposed;

    Broker(DynamicBrokerConfig config, BrokerStorage storage, ClusterMetadata cluster, TimeProvider time, LoggingController loggers)
    {
        this.config = config;
        this.storage = storage;
        this.time = time;
        logger = loggers.CreateLogger("kafka.server.KafkaServer");
        sslLogger = loggers.CreateLogger("org.apache.kafka.common.security.ssl.SslFactory");
        Cluster = cluster;
        Authorizer = Authorizer.Of(config.Current, () => cluster.Image.Acls, loggers);
        Partitions = new(storage.Logs, config, loggers.CreateLogger("kafka.server.ReplicaManager"));
        Controller = new(cluster, config);
        Groups = new(cluster, Controller, Partitions, config.Current, storage.Executor, time, loggers.CreateLogger("kafka.coordinator.group.GroupCoordinator"));
        Quotas = new(cluster, config.Current, time);
        Telemetry = new(cluster, config.Current, time);
        Node = cluster.Nodes[0];
        var producerIds = new ProducerIds(Controller, Node.Id);
        var markers = new TransactionMarkers(Partitions, Groups.EndTransactionAsync, time);
        Transactions = new(
            cluster, Controller, Partitions, producerIds, markers.EndAsync, config.Current, time, loggers.CreateLogger("kafka.coordinator.transaction.TransactionCoordinator"));
        var delegationTokens = new DelegationTokenControl(
            cluster, DelegationTokenSecret.Of(config.Current.DelegationTokenSecretKey), config.Current.DelegationTokenMaxLifetime, config.Current.DelegationTokenExpiryTime, time);
        delegationTokenExpiry = new(delegationTokens, config.Current.DelegationTokenExpiryCheckInterval, time, loggers.CreateLogger("org.apache.kafka.controller.DelegationTokenControlManager"));
        Apis = Network.Apis.Create(new()
        {
            Cluster = cluster,
            Controller = Controller,
            Partitions = Partitions,
            Groups = Groups,
            Transactions = Transactions,
            Markers = markers,
            ProducerIds = producerIds,
            DelegationTokens = delegationTokens,
            Logs = storage.Logs,
            Quotas = Quotas,
            Telemetry = Telemetry,
            Executor = storage.Executor,
            Config = config,
            Configs = new(cluster, config),
            Logging = loggers,
            Time = time,
            Stopping = stopping.Token,
        });
    }

    public DynamicBrokerConfig Config => config;

    public ClusterMetadata Cluster { get; }

    public Controller Controller { get; }

    /// <summary>Null where everybody may do everything.</summary>
    public Authorizer? Authorizer { get; }

    public PartitionTable Partitions { get; }

    public GroupCoordinator Groups { get; }

    public TransactionCoordinator Transactions { get; }

    public ClientQuotas Quotas { get; }

    public ClientTelemetry Telemetry { get; }

    public ApiTable Apis { get; }

    public Node Node { get; }

    /// <summary>Test control's two places to step in; set before the broker listens.</summary>
    public Interceptors? Interceptors { get; set; }

    /// <summary>Where clients reach each listener on this machine.</summary>
    public IReadOnlyList<(string ListenerName, IPEndPoint Address)> BoundAddresses => listeners.ConvertAll(listener => (listener.Name, listener.BoundAddress));

    /// <summary>Starts a broker that is ready when the task is done. One that cannot start leaves nothing behind but its files.</summary>
    /// <exception cref="IOException">A data directory cannot be used, or a listener cannot be opened.</exception>
    public static async Task<Broker> StartAsync(BrokerConfig config, IFileSystem files, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var storage = await BrokerStorage.OpenAsync(config, files, time, loggers).ConfigureAwait(false);
        Broker? broker = null;
        try
        {
            broker = await OpenAsync(config, storage, time, loggers).ConfigureAwait(false);
            await broker.ListenAsync(cancellation).ConfigureAwait(false);
            return broker;
        }
        catch
        {
            IAsyncDisposable started = broker is null ? storage : broker;
            await started.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens storage and brings the cluster's state up from its metadata log; nothing listens yet.</summary>
    public static async Task<Broker> OpenAsync(BrokerConfig config, BrokerStorage storage, TimeProvider time, ILoggerFactory loggers)
    {
        var node = new Node(config.NodeId, config.BrokerRack) { Endpoints = ConfiguredEndpoints(config) };
        var metadataLog = await storage.OpenMetadataLogAsync().ConfigureAwait(false);
        var cluster = new ClusterMetadata(storage.ClusterId, metadataLog, [node]);
        var configLogger = loggers.CreateLogger("kafka.server.DynamicBrokerConfig");
        var dynamicConfig = new DynamicBrokerConfig(config, configLogger);
        dynamicConfig.Add(storage.Reconfigurable);
        var broker = new Broker(dynamicConfig, storage, cluster, time, LoggingController.Of(loggers));
        var configPublisher = new DynamicConfigPublisher(dynamicConfig, configLogger);
        cluster.Publishing = async (previous, next) =>
        {
            // First: it holds what topics without configs of their own have.
            await configPublisher.ApplyAsync(previous, next).ConfigureAwait(false);
            await broker.Partitions.ApplyAsync(previous, next).ConfigureAwait(false);
        };
        cluster.Published = broker.Partitions.DeleteAsync;
        await cluster.LoadAsync().ConfigureAwait(false);
        if (cluster.Image.MetadataVersion == 0)
            await broker.BootstrapAsync().ConfigureAwait(false);
        await broker.Partitions.CompleteLoadAsync().ConfigureAwait(false);
        await broker.ChangeAsync(image => ClusterStart.Leadership(image, node)).ConfigureAwait(false);
        await broker.LoadCoordinatorsAsync().ConfigureAwait(false);
        storage.StartTasks();
        return broker;
    }

    /// <summary>Opens the ports; from the moment this is done the broker is ready.</summary>
    public async Task ListenAsync(CancellationToken cancellation)
    {
        await LoadCertificatesAsync().ConfigureAwait(false);
        transport = new(config.Current.NumNetworkThreads);
        config.Add(new DynamicListenerConfig(transport));
        var options = ListenerOptions();
        foreach (var endpoint in config.Current.Listeners)
            listeners.Add(await BindAsync(transport, options, endpoint, cancellation).ConfigureAwait(false));
        Node.Endpoints = BoundEndpoints();
        var incarnationId = Uuid.Random();
        await ChangeAsync(image =>
        {
            storage.BrokerEpoch = ClusterStart.BrokerEpochOf(image);
            return ClusterStart.Registration(image, Node, incarnationId);
        }).ConfigureAwait(false);
        foreach (var (_, address) in BoundAddresses)
            logger.LogInformation("Awaiting socket connections on {Host}:{Port}.", address.Address, address.Port);
        logger.LogInformation("The broker has been unfenced. Transitioning from RECOVERY to RUNNING.");
        // The form of Kafka before KRaft, which some wait strategies still look for.
        logger.LogInformation("[KafkaServer id={NodeId}] started", Node.Id);
        logger.LogInformation("[KafkaRaftServer nodeId={NodeId}] Kafka Server started", Node.Id);
    }

    static ImmutableDictionary<string, AdvertisedEndpoint> ConfiguredEndpoints(BrokerConfig config) =>
        config.Listeners.ToImmutableDictionary(listener => listener.Name, listener => Advertise(config, listener, listener.Port));

    static AdvertisedEndpoint Advertise(BrokerConfig config, Endpoint listener, int boundPort)
    {
        var advertised = config.FindAdvertised(listener.Name);
        return new(listener.Name, advertised?.Host is { Length: > 0 } host ? host : null, advertised?.Port is > 0 and var port ? port : boundPort)
        {
            SecurityProtocol = listener.SecurityProtocol,
        };
    }

    ImmutableDictionary<string, AdvertisedEndpoint> BoundEndpoints() =>
        listeners.ToImmutableDictionary(listener => listener.Name, listener => Advertise(config.Current, listener.Endpoint, listener.BoundAddress.Port));

    async Task LoadCertificatesAsync()
    {
        foreach (var listener in config.Current.Listeners.Where(listener => listener.SecurityProtocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl))
        {
            var ssl = await SslFactory.CreateAsync(config.Current, listener, File.ReadAllBytes, storage.Executor, time, sslLogger).ConfigureAwait(false);
            sslOfListeners[listener.Name] = ssl;
            config.Add(ssl);
        }
    }

    async Task<Listener> BindAsync(Transport loops, ListenerOptions options, Endpoint endpoint, CancellationToken cancellation)
    {
        try
        {
            var address = await BindAddress.ResolveAsync(endpoint.Host, endpoint.Port, cancellation).ConfigureAwait(false);
            return await Listener.BindAsync(loops, options, Node, endpoint, sslOfListeners.GetValueOrDefault(endpoint.Name), address).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or AggregateException { InnerException: SocketException })
        {
            throw new IOException($"The listener {endpoint} cannot be opened: {(e.InnerException ?? e).Message}", e);
        }
    }

    async Task BootstrapAsync()
    {
        var records = await storage.BootstrapAsync(ClusterStart.BootstrapRecords()).ConfigureAwait(false);
        ClusterStart.CheckFeatures(records.Aggregate(Cluster.Image, (image, record) => image.Replay(record)));
        await ChangeAsync(_ => records).ConfigureAwait(false);
    }

    async Task ChangeAsync(Func<ClusterImage, IReadOnlyList<MetadataRecord>> change)
    {
        var (error, _) = await Cluster.ChangeAsync(image => (change(image), true)).ConfigureAwait(false);
        if (error != ErrorCode.None)
            throw new IOException($"The metadata log cannot be written: {error}");
    }

    /// <summary>Before anyone can connect: a client that comes first finds its group as it was.</summary>
    async Task LoadCoordinatorsAsync()
    {
        await Groups.ApplyAsync(ClusterImage.Empty, Cluster.Image).ConfigureAwait(false);
        await Transactions.ApplyAsync(ClusterImage.Empty, Cluster.Image).ConfigureAwait(false);
        Cluster.Published = async (previous, next) =>
        {
            await Partitions.DeleteAsync(previous, next).ConfigureAwait(false);
            await Groups.ApplyAsync(previous, next).ConfigureAwait(false);
            await Transactions.ApplyAsync(previous, next).ConfigureAwait(false);
        };
    }

    ListenerOptions ListenerOptions() => new(
        Apis,
        new(config.Current.QueuedMaxRequestBytes),
        new(config, time, OpenFileLimit.Get()),
        Quotas,
        time,
        logger,
        Authorizer,
        config.Current.SocketRequestMaxBytes,
        TimeSpan.FromMilliseconds(config.Current.ConnectionsMaxIdleMs),
        SocketBuffer("socket.send.buffer.bytes", config.Current.SocketSendBufferBytes),
        SocketBuffer("socket.receive.buffer.bytes", config.Current.SocketReceiveBufferBytes),
        config.Current.SocketListenBacklogSize,
        Interceptors,
        SaslOf);

    SaslListener? SaslOf(Endpoint listener) => listener.SecurityProtocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl
        ? new(config, listener.Name, Cluster, storage.Executor, time)
        : null;

    /// <summary>Only a size that somebody asked for is set: the operating system's own tuning is better than Kafka's default.</summary>
    int? SocketBuffer(string name, int bytes) => bytes > 0 && config.Current.Settings.Effective.ContainsKey(name) ? bytes : null;

    /// <summary>Stops accepting, answers what is in flight, flushes and marks the shutdown as clean.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
            return;
        logger.LogInformation("[KafkaRaftServer nodeId={NodeId}] shutting down", Node.Id);
        await stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(listeners.ConvertAll(listener => listener.StopAsync())).ConfigureAwait(false);
        // Who waits is answered; who asks from here on finds the connection closed, and no coordinator that has just ceased.
        Transactions.Dispose();
        Groups.Dispose();
        foreach (var partition in Partitions.All)
            partition.CompleteWaiting();
        await Task.WhenAll(listeners.ConvertAll(listener => listener.DrainAsync(DrainTimeout))).ConfigureAwait(false);
        if (transport is not null)
            await transport.DisposeAsync().ConfigureAwait(false);
        delegationTokenExpiry.Dispose();
        Quotas.Dispose();
        Telemetry.Dispose();
        foreach (var ssl in sslOfListeners.Values)
            ssl.Dispose();
        await Partitions.StopAsync().ConfigureAwait(false);
        await storage.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
        logger.LogInformation("[KafkaRaftServer nodeId={NodeId}] shut down completed", Node.Id);
    }
}
