using System.Net;
using Microsoft.Extensions.Logging;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Network;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Security;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Server.Telemetry;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server;

/// <summary>The composition root: a cluster with its nodes, everything built once, in the order it depends on each other. Open it, then let it listen.</summary>
public sealed class Broker : IAsyncDisposable
{
    static readonly TimeSpan drainTimeout = TimeSpan.FromSeconds(2);

    readonly DynamicBrokerConfig config;
    readonly BrokerStorage storage;
    readonly ILogger logger;
    readonly DelegationTokenExpiry delegationTokenExpiry;
    readonly CancellationTokenSource stopping = new();
    readonly BrokerNetwork network;
    bool isDisposed;

    Broker(DynamicBrokerConfig config, BrokerStorage storage, ClusterMetadata cluster, TimeProvider time, LoggingController loggers)
    {
        this.config = config;
        this.storage = storage;
        logger = loggers.CreateLogger("kafka.server.KafkaServer");
        Cluster = cluster;
        Authorizer = Authorizer.Of(config.Current, () => cluster.Image.Acls, loggers);
        Partitions = new(storage.Logs, config, loggers.CreateLogger("kafka.server.ReplicaManager"));
        Replicas = new(cluster, config.Current);
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
            Replicas = Replicas,
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
        network = new(config, Apis, cluster, Quotas, Authorizer, storage.Executor, time, logger, loggers.CreateLogger("org.apache.kafka.common.security.ssl.SslFactory"));
        Nodes = new(network, cluster, logger);
    }

    public DynamicBrokerConfig Config => config;

    public ClusterMetadata Cluster { get; }

    public Controller Controller { get; }

    /// <summary>Null where everybody may do everything.</summary>
    public Authorizer? Authorizer { get; }

    public PartitionTable Partitions { get; }

    public LogManager Logs => storage.Logs;

    /// <summary>From which replicas consumers read.</summary>
    public ReplicaSelector Replicas { get; }

    public GroupCoordinator Groups { get; }

    public TransactionCoordinator Transactions { get; }

    public ClientQuotas Quotas { get; }

    public ClientTelemetry Telemetry { get; }

    public ApiTable Apis { get; }

    /// <summary>The node that the configuration is of.</summary>
    public Node Node { get; }

    /// <summary>All nodes of this process.</summary>
    public BrokerNodes Nodes { get; }

    /// <summary>Test control's places to step in; set before the broker listens.</summary>
    public Interceptors? Interceptors { get; set; }

    /// <summary>Where clients reach each listener of <see cref="Node"/> on this machine.</summary>
    public IReadOnlyList<(string ListenerName, IPEndPoint Address)> BoundAddresses => Nodes.BoundAddressesOf(Node.Id);

    /// <summary>Starts a broker that is ready when the task is done. One that cannot start leaves nothing behind but its files.</summary>
    /// <param name="config">The configuration of all nodes.</param>
    /// <param name="files">Where the data directories are.</param>
    /// <param name="time">What all times are measured by.</param>
    /// <param name="loggers">For all log lines.</param>
    /// <param name="nodes">The nodes; without any, the one that the configuration is of. The ports of further ones follow its own, unless they have theirs.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <param name="interceptors">Test control's places to step in.</param>
    /// <exception cref="IOException">A data directory cannot be used, or a listener cannot be opened.</exception>
    public static async Task<Broker> StartAsync(BrokerConfig config, IFileSystem files, TimeProvider time, ILoggerFactory loggers, IReadOnlyList<Node> nodes, CancellationToken cancellation, Interceptors? interceptors = null)
    {
        var storage = await BrokerStorage.OpenAsync(config, files, time, loggers).ConfigureAwait(false);
        Broker? broker = null;
        try
        {
            broker = await OpenAsync(config, storage, time, loggers, nodes).ConfigureAwait(false);
            broker.Interceptors = interceptors;
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
    public static async Task<Broker> OpenAsync(BrokerConfig config, BrokerStorage storage, TimeProvider time, ILoggerFactory loggers, params IReadOnlyList<Node> nodes)
    {
        if (nodes.Count == 0)
            nodes = [new(config.NodeId, config.BrokerRack) { Endpoints = BrokerNetwork.ConfiguredEndpoints(config, index: 0) }];
        var metadataLog = await storage.OpenMetadataLogAsync().ConfigureAwait(false);
        var cluster = new ClusterMetadata(storage.ClusterId, metadataLog, nodes);
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
        await BrokerNodes.ChangeAsync(cluster, image => NodeLiveness.Changes(image, cluster.NodeIds)).ConfigureAwait(false);
        await broker.LoadCoordinatorsAsync().ConfigureAwait(false);
        storage.StartTasks();
        return broker;
    }

    /// <summary>Opens the ports; from the moment this is done the broker is ready.</summary>
    public async Task ListenAsync(CancellationToken cancellation)
    {
        await network.StartAsync(Interceptors).ConfigureAwait(false);
        await Nodes.OpenAllAsync(cancellation).ConfigureAwait(false);
        storage.BrokerEpoch = Cluster.Image.Retained.FindBroker(Node.Id)?.BrokerEpoch ?? -1;
        // The form of Kafka before KRaft, which some wait strategies still look for.
        logger.LogInformation("[KafkaServer id={NodeId}] started", Node.Id);
        logger.LogInformation("[KafkaRaftServer nodeId={NodeId}] Kafka Server started", Node.Id);
    }

    async Task BootstrapAsync()
    {
        var records = await storage.BootstrapAsync(ClusterStart.BootstrapRecords()).ConfigureAwait(false);
        ClusterStart.CheckFeatures(records.Aggregate(Cluster.Image, (image, record) => image.Replay(record)));
        await BrokerNodes.ChangeAsync(Cluster, _ => records).ConfigureAwait(false);
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

    /// <summary>Ends as a killed process does: connections break, nothing is flushed, and the next start recovers.</summary>
    public async ValueTask CrashAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
            return;
        logger.LogInformation("[KafkaRaftServer nodeId={NodeId}] crashes", Node.Id);
        await EndAsync(drainTimeout: TimeSpan.Zero).ConfigureAwait(false);
        storage.Abandon();
    }

    /// <summary>Stops accepting, answers what is in flight, flushes and marks the shutdown as clean.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
            return;
        logger.LogInformation("[KafkaRaftServer nodeId={NodeId}] shutting down", Node.Id);
        await EndAsync(drainTimeout).ConfigureAwait(false);
        await storage.DisposeAsync().ConfigureAwait(false);
        logger.LogInformation("[KafkaRaftServer nodeId={NodeId}] shut down completed", Node.Id);
    }

    async ValueTask EndAsync(TimeSpan drainTimeout)
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await Nodes.StopListeningAsync().ConfigureAwait(false);
        // Who waits is answered; who asks from here on finds the connection closed, and no coordinator that has just ceased.
        Transactions.Dispose();
        Groups.Dispose();
        foreach (var partition in Partitions.All)
            partition.CompleteWaiting();
        await Nodes.DrainAsync(drainTimeout).ConfigureAwait(false);
        await network.DisposeAsync().ConfigureAwait(false);
        delegationTokenExpiry.Dispose();
        Quotas.Dispose();
        Telemetry.Dispose();
        await Partitions.StopAsync().ConfigureAwait(false);
        Nodes.Dispose();
        stopping.Dispose();
    }
}
