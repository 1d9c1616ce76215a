using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class OffsetFetchTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly TestConnection connection;
    readonly Uuid topicId;

    public OffsetFetchTests()
    {
        topicId = broker.CreateTopic("orders", 2);
        connection = broker.Connect();
        connection.Commit("g", "orders", 1, 42, "m");
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_for_one_group_answers([Range(0, 7)] short version)
    {
        var request = new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "orders", PartitionIndexes = [0, 1] }] };

        var response = connection.Send(request, version);

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(response.Topics.Single().Partitions.Select(partition => (partition.PartitionIndex, partition.CommittedOffset, partition.Metadata)), Is.EqualTo(new[] { (0, -1, ""), (1, 42L, "m") }));
    }

    [Test]
    public void Every_version_for_many_groups_answers([Range(8, 10)] short version)
    {
        var wanted = new OffsetFetchRequest.OffsetFetchRequestTopics { Name = version < 10 ? "orders" : "", TopicId = version < 10 ? default : topicId, PartitionIndexes = [0, 1] };
        var request = new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = [wanted] }, new() { GroupId = "nobody", Topics = [wanted] }] };

        var groups = connection.Send(request, version).Groups;

        Assert.That(groups.Select(group => (group.GroupId, group.ErrorCode)), Is.EqualTo(new[] { ("g", ErrorCode.None), ("nobody", ErrorCode.None) }));
        Assert.That(groups.Select(group => string.Join(",", group.Topics.Single().Partitions.Select(partition => partition.CommittedOffset))), Is.EqualTo(new[] { "-1,42", "-1,-1" }));
    }

    [Test]
    public void Without_topics_all_that_the_group_has_committed_is_answered([Range(2, 7)] short version)
    {
        var topic = connection.Send(new OffsetFetchRequest { GroupId = "g", Topics = null }, version).Topics.Single();

        Assert.That((topic.Name, topic.Partitions.Single().PartitionIndex, topic.Partitions.Single().CommittedOffset), Is.EqualTo(("orders", 1, 42)));
    }

    [Test]
    public void Without_topics_each_group_is_answered_whole([Range(8, 10)] short version)
    {
        var groups = connection.Send(new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = null }, new() { GroupId = "nobody", Topics = null }] }, version).Groups;

        var topic = groups[0].Topics.Single();
        Assert.That((topic.Name, topic.TopicId), Is.EqualTo(version < 10 ? ("orders", default) : ("", topicId)));
        Assert.That(topic.Partitions.Single().CommittedOffset, Is.EqualTo(42));
        Assert.That(groups[1].Topics, Is.Empty);
    }

    [Test]
    public void An_unknown_topic_id_is_refused()
    {
        var request = new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = [new() { TopicId = Uuid.Random(), PartitionIndexes = [0] }] }] };

        Assert.That(connection.Send(request, 10).Groups.Single().Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(8)]
    public void Another_node_is_not_the_coordinator(short version)
    {
        using var elsewhere = new TestConnection(broker.Broker.Apis, TestConnection.TestNode(2), broker.Time);

        var response = elsewhere.Send(
            version < 8
                ? new OffsetFetchRequest { GroupId = "g", Topics = [new() { Name = "orders", PartitionIndexes = [1] }] }
                : new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = [new() { Name = "orders", PartitionIndexes = [1] }] }] },
            version);

        var error = version switch
        {
            1 => response.Topics.Single().Partitions.Single().ErrorCode,
            2 => response.ErrorCode,
            _ => response.Groups.Single().ErrorCode,
        };
        Assert.That(error, Is.EqualTo(ErrorCode.NotCoordinator));
    }

    [Test]
    public void A_topic_of_the_same_name_begins_without_offsets()
    {
        connection.Send(new DeleteTopicsRequest { TopicNames = ["orders"] }, 5);
        broker.CreateTopic("orders", 2);

        Assert.That(connection.Committed("g", "orders", 1), Is.EqualTo(-1));
    }
}
