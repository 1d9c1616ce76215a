using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;
using static NettyKafka.Codec.Wire.ErrorCode;
using static NettyKafka.Server.Cluster.AclOperation;

namespace NettyKafka.Tests.Security;

/// <summary>
/// A request of each API and the rights that it needs, each with the error of who lacks it. What stands behind an API's name tells which of its ways is meant.
/// </summary>
public static class RightsTable
{
    static readonly TopicPartition orders = new("orders", 0);

    public static readonly Row Produce = Of(c => c.Send(TestBroker.ProduceRequestOf("orders", 0, TestBatch.Of("a").Span.ToArray()), 9), Topic(Write));
    public static readonly Row Produce_transactional = new(
        (_, c) => c.Send(new TransactionalProducer(c, "tx") { Producer = new(7, 0) }.ProduceRequest(orders, "a"), 11), [TransactionalId(Write), Topic(Write)]);
    public static readonly Row Produce_by_id = new(
        (broker, c) =>
        {
            var request = TestBroker.ProduceRequestOf("", 0, TestBatch.Of("a").Span.ToArray());
            request.TopicData = [request.TopicData[0] with { TopicId = IdOf(broker) }];
            return c.Send(request, 13);
        },
        [Topic(Write)]);
    public static readonly Row Fetch = Of(c => c.Send(new FetchRequest { MaxBytes = 100, Topics = [new() { Topic = "orders", Partitions = [new() { PartitionMaxBytes = 100 }] }] }, 12), Topic(Read));
    public static readonly Row Fetch_by_id = new(
        (broker, c) => c.Send(new FetchRequest { MaxBytes = 100, Topics = [new() { TopicId = IdOf(broker), Partitions = [new() { PartitionMaxBytes = 100 }] }] }, 17), [Topic(Read)]);
    public static readonly Row Fetch_as_follower = Of(
        c => c.Send(new FetchRequest { ReplicaId = 2, MaxBytes = 100, Topics = [new() { Topic = "orders", Partitions = [new() { PartitionMaxBytes = 100 }] }] }, 12),
        Cluster(ClusterAction) with { Error = TopicAuthorizationFailed });
    public static readonly Row ListOffsets = Of(c => c.Send(new ListOffsetsRequest { Topics = [new() { Name = "orders", Partitions = [new() { Timestamp = -1 }] }] }, 7), Topic(Describe));
    public static readonly Row Metadata = Of(c => c.Send(new MetadataRequest { Topics = [new() { Name = "orders" }] }, 12), Topic(Describe));
    public static readonly Row Metadata_by_id = new((broker, c) => c.Send(new MetadataRequest { Topics = [new() { TopicId = IdOf(broker) }] }, 12), [Topic(Describe)]);
    public static readonly Row Metadata_creates_a_topic = Of(
        c => c.Send(new MetadataRequest { Topics = [new() { Name = "new" }], AllowAutoTopicCreation = true }, 12), Topic(Describe, "new"), Topic(Create, "new"));
    public static readonly Row Metadata_creates_any_topic = Of(
        c => c.Send(new MetadataRequest { Topics = [new() { Name = "new" }], AllowAutoTopicCreation = true }, 12), Topic(Describe, "new"), Cluster(Create) with { Error = TopicAuthorizationFailed });
    public static readonly Row OffsetCommit = Of(c => c.Send(GroupOffsetRequests.CommitRequest("g", "orders", 0, 1), 9), Group(Read), Topic(Read));
    public static readonly Row OffsetCommit_by_id = new(
        (broker, c) => c.Send(new OffsetCommitRequest { GroupId = "g", Topics = [new() { TopicId = IdOf(broker), Partitions = [new() { CommittedMetadata = "" }] }] }, 10), [Group(Read), Topic(Read)]);
    public static readonly Row OffsetFetch = Of(
        c => c.Send(new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = [new() { Name = "orders", PartitionIndexes = [0] }] }] }, 8), Group(Describe), Topic(Describe));
    public static readonly Row OffsetFetch_of_one_group = Of(
        c => c.Send(new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "orders", PartitionIndexes = [0] }] }, 1), Group(Describe), Topic(Describe));
    public static readonly Row FindCoordinator = Of(c => c.Send(new FindCoordinatorRequest { Key = "g" }, 3), Group(Describe));
    public static readonly Row FindCoordinator_of_several = Of(c => c.Send(new FindCoordinatorRequest { CoordinatorKeys = ["g"] }, 4), Group(Describe));
    public static readonly Row FindCoordinator_of_a_transaction = Of(c => c.Send(new FindCoordinatorRequest { KeyType = 1, CoordinatorKeys = ["tx"] }, 4), TransactionalId(Describe));
    public static readonly Row JoinGroup = Of(
        c => c.Send(new JoinGroupRequest { GroupId = "g", SessionTimeoutMs = 10_000, RebalanceTimeoutMs = 10_000, ProtocolType = "consumer", Protocols = [new() { Name = "range" }] }, 5), Group(Read));
    public static readonly Row Heartbeat = Of(c => c.Send(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, 4), Group(Read));
    public static readonly Row LeaveGroup = Of(c => c.Send(new LeaveGroupRequest { GroupId = "g", Members = [new() { MemberId = "m" }] }, 5), Group(Read));
    public static readonly Row SyncGroup = Of(c => c.Send(new SyncGroupRequest { GroupId = "g", MemberId = "m", ProtocolType = "consumer", ProtocolName = "range" }, 5), Group(Read));
    public static readonly Row DescribeGroups = Of(c => c.Send(new DescribeGroupsRequest { Groups = ["g"] }, 5), Group(Describe));
    public static readonly Row DeleteGroups = Of(c => c.Send(new DeleteGroupsRequest { GroupsNames = ["g"] }, 2), Group(Delete));
    public static readonly Row CreateTopics = Of(c => c.Send(CreateNew(), 4), Topic(Create, "new"));
    public static readonly Row CreateTopics_of_any_name = Of(c => c.Send(CreateNew(), 4), Cluster(Create) with { Error = TopicAuthorizationFailed });
    public static readonly Row CreateTopics_with_configs = Of(c => c.Send(CreateNew(), 7), Topic(Create, "new"), Topic(AclOperation.DescribeConfigs, "new"));
    public static readonly Row DeleteTopics = Of(c => c.Send(new DeleteTopicsRequest { TopicNames = ["orders"] }, 5), Topic(Delete));
    public static readonly Row DeleteTopics_by_id = new((broker, c) => c.Send(new DeleteTopicsRequest { Topics = [new() { TopicId = IdOf(broker) }] }, 6), [Topic(Delete)]);
    public static readonly Row DeleteTopics_of_any_name = Of(c => c.Send(new DeleteTopicsRequest { TopicNames = ["orders"] }, 5), Cluster(Delete) with { Error = TopicAuthorizationFailed });
    public static readonly Row DeleteRecords = Of(c => c.Send(new DeleteRecordsRequest { Topics = [new() { Name = "orders", Partitions = [new() { Offset = 1 }] }] }, 2), Topic(Delete));
    public static readonly Row InitProducerId = Of(c => c.Send(new InitProducerIdRequest { TransactionalId = null }, 4), Cluster(IdempotentWrite));
    public static readonly Row InitProducerId_with_any_topic = Of(c => c.Send(new InitProducerIdRequest { TransactionalId = null }, 4), Topic(Write) with { Error = ClusterAuthorizationFailed });
    public static readonly Row InitProducerId_transactional = Of(c => c.Send(new InitProducerIdRequest { TransactionalId = "tx", TransactionTimeoutMs = 1000 }, 4), TransactionalId(Write));
    public static readonly Row OffsetForLeaderEpoch = Of(c => c.Send(new OffsetForLeaderEpochRequest { Topics = [new() { Topic = "orders", Partitions = [new()] }] }, 4), Topic(Describe));
    public static readonly Row OffsetForLeaderEpoch_of_a_broker = Of(
        c => c.Send(new OffsetForLeaderEpochRequest { Topics = [new() { Topic = "orders", Partitions = [new()] }] }, 4), Cluster(ClusterAction) with { Error = TopicAuthorizationFailed });
    public static readonly Row AddPartitionsToTxn = new((_, c) => c.Send(new TransactionalProducer(c, "tx").AddRequest(orders), 3), [TransactionalId(Write), Topic(Write)]);
    public static readonly Row AddPartitionsToTxn_of_a_broker = Of(c => c.Send(new AddPartitionsToTxnRequest { Transactions = [new() { TransactionalId = "tx" }] }, 4), Cluster(ClusterAction));
    public static readonly Row AddOffsetsToTxn = Of(c => c.Send(new AddOffsetsToTxnRequest { TransactionalId = "tx", GroupId = "g" }, 3), TransactionalId(Write), Group(Read));
    public static readonly Row EndTxn = new((_, c) => c.Send(new TransactionalProducer(c, "tx").EndRequest(isCommit: true), 4), [TransactionalId(Write)]);
    public static readonly Row WriteTxnMarkers = Of(c => c.Send(Marker(), 1), Cluster(ClusterAction));
    public static readonly Row WriteTxnMarkers_of_an_administrator = Of(c => c.Send(Marker(), 1), Cluster(Alter));
    public static readonly Row TxnOffsetCommit = new((_, c) => c.Send(new TransactionalProducer(c, "tx").OffsetRequest("g", "orders", 1), 3), [TransactionalId(Write), Group(Read), Topic(Read)]);
    public static readonly Row DescribeAcls = Of(c => c.Send(AclRequests.Any(), 3), Cluster(Describe));
    public static readonly Row CreateAcls = Of(c => c.Send(AclRequests.RequestOf(AclRequests.Acl("bob", Read, ResourceType.Topic, "orders")), 3), Cluster(Alter));
    public static readonly Row DeleteAcls = Of(c => c.Send(new DeleteAclsRequest { Filters = [new() { ResourceTypeFilter = 7, PatternTypeFilter = 1, Operation = 1, PermissionType = 1 }] }, 3), Cluster(Alter));
    public static readonly Row DescribeConfigs = Of(c => c.Send(new DescribeConfigsRequest { Resources = [new() { ResourceType = 2, ResourceName = "orders" }] }, 4), Topic(AclOperation.DescribeConfigs));
    public static readonly Row DescribeConfigs_of_a_broker = Of(c => c.Send(new DescribeConfigsRequest { Resources = [new() { ResourceType = 4, ResourceName = "" }] }, 4), Cluster(AclOperation.DescribeConfigs));
    public static readonly Row DescribeConfigs_of_a_group = Of(c => c.Send(new DescribeConfigsRequest { Resources = [new() { ResourceType = 32, ResourceName = "g" }] }, 4), Group(AclOperation.DescribeConfigs));
    public static readonly Row AlterConfigs = Of(c => c.Send(new AlterConfigsRequest { Resources = [new() { ResourceType = 2, ResourceName = "orders" }] }, 2), Topic(AclOperation.AlterConfigs));
    public static readonly Row IncrementalAlterConfigs = Of(
        c => c.Send(new IncrementalAlterConfigsRequest { Resources = [new() { ResourceType = 4, ResourceName = "" }] }, 1), Cluster(AclOperation.AlterConfigs));
    public static readonly Row IncrementalAlterConfigs_of_a_group = Of(
        c => c.Send(new IncrementalAlterConfigsRequest { Resources = [new() { ResourceType = 32, ResourceName = "g" }] }, 1), Group(AclOperation.AlterConfigs));
    public static readonly Row AlterReplicaLogDirs = Of(
        c => c.Send(new AlterReplicaLogDirsRequest { Dirs = [new() { Path = "/data", Topics = [new() { Name = "orders", Partitions = [0] }] }] }, 2), Cluster(Alter));
    public static readonly Row DescribeLogDirs = Of(c => c.Send(new DescribeLogDirsRequest { Topics = null }, 4), Cluster(Describe));
    public static readonly Row CreatePartitions = Of(c => c.Send(new CreatePartitionsRequest { Topics = [new() { Name = "orders", Count = 2, Assignments = null }] }, 3), Topic(Alter));
    public static readonly Row CreateDelegationToken = new(
        (broker, c) => broker.ConnectAs(c.Context.Principal.Name, SecurityProtocol.SaslPlaintext).Send(new CreateDelegationTokenRequest { OwnerPrincipalType = "User", OwnerPrincipalName = "bob" }, 3),
        [new(CreateTokens, ResourceType.User, "User:bob", DelegationTokenAuthorizationFailed)]);
    public static readonly Row ElectLeaders = Of(c => c.Send(new ElectLeadersRequest { TopicPartitions = null }, 2), Cluster(Alter));
    public static readonly Row AlterPartitionReassignments = Of(c => c.Send(new AlterPartitionReassignmentsRequest(), 1), Cluster(Alter));
    public static readonly Row ListPartitionReassignments = Of(c => c.Send(new ListPartitionReassignmentsRequest { Topics = null }, 0), Cluster(Describe));
    public static readonly Row OffsetDelete = new(
        (broker, c) =>
        {
            broker.Connect().Commit("g", "orders", 0, 1);
            return c.Send(new OffsetDeleteRequest { GroupId = "g", Topics = [new() { Name = "orders", Partitions = [new()] }] }, 0);
        },
        [Group(Delete), Topic(Read)]);
    public static readonly Row DescribeClientQuotas = Of(c => c.Send(new DescribeClientQuotasRequest(), 1), Cluster(AclOperation.DescribeConfigs));
    public static readonly Row AlterClientQuotas = Of(
        c => c.Send(new AlterClientQuotasRequest { Entries = [new() { Entity = [new() { EntityType = "user", EntityName = "bob" }] }] }, 1), Cluster(AclOperation.AlterConfigs));
    public static readonly Row DescribeUserScramCredentials = Of(c => c.Send(new DescribeUserScramCredentialsRequest { Users = null }, 0), Cluster(Describe));
    public static readonly Row AlterUserScramCredentials = Of(
        c => c.Send(new AlterUserScramCredentialsRequest { Deletions = [new() { Name = "bob", Mechanism = 1 }] }, 0), Cluster(Alter));
    public static readonly Row DescribeQuorum = Of(c => c.Send(new DescribeQuorumRequest(), 2), Cluster(Describe));
    public static readonly Row UpdateFeatures = Of(c => c.Send(new UpdateFeaturesRequest(), 2), Cluster(Alter));
    public static readonly Row DescribeProducers = Of(c => c.Send(new DescribeProducersRequest { Topics = [new() { Name = "orders", PartitionIndexes = [0] }] }, 0), Topic(Read));
    public static readonly Row UnregisterBroker = Of(c => c.Send(new UnregisterBrokerRequest { BrokerId = 99 }, 0), Cluster(Alter));
    public static readonly Row DescribeTransactions = Of(c => c.Send(new DescribeTransactionsRequest { TransactionalIds = ["tx"] }, 0), TransactionalId(Describe));
    public static readonly Row ConsumerGroupHeartbeat = Of(
        c => c.Send(
            new ConsumerGroupHeartbeatRequest { GroupId = "g", MemberId = "m", RebalanceTimeoutMs = 1000, SubscribedTopicNames = ["orders"], TopicPartitions = [] }, 1),
        Group(Read),
        Topic(Describe));
    public static readonly Row ConsumerGroupDescribe = Of(c => c.Send(new ConsumerGroupDescribeRequest { GroupIds = ["g"] }, 1), Group(Describe));
    public static readonly Row ConsumerGroupDescribe_with_topics = new(
        (broker, c) =>
        {
            var member = new ConsumerGroupHeartbeatRequest { GroupId = "g", MemberId = "m", RebalanceTimeoutMs = 1000, SubscribedTopicNames = ["orders"], TopicPartitions = [] };
            broker.Connect().Send(member, 1);
            return c.Send(new ConsumerGroupDescribeRequest { GroupIds = ["g"] }, 1);
        },
        [Group(Describe), Topic(Describe)]);
    public static readonly Row ListConfigResources = Of(c => c.Send(new ListConfigResourcesRequest(), 1), Cluster(AclOperation.DescribeConfigs));
    public static readonly Row DescribeTopicPartitions = Of(
        c => c.Send(new DescribeTopicPartitionsRequest { Topics = [new() { Name = "orders" }], ResponsePartitionLimit = 10 }, 0), Topic(Describe));
    public static readonly Row AddRaftVoter = Of(c => c.Send(new AddRaftVoterRequest { ClusterId = null, VoterId = 2 }, 0), Cluster(Alter));
    public static readonly Row RemoveRaftVoter = Of(c => c.Send(new RemoveRaftVoterRequest { ClusterId = null, VoterId = 2 }, 0), Cluster(Alter));
    public static readonly Row UnregisterController = Of(c => c.Send(new UnregisterControllerRequest { ControllerId = 9 }, 0), Cluster(Alter));

    static Row Of(Func<TestConnection, object> ask, params Right[] rights) => new((_, connection) => ask(connection), rights);

    static Right Topic(AclOperation operation, string name = "orders") => new(operation, ResourceType.Topic, name, TopicAuthorizationFailed);

    static Right Group(AclOperation operation) => new(operation, ResourceType.Group, "g", GroupAuthorizationFailed);

    static Right TransactionalId(AclOperation operation) => new(operation, ResourceType.TransactionalId, "tx", TransactionalIdAuthorizationFailed);

    static Right Cluster(AclOperation operation) => new(operation, ResourceType.Cluster, Authorizer.ClusterName, ClusterAuthorizationFailed);

    static Uuid IdOf(TestBroker broker) => broker.Broker.Cluster.Image.FindTopic("orders")!.Id;

    static CreateTopicsRequest CreateNew() => new() { Topics = [new() { Name = "new", NumPartitions = 1, ReplicationFactor = 1 }] };

    static WriteTxnMarkersRequest Marker() => new() { Markers = [new() { ProducerId = 7, Topics = [new() { Name = "orders", PartitionIndexes = [0] }] }] };

    public sealed record Row(Func<TestBroker, TestConnection, object> Ask, Right[] Rights);

    public sealed record Right(AclOperation Operation, ResourceType Type, string Name, ErrorCode Error);
}
