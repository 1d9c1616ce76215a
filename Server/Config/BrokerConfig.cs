using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Config;

/// <summary>
/// The effective configuration of a broker: one property for each config that the code uses, under Kafka's names.
/// It never changes; altering a config while the broker runs makes a new one.
/// </summary>
public sealed class BrokerConfig(BrokerSettings settings)
{
    /// <summary>The values as they were set, by layer.</summary>
    public BrokerSettings Settings => settings;
    public Profile Profile => settings.Profile;
    /// <summary>Given by CLUSTER_ID or cluster.id; null lets a new data directory choose one.</summary>
    public string? ClusterId { get; } = settings.Beside.TextOrNull("cluster.id");

    public int NodeId { get; } = settings.Values.Int("node.id");
    public bool AutoCreateTopicsEnable { get; } = settings.Values.Boolean("auto.create.topics.enable");
    public bool DeleteTopicEnable { get; } = settings.Values.Boolean("delete.topic.enable");
    public int NumPartitions { get; } = settings.Values.Int("num.partitions");
    public int DefaultReplicationFactor { get; } = settings.Values.Int("default.replication.factor");
    public int NumIoThreads { get; } = settings.Values.Int("num.io.threads");
    public int MaxIncrementalFetchSessionCacheSlots { get; } = settings.Values.Int("max.incremental.fetch.session.cache.slots");
    public int FetchMaxBytes { get; } = settings.Values.Int("fetch.max.bytes");
    public int MaxRequestPartitionSizeLimit { get; } = settings.Values.Int("max.request.partition.size.limit");
    public string? BrokerRack { get; } = settings.Values.TextOrNull("broker.rack");
    public IReadOnlyList<string> ProcessRoles { get; } = settings.Values.Entries("process.roles");
    public string? ReplicaSelectorClassName { get; } = settings.Values.TextOrNull("replica.selector.class");

    public string AuthorizerClassName { get; } = settings.Values.Text("authorizer.class.name");
    /// <summary>Principals that may do everything, each as TYPE:NAME.</summary>
    public IReadOnlyList<string> SuperUsers { get; } =
        settings.Beside.Text("super.users").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    public string? DelegationTokenSecretKey { get; } = settings.Values.TextOrNull("delegation.token.secret.key");
    public TimeSpan DelegationTokenMaxLifetime { get; } = TimeSpan.FromMilliseconds(settings.Values.Long("delegation.token.max.lifetime.ms"));
    public TimeSpan DelegationTokenExpiryTime { get; } = TimeSpan.FromMilliseconds(settings.Values.Long("delegation.token.expiry.time.ms"));
    public TimeSpan DelegationTokenExpiryCheckInterval { get; } = TimeSpan.FromMilliseconds(settings.Values.Long("delegation.token.expiry.check.interval.ms"));
    public bool AllowEveryoneIfNoAclFound { get; } = settings.Beside.Boolean("allow.everyone.if.no.acl.found");

    /// <summary>The listeners that are opened; those named in controller.listener.names are not among them.</summary>
    public IReadOnlyList<Endpoint> Listeners { get; } = EndpointParser.ListenersOf(settings.Values);
    /// <summary>Accepted, and not opened.</summary>
    public IReadOnlyList<Endpoint> ControllerListeners { get; } = EndpointParser.ControllerListenersOf(settings.Values);
    /// <summary>Empty when advertised.listeners is not set: a client is then told the local address of its own connection.</summary>
    public IReadOnlyList<Endpoint> AdvertisedListeners { get; } = EndpointParser.AdvertisedListenersOf(settings.Values);
    public string? InterBrokerListenerName { get; } = settings.Values.TextOrNull("inter.broker.listener.name")?.ToUpperInvariant();
    public int SocketSendBufferBytes { get; } = settings.Values.Int("socket.send.buffer.bytes");
    public int SocketReceiveBufferBytes { get; } = settings.Values.Int("socket.receive.buffer.bytes");
    public int SocketRequestMaxBytes { get; } = settings.Values.Int("socket.request.max.bytes");
    public int SocketListenBacklogSize { get; } = settings.Values.Int("socket.listen.backlog.size");
    public SocketTransport SocketTransport { get; } = SocketTransportOf(settings.Beside.Text("socket.transport"));
    public int NumNetworkThreads { get; } = settings.Values.Int("num.network.threads");
    public long ConnectionsMaxIdleMs { get; } = settings.Values.Long("connections.max.idle.ms");
    public int MaxConnections { get; } = settings.Values.Int("max.connections");
    public int MaxConnectionCreationRate { get; } = settings.Values.Int("max.connection.creation.rate");
    public int MaxConnectionsPerIp { get; } = settings.Values.Int("max.connections.per.ip");
    public long QueuedMaxRequestBytes { get; } = settings.Values.Long("queued.max.request.bytes");
    public IReadOnlyDictionary<string, int> MaxConnectionsPerIpOverrides { get; } = ConnectionsPerIp.Parse(settings.Values.Text(ConnectionsPerIp.Name));

    public IReadOnlyList<string> LogDirs { get; } = LogDirsOf(settings.Values);
    public string MetadataLogDir { get; } = settings.Values.TextOrNull("metadata.log.dir") ?? LogDirsOf(settings.Values).FirstOrDefault("");
    public int MetadataLogSegmentBytes { get; } = settings.Values.Int("metadata.log.segment.bytes");
    public long MetadataLogSegmentMs { get; } = settings.Values.Long("metadata.log.segment.ms");
    public long MetadataLogMaxRecordBytesBetweenSnapshots { get; } = settings.Values.Long("metadata.log.max.record.bytes.between.snapshots");
    public long MetadataLogMaxSnapshotIntervalMs { get; } = settings.Values.Long("metadata.log.max.snapshot.interval.ms");
    public long MetadataMaxRetentionBytes { get; } = settings.Values.Long("metadata.max.retention.bytes");
    public long MetadataMaxRetentionMs { get; } = settings.Values.Long("metadata.max.retention.ms");
    public int NumRecoveryThreadsPerDataDir { get; } = settings.Values.Int("num.recovery.threads.per.data.dir");
    public int NumReplicaAlterLogDirsThreads { get; } = Math.Max(1, settings.Values.IntOrNull("num.replica.alter.log.dirs.threads") ?? LogDirsOf(settings.Values).Count);
    public long LogRetentionCheckIntervalMs { get; } = settings.Values.Long("log.retention.check.interval.ms");
    public int LogFlushOffsetCheckpointIntervalMs { get; } = settings.Values.Int("log.flush.offset.checkpoint.interval.ms");
    public int LogFlushStartOffsetCheckpointIntervalMs { get; } = settings.Values.Int("log.flush.start.offset.checkpoint.interval.ms");
    public long ReplicaHighWatermarkCheckpointIntervalMs { get; } = settings.Values.Long("replica.high.watermark.checkpoint.interval.ms");
    public bool LogCleanerEnable { get; } = settings.Values.Boolean("log.cleaner.enable");
    public int LogCleanerThreads { get; } = settings.Values.Int("log.cleaner.threads");
    public long LogCleanerBackoffMs { get; } = settings.Values.Long("log.cleaner.backoff.ms");
    public long LogCleanerDedupeBufferSize { get; } = settings.Values.Long("log.cleaner.dedupe.buffer.size");
    public int LogCleanerIoBufferSize { get; } = settings.Values.Int("log.cleaner.io.buffer.size");
    public double LogCleanerIoBufferLoadFactor { get; } = settings.Values.Double("log.cleaner.io.buffer.load.factor");
    public double LogCleanerIoMaxBytesPerSecond { get; } = settings.Values.Double("log.cleaner.io.max.bytes.per.second");

    public int OffsetMetadataMaxBytes { get; } = settings.Values.Int("offset.metadata.max.bytes");
    public int OffsetsCommitTimeoutMs { get; } = settings.Values.Int("offsets.commit.timeout.ms");
    public int OffsetsRetentionMinutes { get; } = settings.Values.Int("offsets.retention.minutes");
    public long OffsetsRetentionCheckIntervalMs { get; } = settings.Values.Long("offsets.retention.check.interval.ms");
    public int OffsetsTopicNumPartitions { get; } = settings.Values.Int("offsets.topic.num.partitions");
    public short OffsetsTopicReplicationFactor { get; } = settings.Values.Short("offsets.topic.replication.factor");
    public int OffsetsTopicSegmentBytes { get; } = settings.Values.Int("offsets.topic.segment.bytes");
    public CompressionType OffsetsTopicCompressionCodec { get; } = (CompressionType)settings.Values.Int("offsets.topic.compression.codec");
    public int GroupInitialRebalanceDelayMs { get; } = settings.Values.Int("group.initial.rebalance.delay.ms");
    public int GroupMinSessionTimeoutMs { get; } = settings.Values.Int("group.min.session.timeout.ms");
    public int GroupMaxSessionTimeoutMs { get; } = settings.Values.Int("group.max.session.timeout.ms");
    public int GroupMaxSize { get; } = settings.Values.Int("group.max.size");
    public IReadOnlyList<string> GroupCoordinatorRebalanceProtocols { get; } = settings.Values.List("group.coordinator.rebalance.protocols");
    public IReadOnlyList<string> GroupConsumerAssignors { get; } = settings.Values.List("group.consumer.assignors");
    public int GroupConsumerHeartbeatIntervalMs { get; } = settings.Values.Int("group.consumer.heartbeat.interval.ms");
    public int GroupConsumerMinHeartbeatIntervalMs { get; } = settings.Values.Int("group.consumer.min.heartbeat.interval.ms");
    public int GroupConsumerMaxHeartbeatIntervalMs { get; } = settings.Values.Int("group.consumer.max.heartbeat.interval.ms");
    public int GroupConsumerSessionTimeoutMs { get; } = settings.Values.Int("group.consumer.session.timeout.ms");
    public int GroupConsumerMinSessionTimeoutMs { get; } = settings.Values.Int("group.consumer.min.session.timeout.ms");
    public int GroupConsumerMaxSessionTimeoutMs { get; } = settings.Values.Int("group.consumer.max.session.timeout.ms");
    public int GroupConsumerMaxSize { get; } = settings.Values.Int("group.consumer.max.size");
    public string GroupConsumerMigrationPolicy { get; } = settings.Values.Text("group.consumer.migration.policy");

    public int QuotaWindowNum { get; } = settings.Values.Int("quota.window.num");
    public int QuotaWindowSizeSeconds { get; } = settings.Values.Int("quota.window.size.seconds");
    public int ControllerQuotaWindowNum { get; } = settings.Values.Int("controller.quota.window.num");
    public int ControllerQuotaWindowSizeSeconds { get; } = settings.Values.Int("controller.quota.window.size.seconds");

    public int TelemetryMaxBytes { get; } = settings.Values.Int("telemetry.max.bytes");

    public int ProducerIdExpirationCheckIntervalMs { get; } = settings.Values.Int("producer.id.expiration.check.interval.ms");
    public int ProducerIdExpirationMs { get; } = settings.Values.Int("producer.id.expiration.ms");
    public int AddPartitionsToTxnRetryBackoffMs { get; } = settings.Values.Int("add.partitions.to.txn.retry.backoff.ms");
    public int AddPartitionsToTxnRetryBackoffMaxMs { get; } = settings.Values.Int("add.partitions.to.txn.retry.backoff.max.ms");
    public int TransactionMaxTimeoutMs { get; } = settings.Values.Int("transaction.max.timeout.ms");
    public int RequestTimeoutMs { get; } = settings.Values.Int("request.timeout.ms");
    public int TransactionalIdExpirationMs { get; } = settings.Values.Int("transactional.id.expiration.ms");
    public int TransactionStateLogNumPartitions { get; } = settings.Values.Int("transaction.state.log.num.partitions");
    public short TransactionStateLogReplicationFactor { get; } = settings.Values.Short("transaction.state.log.replication.factor");
    public int TransactionStateLogMinIsr { get; } = settings.Values.Int("transaction.state.log.min.isr");
    public int TransactionStateLogSegmentBytes { get; } = settings.Values.Int("transaction.state.log.segment.bytes");
    public bool TransactionPartitionVerificationEnable { get; } = settings.Values.Boolean("transaction.partition.verification.enable");
    public int TransactionAbortTimedOutTransactionCleanupIntervalMs { get; } = settings.Values.Int("transaction.abort.timed.out.transaction.cleanup.interval.ms");
    public int TransactionRemoveExpiredTransactionCleanupIntervalMs { get; } = settings.Values.Int("transaction.remove.expired.transaction.cleanup.interval.ms");

    /// <summary>What a topic without settings of its own has, by Kafka's names of topic configs.</summary>
    public IReadOnlyDictionary<string, string> TopicDefaults { get; } = Config.TopicDefaults.Of(settings);

    /// <summary>The same, typed.</summary>
    public TopicConfig DefaultTopicConfig { get; } = TopicConfig.Create(Config.TopicDefaults.Of(settings));

    /// <summary>Checks <paramref name="set"/>, which goes before the profile's defaults; throws a <see cref="ConfigException"/> that names what is wrong.</summary>
    public static BrokerConfig Create(IReadOnlyDictionary<string, string>? set = null, Profile profile = Profile.Kafka) =>
        Checked(BrokerSettings.OfStart(set ?? new Dictionary<string, string>(), profile));

    /// <summary>This configuration with other dynamic settings: those for every broker, and those for this one.</summary>
    public BrokerConfig WithDynamic(IReadOnlyDictionary<string, string> ofEveryBroker, IReadOnlyDictionary<string, string> ofThisBroker) =>
        Checked(settings.WithDynamic(ofEveryBroker, ofThisBroker));

    /// <summary>What clients of a listener are told to connect to, or null for the local address of their own connection.</summary>
    public Endpoint? FindAdvertised(string listenerName) => AdvertisedListeners.FirstOrDefault(listener => listener.Name == listenerName);

    static BrokerConfig Checked(BrokerSettings settings)
    {
        var config = new BrokerConfig(settings);
        BrokerConfigChecks.Check(config);
        return config;
    }

    static IReadOnlyList<string> LogDirsOf(ConfigValues values) =>
        values.Entries("log.dirs") is { Count: > 0 } logDirs ? logDirs : values.Entries("log.dir");

    static SocketTransport SocketTransportOf(string name) => name switch
    {
        "epoll" => SocketTransport.Epoll,
        "auto" when OperatingSystem.IsLinux() => SocketTransport.Epoll,
        _ => SocketTransport.Sockets,
    };
}
