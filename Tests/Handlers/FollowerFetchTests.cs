using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

/// <summary>Which node gives a consumer its records (KIP-392).</summary>
public sealed class FollowerFetchTests : IDisposable
{
    const short FirstVersionWithFollowers = 11;

    readonly TestBroker broker = new(("broker.rack", "a"), ("replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector"));
    readonly Node follower = new(2, "b") { Endpoints = TestConnection.TestNode().Endpoints };
    readonly Node stranger = new(3, "c") { Endpoints = TestConnection.TestNode().Endpoints };

    public FollowerFetchTests()
    {
        broker.Broker.Cluster.Nodes = [broker.Broker.Node, follower, stranger];
        var request = new CreateTopicsRequest { Topics = [new() { Name = "orders", NumPartitions = -1, ReplicationFactor = -1, Assignments = [new() { BrokerIds = [1, 2] }] }] };
        Assert.That(broker.Connect().Send(request, 7).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        broker.Produce("orders", 0, "v");
    }

    public void Dispose() => broker.Dispose();

    [TestCase("b", 11, 2)]
    [TestCase("b", 17, 2)]
    [TestCase("a", 11, -1, Description = "its own rack")]
    [TestCase("c", 11, -1, Description = "no replica is there")]
    [TestCase("", 11, -1, Description = "the client does not say where it is")]
    [TestCase("b", 10, -1, Description = "a version that knows of no followers")]
    public void The_leader_names_the_replica_in_the_clients_rack(string rack, short version, int expected)
    {
        var data = Fetch(broker.Broker.Node, rack, version);

        Assert.That((data.ErrorCode, data.PreferredReadReplica), Is.EqualTo((ErrorCode.None, expected)));
        Assert.That(data.Records!.SizeInBytes > 0, Is.EqualTo(expected < 0), "records are sent by one of them");
    }

    [Test]
    public void A_follower_serves_consumers_that_know_of_followers([Range(10, 12)] short version)
    {
        var data = Fetch(follower, "b", version);

        Assert.That(data.ErrorCode, Is.EqualTo(version < FirstVersionWithFollowers ? ErrorCode.NotLeaderOrFollower : ErrorCode.None));
        Assert.That(data.Records?.SizeInBytes > 0, Is.EqualTo(version >= FirstVersionWithFollowers));
    }

    [Test]
    public void A_node_without_a_replica_serves_nobody() => Assert.That(Fetch(stranger, "c", 12).ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));

    [Test]
    public void A_follower_that_is_down_is_not_named()
    {
        broker.Broker.Cluster.Nodes = [broker.Broker.Node];

        Assert.That(Fetch(broker.Broker.Node, "b", 12).PreferredReadReplica, Is.EqualTo(-1));
    }

    [Test]
    public void A_choice_by_hand_counts_whatever_the_rack()
    {
        broker.Broker.Replicas.Choose(new("orders", 0), 2);
        Assert.That(Fetch(broker.Broker.Node, "a", 12).PreferredReadReplica, Is.EqualTo(2));

        broker.Broker.Replicas.Choose(new("orders", 0), null);
        Assert.That(Fetch(broker.Broker.Node, "a", 12).PreferredReadReplica, Is.EqualTo(-1));
    }

    [Test]
    public void A_fetch_session_tells_the_replica_to_be_read_though_nothing_is_new()
    {
        var connection = new TestConnection(broker.Broker.Apis, broker.Broker.Node, broker.Time);
        var session = connection.Send(Request("a", sessionEpoch: 0, sessionId: 0), 12).SessionId;
        broker.Broker.Replicas.Choose(new("orders", 0), 2);

        var next = connection.Send(Request("a", sessionEpoch: 1, session, withTopic: false), 12);

        Assert.That(next.Responses.Single().Partitions.Single().PreferredReadReplica, Is.EqualTo(2));
    }

    FetchResponse.PartitionData Fetch(Node node, string rack, short version)
    {
        var connection = new TestConnection(broker.Broker.Apis, node, broker.Time);
        var request = Request(rack, sessionEpoch: -1, sessionId: 0);
        return connection.Send(request, version).Responses.Single().Partitions.Single();
    }

    FetchRequest Request(string rack, int sessionEpoch, int sessionId, bool withTopic = true)
    {
        var topic = new FetchRequest.FetchTopic { Topic = "orders", TopicId = broker.Broker.Cluster.Image.FindTopic("orders")!.Id, Partitions = [new() { PartitionMaxBytes = 1 << 20, FetchOffset = 0 }] };
        return new() { MaxBytes = 1 << 20, MaxWaitMs = 0, RackId = rack, SessionId = sessionId, SessionEpoch = sessionEpoch, Topics = withTopic ? [topic] : [] };
    }
}
