using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class FindCoordinatorTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_finds_a_groups_coordinator([Range(0, 6)] short version)
    {
        var request = version < 4 ? new FindCoordinatorRequest { Key = "my-group" } : new() { CoordinatorKeys = ["my-group"] };

        var response = broker.Connect().Send(request, version);

        var (error, node, host, port) = version < 4
            ? (response.ErrorCode, response.NodeId, response.Host, response.Port)
            : response.Coordinators.Select(found => (found.ErrorCode, found.NodeId, found.Host, found.Port)).Single();
        Assert.That((error, node, host, port), Is.EqualTo((ErrorCode.None, 1, "broker.test", 9092)));
        Assert.That(response.ErrorMessage, Is.EqualTo(version is 0 or >= 4 ? "" : "NONE"));
    }

    [TestCase(0, "__consumer_offsets")]
    [TestCase(1, "__transaction_state")]
    public void The_internal_topic_is_there_when_the_answer_is(sbyte keyType, string topic)
    {
        broker.Connect().Send(new FindCoordinatorRequest { KeyType = keyType, CoordinatorKeys = ["key"] }, 4);

        Assert.That(broker.Broker.Cluster.Image.FindTopic(topic), Is.Not.Null);
        Assert.That(broker.Broker.Cluster.Image.ConfigsOf(new(ConfigResourceType.Topic, topic))["cleanup.policy"], Is.EqualTo("compact"));
    }

    [Test]
    public void The_internal_topics_have_Kafkas_settings_and_a_replica_on_every_node_there_is()
    {
        using var kafka = new TestBroker(
            ("offsets.topic.num.partitions", "50"),
            ("offsets.topic.replication.factor", "3"),
            ("offsets.topic.segment.bytes", "2097152"),
            ("offsets.topic.compression.codec", "1"),
            ("transaction.state.log.num.partitions", "20"),
            ("transaction.state.log.replication.factor", "3"),
            ("transaction.state.log.min.isr", "2"));
        kafka.Connect().Send(new FindCoordinatorRequest { KeyType = 0, CoordinatorKeys = ["key"] }, 4);
        kafka.Connect().Send(new FindCoordinatorRequest { KeyType = 1, CoordinatorKeys = ["key"] }, 4);

        // The codec of offsets is that of the coordinator's batches: the log takes them as they come.
        Expect("__consumer_offsets", 50, new() { ["cleanup.policy"] = "compact", ["compression.type"] = "producer", ["segment.bytes"] = "2097152" });
        Expect("__transaction_state", 20, new()
        {
            ["cleanup.policy"] = "compact",
            ["compression.type"] = "uncompressed",
            ["min.insync.replicas"] = "1",
            ["segment.bytes"] = "104857600",
            ["unclean.leader.election.enable"] = "false",
        });

        void Expect(string topic, int partitions, Dictionary<string, string> configs)
        {
            var image = kafka.Broker.Cluster.Image;
            Assert.That(image.ConfigsOf(new(ConfigResourceType.Topic, topic)), Is.EqualTo(configs));
            Assert.That(image.FindTopic(topic)!.Partitions, Has.Count.EqualTo(partitions));
            Assert.That(image.FindTopic(topic)!.Partitions.Values.Select(partition => partition.Replicas.Length), Is.All.EqualTo(1));
        }
    }

    [Test]
    public void An_internal_topic_that_is_there_stays_as_it_is()
    {
        broker.CreateTopic("__consumer_offsets", 7, ("segment.bytes", "1048576"));

        broker.Connect().Send(new FindCoordinatorRequest { KeyType = 0, CoordinatorKeys = ["key"] }, 4);

        Assert.That(broker.Broker.Cluster.Image.FindTopic("__consumer_offsets")!.Partitions, Has.Count.EqualTo(7));
    }

    [Test]
    public void Share_groups_have_no_coordinator_here() =>
        Assert.That(broker.Connect().Send(new FindCoordinatorRequest { KeyType = 2, CoordinatorKeys = ["key"] }, 6).Coordinators.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    // Values of Java's String.hashCode: "polygenelubricants" has the smallest int, whose absolute value is no int.
    [TestCase("my-group", 50, 12)]
    [TestCase("polygenelubricants", 50, 0)]
    [TestCase("", 50, 0)]
    [TestCase("a", 50, 47)]
    public void A_key_belongs_to_the_partition_that_Kafka_gives_it(string key, int partitions, int partition) =>
        Assert.That(CoordinatorKey.PartitionFor(key, partitions), Is.EqualTo(partition));
}
