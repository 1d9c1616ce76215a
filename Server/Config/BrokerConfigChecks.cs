namespace NettyKafka.Server.Config;

/// <summary>What must hold between several configs of a broker.</summary>
static class BrokerConfigChecks
{
    const int MinDedupeBufferBytes = 1024 * 1024;

    const string RackAwareReplicaSelector = "org.apache.kafka.common.replica.RackAwareReplicaSelector";
    const string StandardAuthorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

    /// <summary>The assignors that are served, and the classes that Kafka has them in.</summary>
    static readonly string[] Assignors =
    [
        "uniform", "range", "org.apache.kafka.coordinator.group.assignor.UniformAssignor", "org.apache.kafka.coordinator.group.assignor.RangeAssignor",
    ];

    public static void Check(BrokerConfig config)
    {
        CheckNode(config);
        CheckAuthorizer(config);
        CheckListeners(config);
        CheckAdvertisedListeners(config);
        CheckConnections(config);
        CheckLogs(config);
        CheckGroups(config);
    }

    static void CheckNode(BrokerConfig config)
    {
        var set = config.Settings.Effective;
        Require(set["node.id"].Trim() == set["broker.id"].Trim(), $"node.id={set["node.id"]}: the value of broker.id ({set["broker.id"]}) is expected when both are set");
        Require(config.ProcessRoles.Contains("broker"), $"process.roles={set["process.roles"]}: broker is expected among the roles, a node that is only a controller is not served");
    }

    static void CheckAuthorizer(BrokerConfig config)
    {
        Require(config.ReplicaSelectorClassName is null or "" or RackAwareReplicaSelector, $"replica.selector.class={config.ReplicaSelectorClassName}: {RackAwareReplicaSelector} or an empty value is expected");
        Require(config.AuthorizerClassName is "" or StandardAuthorizer, $"authorizer.class.name={config.AuthorizerClassName}: {StandardAuthorizer} or an empty value is expected");
        foreach (var principal in config.SuperUsers)
            Require(principal.Contains(':', StringComparison.Ordinal), $"super.users={principal}: a principal such as User:{principal} is expected, and ';' between two");
    }

    static void CheckListeners(BrokerConfig config)
    {
        var set = config.Settings.Effective.GetValueOrDefault("listeners") ?? "";
        Require(config.Listeners.Count > 0, $"listeners={set}: at least one listener is expected that is not in controller.listener.names");
        EndpointParser.CheckPorts([.. config.Listeners, .. config.ControllerListeners]);
        foreach (var listener in config.Listeners)
            CheckListener(config, listener);

        if (config.InterBrokerListenerName is { } name)
            Require(config.Listeners.Any(listener => listener.Name == name), $"inter.broker.listener.name={name}: one of {NamesOf(config)} is expected");
    }

    static void CheckListener(BrokerConfig config, Endpoint listener)
    {
        if (listener.SecurityProtocol is SecurityProtocol.Ssl or SecurityProtocol.SaslSsl)
            SslConfig.Of(config.Settings, listener);
        if (listener.SecurityProtocol is SecurityProtocol.SaslPlaintext or SecurityProtocol.SaslSsl)
            SaslConfig.Of(config.Settings, listener.Name);
    }

    static void CheckAdvertisedListeners(BrokerConfig config)
    {
        foreach (var advertised in config.AdvertisedListeners)
        {
            Require(config.Listeners.Any(listener => listener.Name == advertised.Name),
                $"advertised.listeners={advertised}: a name of listeners is expected, one of {NamesOf(config)}");
            Require(advertised.Host is not ("0.0.0.0" or "::"), $"advertised.listeners={advertised}: an address that clients can connect to is expected");
        }
    }

    static void CheckConnections(BrokerConfig config)
    {
        Require(config.SocketTransport != SocketTransport.Epoll || OperatingSystem.IsLinux(), "socket.transport=epoll: only Linux has it, auto or sockets is expected here");
        Require(config.QueuedMaxRequestBytes <= 0 || config.QueuedMaxRequestBytes >= config.SocketRequestMaxBytes,
            $"queued.max.request.bytes={config.QueuedMaxRequestBytes}: at least socket.request.max.bytes ({config.SocketRequestMaxBytes}) or -1 is expected");
        Require(config.MaxConnectionsPerIp > 0 || config.MaxConnectionsPerIpOverrides.Count > 0,
            "max.connections.per.ip=0: a value above 0 is expected when max.connections.per.ip.overrides is not set");
    }

    static void CheckLogs(BrokerConfig config)
    {
        Require(config.LogDirs.Count > 0, "log.dirs=: at least one directory is expected");
        Require(config.DefaultTopicConfig.RetentionMs != 0, "log.retention.ms=0: at least 1, or -1 for ever is expected");
        Require(config.LogCleanerThreads == 0 || config.LogCleanerDedupeBufferSize / config.LogCleanerThreads > MinDedupeBufferBytes,
            $"log.cleaner.dedupe.buffer.size={config.LogCleanerDedupeBufferSize}: more than 1 MiB for each of the {config.LogCleanerThreads} log.cleaner.threads is expected");

        var topic = config.DefaultTopicConfig;
        Require(topic.MinCompactionLagMs <= topic.MaxCompactionLagMs,
            $"log.cleaner.min.compaction.lag.ms={topic.MinCompactionLagMs}: at most log.cleaner.max.compaction.lag.ms ({topic.MaxCompactionLagMs}) is expected");
        Require(Enum.IsDefined(config.OffsetsTopicCompressionCodec),
            $"offsets.topic.compression.codec={(int)config.OffsetsTopicCompressionCodec}: 0 (none), 1 (gzip), 2 (snappy), 3 (lz4) or 4 (zstd) is expected");
    }

    static void CheckGroups(BrokerConfig config)
    {
        Require(config.GroupCoordinatorRebalanceProtocols.Contains("classic"),
            $"group.coordinator.rebalance.protocols={string.Join(',', config.GroupCoordinatorRebalanceProtocols)}: classic is expected among the protocols");
        Require(config.GroupConsumerAssignors.Count > 0 && config.GroupConsumerAssignors.All(Assignors.Contains),
            $"group.consumer.assignors={string.Join(',', config.GroupConsumerAssignors)}: uniform and range are served, at least one of them is expected");
        RequireOrder("group.min.session.timeout.ms", config.GroupMinSessionTimeoutMs, "group.max.session.timeout.ms", config.GroupMaxSessionTimeoutMs);
        RequireOrder("group.consumer.min.heartbeat.interval.ms", config.GroupConsumerMinHeartbeatIntervalMs, "group.consumer.heartbeat.interval.ms", config.GroupConsumerHeartbeatIntervalMs);
        RequireOrder("group.consumer.heartbeat.interval.ms", config.GroupConsumerHeartbeatIntervalMs, "group.consumer.max.heartbeat.interval.ms", config.GroupConsumerMaxHeartbeatIntervalMs);
        RequireOrder("group.consumer.min.session.timeout.ms", config.GroupConsumerMinSessionTimeoutMs, "group.consumer.session.timeout.ms", config.GroupConsumerSessionTimeoutMs);
        RequireOrder("group.consumer.session.timeout.ms", config.GroupConsumerSessionTimeoutMs, "group.consumer.max.session.timeout.ms", config.GroupConsumerMaxSessionTimeoutMs);
    }

    static string NamesOf(BrokerConfig config) => $"[{string.Join(", ", config.Listeners.Select(listener => listener.Name))}]";

    static void RequireOrder(string smaller, int smallerValue, string larger, int largerValue) =>
        Require(smallerValue <= largerValue, $"{smaller}={smallerValue}: at most {larger} ({largerValue}) is expected");

    static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ConfigException(message);
    }
}
