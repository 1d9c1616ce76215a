using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class MetadataTests : IDisposable
{
    readonly TestBroker broker = new(("num.partitions", "3"));
    readonly TestConnection connection;

    public MetadataTests() => connection = broker.Connect();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_describes_brokers_topics_and_partitions([Range(0, 13)] short version)
    {
        var id = broker.CreateTopic("orders", 2);

        var response = connection.Send(Named(version, "orders"), version);

        var node = response.Brokers.Single();
        Assert.That((node.NodeId, node.Host, node.Port), Is.EqualTo((1, "broker.test", 9092)));
        var topic = response.Topics.Single();
        Assert.That((topic.ErrorCode, topic.Name), Is.EqualTo((ErrorCode.None, "orders")));
        Assert.That(topic.TopicId, Is.EqualTo(version >= 10 ? id : Uuid.Zero));
        Assert.That(topic.Partitions.Select(partition => (partition.PartitionIndex, partition.LeaderId)), Is.EqualTo(new[] { (0, 1), (1, 1) }));
        Assert.That(topic.Partitions[0].ReplicaNodes, Is.EqualTo(new[] { 1 }));
        Assert.That(topic.Partitions[0].IsrNodes, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void All_topics_are_an_empty_list_in_version_0_and_null_later()
    {
        broker.CreateTopic("a");
        broker.CreateTopic("b");

        Assert.That(NamesOf(connection.Send(new MetadataRequest { Topics = [] }, 0)), Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That(NamesOf(connection.Send(new MetadataRequest { Topics = null }, 1)), Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That(NamesOf(connection.Send(new MetadataRequest { Topics = [] }, 1)), Is.Empty);
    }

    [Test]
    public void A_topic_created_automatically_exists_before_the_answer()
    {
        var topic = connection.Send(Named(9, "new"), 9).Topics.Single();

        Assert.That(topic.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(topic.Partitions, Has.Count.EqualTo(3), "num.partitions");
        Assert.That(broker.Produce("new", 2, "at once"), Is.Zero);
    }

    [Test]
    public void Nothing_is_created_where_the_client_does_not_want_it()
    {
        var request = Named(9, "new");
        request.AllowAutoTopicCreation = false;

        Assert.That(connection.Send(request, 9).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(broker.Broker.Cluster.Image.FindTopic("new"), Is.Null);
    }

    [Test]
    public void Nothing_is_created_where_the_broker_does_not_allow_it()
    {
        using var closed = new TestBroker(("auto.create.topics.enable", "false"));

        Assert.That(closed.Connect().Send(Named(9, "new"), 9).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [TestCase("a b")]
    [TestCase("..")]
    public void A_name_that_no_topic_can_have_is_refused(string name) =>
        Assert.That(connection.Send(Named(9, name), 9).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));

    [Test]
    public void Topics_are_found_by_id_from_version_12()
    {
        var id = broker.CreateTopic("orders");
        var request = new MetadataRequest { Topics = [new() { TopicId = id, Name = null }] };

        Assert.That(connection.Send(request, 12).Topics.Single().Name, Is.EqualTo("orders"));
        Assert.That(connection.Send(request, 10).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        request.Topics = [new() { TopicId = Uuid.Random(), Name = null }];
        Assert.That(connection.Send(request, 12).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [Test]
    public void Authorized_operations_are_told_when_asked_for()
    {
        broker.CreateTopic("orders");
        var request = Named(8, "orders");
        request.IncludeTopicAuthorizedOperations = request.IncludeClusterAuthorizedOperations = true;

        var asked = connection.Send(request, 8);
        var unasked = connection.Send(Named(8, "orders"), 8);

        Assert.That(asked.Topics.Single().TopicAuthorizedOperations, Is.EqualTo(0b1101_1111_1000), "read write create delete alter describe describe-configs alter-configs");
        Assert.That(asked.ClusterAuthorizedOperations, Is.EqualTo(0b1_1111_1010_0000));
        Assert.That(unasked.Topics.Single().TopicAuthorizedOperations, Is.EqualTo(int.MinValue));
    }

    [Test]
    public void A_partition_whose_leader_is_not_live_has_no_leader()
    {
        broker.CreateTopic("orders");
        broker.Broker.Node.Endpoints = broker.Broker.Node.Endpoints.Clear();

        var old = connection.Send(Named(5, "orders"), 5).Topics.Single().Partitions.Single();
        var current = connection.Send(Named(6, "orders"), 6).Topics.Single().Partitions.Single();

        Assert.That((old.LeaderId, old.ErrorCode), Is.EqualTo((-1, ErrorCode.LeaderNotAvailable)));
        Assert.That((current.LeaderId, current.ErrorCode), Is.EqualTo((-1, ErrorCode.ListenerNotFound)));
    }

    static MetadataRequest Named(short _, string name) => new()
    {
        Topics = [new() { Name = name }],
        AllowAutoTopicCreation = true,
        IncludeTopicAuthorizedOperations = false,
        IncludeClusterAuthorizedOperations = false,
    };

    static IEnumerable<string?> NamesOf(MetadataResponse response) => response.Topics.Select(topic => topic.Name);
}
