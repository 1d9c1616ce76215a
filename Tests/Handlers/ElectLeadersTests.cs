using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ElectLeadersTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_answers_for_each_partition([Range(0, 2)] short version)
    {
        broker.CreateTopic("orders", 2);

        var topic = Send(version, ("orders", [1, 5])).ReplicaElectionResults.Single();

        Assert.That(topic.Topic, Is.EqualTo("orders"));
        Assert.That(topic.PartitionResult.Select(partition => (partition.PartitionId, partition.ErrorCode, partition.ErrorMessage)), Is.EqualTo(new[]
        {
            (1, ErrorCode.ElectionNotNeeded, "Leader election not needed for topic partition."),
            (5, ErrorCode.UnknownTopicOrPartition, "No such partition as orders-5"),
        }));
    }

    [Test]
    public void A_topic_that_is_not_there_is_told() =>
        Assert.That(Send(2, ("nothing", [0])).ReplicaElectionResults.Single().PartitionResult.Single().ErrorMessage, Is.EqualTo("No such topic as nothing"));

    [Test]
    public void Of_all_partitions_those_that_need_no_leader_are_not_told()
    {
        broker.CreateTopic("orders", 2);

        var response = broker.Connect().Send(new ElectLeadersRequest { TopicPartitions = null }, 2);

        Assert.That((response.ErrorCode, response.ReplicaElectionResults.Count), Is.EqualTo((ErrorCode.None, 0)));
    }

    [Test]
    public void An_unknown_type_of_election_is_refused()
    {
        var response = broker.Connect().Send(new ElectLeadersRequest { ElectionType = 2, TopicPartitions = [new() { Topic = "orders", Partitions = [0] }] }, 2);

        Assert.That((response.ErrorCode, response.ReplicaElectionResults.Single().PartitionResult.Single().ErrorMessage), Is.EqualTo((ErrorCode.InvalidRequest, "Unknown election type 2")));
    }

    ElectLeadersResponse Send(short version, params (string Topic, List<int> Partitions)[] topics) => broker.Connect().Send(
        new ElectLeadersRequest { TopicPartitions = [.. topics.Select(topic => new ElectLeadersRequest.TopicPartitionsStruct { Topic = topic.Topic, Partitions = topic.Partitions })] },
        version);
}
