using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class CreatePartitionsTests : IDisposable
{
    readonly TestBroker broker = new();

    public CreatePartitionsTests() => broker.CreateTopic("orders", 2);

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_adds_partitions_that_can_be_used_at_once([Range(0, 3)] short version)
    {
        Assert.That(Create("orders", 3, version: version).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Produce("orders", 2, "new"), Is.Zero);
    }

    [TestCase("orders", 2, ErrorCode.InvalidPartitions)]
    [TestCase("orders", 1, ErrorCode.InvalidPartitions)]
    [TestCase("nothing", 3, ErrorCode.UnknownTopicOrPartition)]
    [TestCase("orders", int.MaxValue, ErrorCode.PolicyViolation)]
    public void Partitions_only_grow(string topic, int count, ErrorCode error)
    {
        Assert.That(Create(topic, count).ErrorCode, Is.EqualTo(error));
        Assert.That(broker.Broker.Cluster.Image.FindTopic("orders")!.Partitions, Has.Count.EqualTo(2));
    }

    [TestCase("__consumer_offsets")]
    [TestCase("__transaction_state")]
    public void The_partitions_of_a_coordinator_s_topic_stay_as_many_as_they_are(string topic)
    {
        broker.CreateTopic(topic, 2);

        var result = Create(topic, 3);

        Assert.That(result.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(result.ErrorMessage, Is.EqualTo($"Partitions cannot be added to the internal topic {topic}: the coordinators would not find what they keep in it any more."));
        Assert.That(broker.Broker.Cluster.Image.FindTopic(topic)!.Partitions, Has.Count.EqualTo(2));
    }

    [TestCase(1, ErrorCode.None)]
    [TestCase(7, ErrorCode.InvalidReplicaAssignment)]
    public void A_manual_assignment_names_registered_brokers(int node, ErrorCode error) =>
        Assert.That(Create("orders", 3, [new() { BrokerIds = [node] }]).ErrorCode, Is.EqualTo(error));

    [Test]
    public void A_manual_assignment_is_one_list_for_each_new_partition() =>
        Assert.That(Create("orders", 4, [new() { BrokerIds = [1] }]).ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment));

    [Test]
    public void Validating_only_adds_nothing()
    {
        var request = new CreatePartitionsRequest { Topics = [new() { Name = "orders", Count = 5, Assignments = null }], ValidateOnly = true };

        Assert.That(broker.Connect().Send(request, 3).Results.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Broker.Cluster.Image.FindTopic("orders")!.Partitions, Has.Count.EqualTo(2));
    }

    CreatePartitionsResponse.CreatePartitionsTopicResult Create(
        string topic, int count, List<CreatePartitionsRequest.CreatePartitionsAssignment>? assignments = null, short version = 3) =>
        broker.Connect().Send(new CreatePartitionsRequest { Topics = [new() { Name = topic, Count = count, Assignments = assignments }] }, version).Results.Single();
}
