using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Groups.Consumer;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Server.Network;

/// <summary>Every API that this broker serves, one line each.</summary>
static class Apis
{
    public static ApiTable Create(
        ClusterMetadata cluster, Controller controller, PartitionTable partitions, GroupCoordinator groups, TransactionCoordinator transactions, TransactionMarkers markers, LogManager logs, ProducerIds producerIds, BlockingExecutor executor, BrokerConfig config, TimeProvider time, CancellationToken stopping)
    {
        var table = new ApiTable();
        var consumerGroups = new ConsumerGroupSupport(cluster, config);
        var verification = new TransactionVerification(transactions, config, time);
        var sessions = new FetchSessionCache(config.MaxIncrementalFetchSessionCacheSlots, time);
        return table
            .Add(new ProduceHandler(cluster, partitions, verification, executor, time))
            .Add(new FetchHandler(cluster, partitions, sessions, executor, config, time, stopping))
            .Add(new ListOffsetsHandler(partitions, time))
            .Add(new MetadataHandler(cluster, controller, partitions, config))
            .Add(new OffsetCommitHandler(cluster, groups))
            .Add(new OffsetFetchHandler(cluster, groups))
            .Add(new FindCoordinatorHandler(cluster, controller))
            .Add(new JoinGroupHandler(groups, config))
            .Add(new HeartbeatHandler(groups))
            .Add(new LeaveGroupHandler(groups))
            .Add(new SyncGroupHandler(groups))
            .Add(new DescribeGroupsHandler(groups))
            .Add(new ListGroupsHandler(groups))
            .Add(new ApiVersionsHandler(() => Advertised(table), cluster))
            .Add(new CreateTopicsHandler(controller, config))
            .Add(new DeleteTopicsHandler(cluster, controller, config))
            .Add(new DeleteRecordsHandler(partitions))
            .Add(new InitProducerIdHandler(producerIds, transactions, config))
            .Add(new OffsetForLeaderEpochHandler(partitions))
            .Add(new AddPartitionsToTxnHandler(cluster, transactions))
            .Add(new AddOffsetsToTxnHandler(transactions, groups))
            .Add(new EndTxnHandler(transactions))
            .Add(new WriteTxnMarkersHandler(partitions, markers))
            .Add(new TxnOffsetCommitHandler(cluster, groups, partitions, verification.VerifyAsync))
            .Add(new DescribeConfigsHandler(cluster, config))
            .Add(new AlterReplicaLogDirsHandler(partitions))
            .Add(new DescribeLogDirsHandler(logs))
            .Add(new CreatePartitionsHandler(controller))
            .Add(new DeleteGroupsHandler(groups))
            .Add(new OffsetDeleteHandler(cluster, groups))
            .Add(new DescribeClusterHandler(cluster))
            .Add(new DescribeProducersHandler(partitions))
            .Add(new DescribeTransactionsHandler(transactions))
            .Add(new ListTransactionsHandler(transactions, time))
            .Add(new ConsumerGroupHeartbeatHandler(groups, consumerGroups))
            .Add(new ConsumerGroupDescribeHandler(groups, consumerGroups))
            .Add(new DescribeTopicPartitionsHandler(cluster, partitions, config));
    }

    static IEnumerable<(short Key, VersionRange Versions)> Advertised(ApiTable table) => table.Apis.Select(api => (api.Key, api.Advertised));
}
