using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class OffsetCommitTests : IDisposable
{
    TestBroker broker = new(("offset.metadata.max.bytes", "10"));
    readonly Uuid topicId;

    public OffsetCommitTests() => topicId = broker.CreateTopic("orders", 2);

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_commits([Range(0, 10)] short version)
    {
        var request = GroupOffsetRequests.CommitRequest("g", version < 10 ? "orders" : "", 1, 42);
        request.Topics[0] = request.Topics[0] with { TopicId = version < 10 ? default : topicId };

        var topic = broker.Connect().Send(request, version).Topics.Single();

        Assert.That(topic.Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((topic.Name, topic.TopicId), Is.EqualTo(version < 10 ? ("orders", default) : ("", topicId)));
        Assert.That(broker.Connect().Committed("g", "orders", 1), Is.EqualTo(42));
    }

    [Test]
    public void Metadata_and_leader_epoch_come_back_as_committed()
    {
        var request = GroupOffsetRequests.CommitRequest("g", "orders", 0, 7, "größe");
        request.Topics[0].Partitions[0] = request.Topics[0].Partitions[0] with { CommittedLeaderEpoch = 3 };
        broker.Connect().Send(request, 9);

        var offset = broker.Connect().Fetch("g", "orders");

        Assert.That((offset.CommittedOffset, offset.CommittedLeaderEpoch, offset.Metadata), Is.EqualTo((7, 3, "größe")));
    }

    [Test]
    public void Absent_metadata_is_empty()
    {
        broker.Connect().Send(GroupOffsetRequests.CommitRequest("g", "orders", 0, 7, metadata: null), 9);

        Assert.That(broker.Connect().Fetch("g", "orders").Metadata, Is.Empty);
    }

    [TestCase(10, ErrorCode.None)]
    [TestCase(11, ErrorCode.OffsetMetadataTooLarge)]
    public void Metadata_has_a_limit(int length, ErrorCode error)
    {
        Assert.That(broker.Connect().Commit("g", "orders", 0, 7, new('m', length)), Is.EqualTo(error));
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(error == ErrorCode.None ? 7 : -1));
    }

    [TestCase("orders", 2)]
    [TestCase("nothing", 0)]
    public void A_partition_that_does_not_exist_is_refused_alone(string topic, int partition)
    {
        var request = GroupOffsetRequests.CommitRequest("g", "orders", 0, 7);
        request.Topics.Insert(0, new() { Name = topic, Partitions = [new() { PartitionIndex = partition, CommittedOffset = 1, CommittedMetadata = "" }] });

        var topics = broker.Connect().Send(request, 9).Topics;

        Assert.That(topics.Select(answer => answer.Partitions.Single().ErrorCode), Is.EqualTo(new[] { ErrorCode.UnknownTopicOrPartition, ErrorCode.None }));
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(7));
    }

    [Test]
    public void An_unknown_topic_id_is_refused()
    {
        var request = GroupOffsetRequests.CommitRequest("g", "", 0, 7);
        request.Topics[0] = request.Topics[0] with { TopicId = Uuid.Random() };

        Assert.That(broker.Connect().Send(request, 10).Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [TestCase(8, ErrorCode.IllegalGeneration)]
    [TestCase(9, ErrorCode.GroupIdNotFound)]
    public void A_member_of_a_group_that_does_not_exist_cannot_commit(short version, ErrorCode error)
    {
        var request = GroupOffsetRequests.CommitRequest("g", "orders", 0, 7);
        request.GenerationIdOrMemberEpoch = 3;
        request.MemberId = "gone";

        Assert.That(broker.Connect().Send(request, version).Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(error));
        Assert.That(broker.Connect().Groups(), Is.Empty);
    }

    [Test]
    public void The_empty_group_id_keeps_offsets_for_old_clients()
    {
        Assert.That(broker.Connect().Commit("", "orders", 0, 7), Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Connect().Committed("", "orders"), Is.EqualTo(7));
    }

    [Test]
    public void What_is_too_large_for_the_topic_is_refused_whole_and_harms_nobody()
    {
        using var small = new TestBroker(("message.max.bytes", "600"), ("offsets.topic.num.partitions", "1"));
        small.CreateTopic("orders", 2);
        small.Connect().Commit("other", "orders", 0, 5);
        var request = GroupOffsetRequests.CommitRequest("g", "orders", 0, 7);
        request.Topics[0].Partitions.Add(new() { PartitionIndex = 1, CommittedOffset = 8, CommittedMetadata = new('m', 550) });

        var results = small.Connect().Send(request, 9).Topics.Single().Partitions;

        Assert.That(results.Select(result => result.ErrorCode), Is.All.EqualTo(ErrorCode.UnknownServerError));
        Assert.That((small.Connect().Committed("g", "orders"), small.Connect().Committed("other", "orders")), Is.EqualTo((-1, 5)));
    }

    [Test]
    public void A_restart_keeps_the_last_commit()
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        broker.Connect().Commit("g", "orders", 0, 8, "m");
        broker.Connect().Commit("g", "orders", 1, 9);

        broker = broker.Restart();

        var offset = broker.Connect().Fetch("g", "orders");
        Assert.That((offset.CommittedOffset, offset.Metadata), Is.EqualTo((8, "m")));
        Assert.That(broker.Connect().Committed("g", "orders", 1), Is.EqualTo(9));
        Assert.That(broker.Connect().Groups(), Is.EqualTo(new[] { "g" }));
    }

    [Test]
    public void Another_node_is_not_the_coordinator()
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        using var elsewhere = new TestConnection(broker.Broker.Apis, TestConnection.TestNode(2), broker.Time);

        Assert.That(elsewhere.Commit("g", "orders", 0, 8), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(7));
    }
}
