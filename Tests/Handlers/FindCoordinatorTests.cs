using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
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
    public void Share_groups_have_no_coordinator_here() =>
        Assert.That(broker.Connect().Send(new FindCoordinatorRequest { KeyType = 2, CoordinatorKeys = ["key"] }, 6).Coordinators.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    // Values of Java's String.hashCode: "polygenelubricants" has the smallest int, whose absolute value is no int.
    [TestCase("my-group", 50, 12)]
    [TestCase("polygenelubricants", 50, 0)]
    [TestCase("", 50, 0)]
    [TestCase("a", 50, 47)]
    public void A_key_belongs_to_the_partition_that_Kafka_gives_it(string key, int partitions, int partition) =>
        Assert.That(Coordinators.PartitionFor(key, partitions), Is.EqualTo(partition));
}
