using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Offsets;

/// <summary>Offsets of groups without members; those of members are tested with their groups.</summary>
public sealed class OffsetExpirationTests : IDisposable
{
    static readonly TimeSpan retention = TimeSpan.FromMinutes(60);
    static readonly TimeSpan check = TimeSpan.FromMinutes(1);

    TestBroker broker = new(("offsets.retention.minutes", "60"), ("offsets.retention.check.interval.ms", "60000"), ("offsets.topic.num.partitions", "1"));

    public OffsetExpirationTests() => broker.CreateTopic("orders", 2);

    public void Dispose() => broker.Dispose();

    [Test]
    public void An_offset_goes_when_the_retention_is_over_and_the_group_with_its_last()
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        broker.Time.Advance(TimeSpan.FromMinutes(30));
        broker.Connect().Commit("g", "orders", 1, 8);

        broker.Time.Advance(TimeSpan.FromMinutes(30) + check);
        Assert.That(broker.Connect().Committed("g", "orders", 0), Is.EqualTo(-1));
        Assert.That(broker.Connect().Committed("g", "orders", 1), Is.EqualTo(8));

        broker.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.That(broker.Connect().Groups(), Is.Empty);
        broker = broker.Restart();
        Assert.That(broker.Connect().Groups(), Is.Empty);
        Assert.That(broker.Connect().Committed("g", "orders", 1), Is.EqualTo(-1));
    }

    [Test]
    public void Until_then_it_stays()
    {
        broker.Connect().Commit("g", "orders", 0, 7);

        broker.Time.Advance(retention - check);

        Assert.That(broker.Connect().Committed("g", "orders", 0), Is.EqualTo(7));
    }

    [Test]
    public void A_client_may_say_itself_how_long_it_stays([Range(2, 4)] short version)
    {
        var request = GroupOffsetRequests.CommitRequest("g", "orders", 0, 7);
        request.RetentionTimeMs = (long)TimeSpan.FromMinutes(90).TotalMilliseconds;
        broker.Connect().Send(request, version);

        broker.Time.Advance(TimeSpan.FromMinutes(89));
        broker = broker.Restart();
        Assert.That(broker.Connect().Committed("g", "orders", 0), Is.EqualTo(7));
        broker.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(broker.Connect().Committed("g", "orders", 0), Is.EqualTo(-1));
    }

    [Test]
    public void The_time_that_a_client_names_for_a_commit_counts()
    {
        var request = GroupOffsetRequests.CommitRequest("g", "orders", 0, 7);
        request.Topics[0].Partitions[0] = request.Topics[0].Partitions[0] with { CommitTimestamp = (broker.Time.GetUtcNow() - TimeSpan.FromMinutes(50)).ToUnixTimeMilliseconds() };
        broker.Connect().Send(request, 1);

        broker.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.That(broker.Connect().Committed("g", "orders", 0), Is.EqualTo(7));
        broker.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(broker.Connect().Committed("g", "orders", 0), Is.EqualTo(-1));
    }

    [Test]
    public void Offsets_go_with_their_topic()
    {
        broker.CreateTopic("other");
        broker.Connect().Commit("g", "orders", 0, 7);
        broker.Connect().Commit("g", "other", 0, 8);

        broker.Connect().Send(new DeleteTopicsRequest { TopicNames = ["orders"] }, 5);

        var all = broker.Connect().Send(new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = null }] }, 9).Groups.Single();
        Assert.That(all.Topics.Select(topic => topic.Name), Is.EqualTo(new[] { "other" }));
    }

    [Test]
    public void Offsets_of_a_topic_that_was_deleted_while_the_broker_stopped_go_when_it_is_loaded()
    {
        broker.CreateTopic("other");
        broker.Connect().Commit("g", "orders", 0, 7);
        broker.Connect().Commit("g", "other", 0, 8);
        AppendOfTopic("g", "gone", Uuid.Random());

        broker = broker.Restart();

        var all = broker.Connect().Send(new OffsetFetchRequest { Groups = [new() { GroupId = "g", Topics = null }] }, 9).Groups.Single();
        Assert.That(all.Topics.Select(topic => topic.Name), Is.EquivalentTo(new[] { "orders", "other" }));
    }

    [Test]
    public void What_a_transaction_has_of_an_earlier_topic_of_the_name_does_not_cost_what_is_committed_of_the_newer()
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        AppendOfTopic("g", "orders", Uuid.Random(), producerId: 7);

        broker = broker.Restart();

        Assert.That(broker.Connect().Committed("g", "orders", 0), Is.EqualTo(7));
    }

    void AppendOfTopic(string group, string topic, Uuid topicId, long producerId = -1)
    {
        var record = CoordinatorRecord.Of(
            OffsetCommitKey.RecordType,
            new OffsetCommitKey { Group = group, Topic = topic, Partition = 0 },
            new OffsetCommitValue { Offset = 9, Metadata = "", CommitTimestamp = TestBatch.Now, TopicId = topicId },
            4);
        using var builder = new RecordBatchBuilder { IsTransactional = producerId >= 0, ProducerId = producerId, ProducerEpoch = (short)(producerId >= 0 ? 0 : -1) };
        builder.Append(TestBatch.Now, record.Key, record.Value);
        var partition = broker.Partitions.Find(new("__consumer_offsets", 0))!;
        TestBroker.Completed(partition.AppendAsync(Records.View(builder.ToArray()), -1, AppendOrigin.Replication).AsTask());
    }
}
