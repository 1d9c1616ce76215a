using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Groups.Consumer;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Security.Sasl;
using NettyKafka.Server.Telemetry;

namespace NettyKafka.Server.Network;

/// <summary>Every API that this broker serves, one line each.</summary>
static class Apis
{
    public static ApiTable Create(BrokerServices broker)
    {
        var table = new ApiTable();
        var consumerGroups = new ConsumerGroupSupport(broker.Cluster, broker.Config.Current);
        var verification = new TransactionVerification(broker.Transactions, broker.Config, broker.Time);
        var sessions = new FetchSessionCache(broker.Config.Current.MaxIncrementalFetchSessionCacheSlots, broker.Time);
        var replication = new ReplicationControl(broker.Cluster);
        var acls = new AclControl(broker.Cluster);
        var brokerLoggers = new BrokerLoggers(broker.Logging);
        var configChanges = new ConfigChanges(broker.Configs, brokerLoggers);
        var security = broker.Logging.CreateLogger("kafka.network.SocketServer");
        return table
            .Add(new ProduceHandler(broker.Cluster, broker.Partitions, verification, broker.Quotas, broker.Executor, broker.Time))
            .Add(new FetchHandler(broker.Cluster, broker.Partitions, broker.Replicas, sessions, broker.Quotas, broker.Executor, broker.Config.Current, broker.Time, broker.Stopping))
            .Add(new ListOffsetsHandler(broker.Partitions, broker.Time))
            .Add(new MetadataHandler(broker.Cluster, broker.Controller, broker.Partitions, broker.Quotas, broker.Config.Current))
            .Add(new OffsetCommitHandler(broker.Cluster, broker.Groups))
            .Add(new OffsetFetchHandler(broker.Cluster, broker.Groups))
            .Add(new FindCoordinatorHandler(broker.Cluster, broker.Controller))
            .Add(new JoinGroupHandler(broker.Groups, broker.Config.Current))
            .Add(new HeartbeatHandler(broker.Groups))
            .Add(new LeaveGroupHandler(broker.Groups))
            .Add(new SyncGroupHandler(broker.Groups))
            .Add(new DescribeGroupsHandler(broker.Groups))
            .Add(new ListGroupsHandler(broker.Groups))
            .Add(new SaslHandshakeHandler(broker.Time, security))
            .Add(new ApiVersionsHandler(() => Advertised(table, broker.Telemetry), broker.Cluster))
            .Add(new CreateTopicsHandler(broker.Controller, broker.Quotas, broker.Config))
            .Add(new DeleteTopicsHandler(broker.Cluster, broker.Controller, broker.Quotas, broker.Config.Current))
            .Add(new DeleteRecordsHandler(broker.Partitions))
            .Add(new InitProducerIdHandler(broker.ProducerIds, broker.Transactions, broker.Config.Current))
            .Add(new OffsetForLeaderEpochHandler(broker.Partitions))
            .Add(new AddPartitionsToTxnHandler(broker.Cluster, broker.Transactions))
            .Add(new AddOffsetsToTxnHandler(broker.Transactions, broker.Groups))
            .Add(new EndTxnHandler(broker.Transactions))
            .Add(new WriteTxnMarkersHandler(broker.Partitions, broker.Markers))
            .Add(new TxnOffsetCommitHandler(broker.Cluster, broker.Groups, broker.Partitions, verification.VerifyAsync))
            .Add(new DescribeAclsHandler(broker.Cluster))
            .Add(new CreateAclsHandler(acls))
            .Add(new DeleteAclsHandler(acls))
            .Add(new DescribeConfigsHandler(broker.Cluster, broker.Config, brokerLoggers))
            .Add(new AlterConfigsHandler(configChanges))
            .Add(new AlterReplicaLogDirsHandler(broker.Partitions))
            .Add(new DescribeLogDirsHandler(broker.Logs, broker.Partitions))
            .Add(new SaslAuthenticateHandler(broker.Time, security))
            .Add(new CreatePartitionsHandler(broker.Controller, broker.Quotas))
            .Add(new CreateDelegationTokenHandler(broker.DelegationTokens))
            .Add(new RenewDelegationTokenHandler(broker.DelegationTokens))
            .Add(new ExpireDelegationTokenHandler(broker.DelegationTokens))
            .Add(new DescribeDelegationTokenHandler(broker.Cluster, broker.DelegationTokens.Secret))
            .Add(new DeleteGroupsHandler(broker.Groups))
            .Add(new ElectLeadersHandler(replication))
            .Add(new IncrementalAlterConfigsHandler(configChanges))
            .Add(new AlterPartitionReassignmentsHandler(replication))
            .Add(new ListPartitionReassignmentsHandler(broker.Cluster))
            .Add(new OffsetDeleteHandler(broker.Cluster, broker.Groups))
            .Add(new DescribeClientQuotasHandler(broker.Cluster))
            .Add(new AlterClientQuotasHandler(broker.Cluster))
            .Add(new DescribeUserScramCredentialsHandler(broker.Cluster))
            .Add(new AlterUserScramCredentialsHandler(new(broker.Cluster, ScramFormatter.KeysOf)))
            .Add(new DescribeQuorumHandler(broker.Cluster, broker.Time))
            .Add(new UpdateFeaturesHandler(new(broker.Cluster)))
            .Add(new DescribeClusterHandler(broker.Cluster))
            .Add(new DescribeProducersHandler(broker.Partitions))
            .Add(new UnregisterBrokerHandler(replication))
            .Add(new DescribeTransactionsHandler(broker.Transactions))
            .Add(new ListTransactionsHandler(broker.Transactions, broker.Time))
            .Add(new ConsumerGroupHeartbeatHandler(broker.Groups, consumerGroups))
            .Add(new ConsumerGroupDescribeHandler(broker.Groups, consumerGroups))
            .Add(new GetTelemetrySubscriptionsHandler(broker.Telemetry))
            .Add(new PushTelemetryHandler(broker.Telemetry, broker.Executor))
            .Add(new ListConfigResourcesHandler(broker.Cluster))
            .Add(new DescribeTopicPartitionsHandler(broker.Cluster, broker.Partitions, broker.Config.Current))
            .Add(new AddRaftVoterHandler(broker.Cluster))
            .Add(new RemoveRaftVoterHandler(broker.Cluster))
            .Add(new UnregisterControllerHandler(broker.Cluster));
    }

    /// <summary>
    /// Telemetry only while there is a subscription, as Kafka has it only with a receiver: librdkafka logs a line for each client that hears of it. Who came
    /// before asks when it connects the next time.
    /// </summary>
    static IEnumerable<(short Key, VersionRange Versions)> Advertised(ApiTable table, ClientTelemetry telemetry)
    {
        var hasSubscriptions = telemetry.HasSubscriptions;
        return table.Apis.Where(api => hasSubscriptions || api.Key is not (ApiKeys.GetTelemetrySubscriptions or ApiKeys.PushTelemetry)).Select(api => (api.Key, api.Advertised));
    }
}
