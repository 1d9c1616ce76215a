using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Security.Quotas;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Telemetry;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Network;

/// <summary>What handlers are made of: the parts of one broker.</summary>
sealed record BrokerServices
{
    public required ClusterMetadata Cluster { get; init; }

    public required Controller Controller { get; init; }

    public required PartitionTable Partitions { get; init; }

    public required ReplicaSelector Replicas { get; init; }

    public required GroupCoordinator Groups { get; init; }

    public required TransactionCoordinator Transactions { get; init; }

    public required TransactionMarkers Markers { get; init; }

    public required ProducerIds ProducerIds { get; init; }

    public required DelegationTokenControl DelegationTokens { get; init; }

    public required LogManager Logs { get; init; }

    public required ClientQuotas Quotas { get; init; }

    public required ClientTelemetry Telemetry { get; init; }

    public required BlockingExecutor Executor { get; init; }

    public required DynamicBrokerConfig Config { get; init; }

    /// <summary>What changes configs.</summary>
    public required ConfigurationControl Configs { get; init; }

    public required LoggingController Logging { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Cancelled when the broker begins to stop.</summary>
    public required CancellationToken Stopping { get; init; }
}
