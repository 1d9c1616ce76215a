using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Consumer;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Consumer;

/// <summary>What a group writes, in which order and to the byte, is what Kafka's tools and other brokers read.</summary>
public sealed class ConsumerGroupRecordsTests
{
    const string Group = "g-next";

    static readonly Uuid TopicId = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");
    static readonly Assignment ThreePartitions = Assignment.From([(TopicId, [2, 0, 1])]);

    static readonly ConsumerGroupMember Member = new("DzNZLX26TKKu-Hk7GPsjIw")
    {
        MemberEpoch = 1,
        ClientId = "console-consumer",
        ClientHost = "/127.0.0.1",
        RebalanceTimeoutMs = 300_000,
        SubscribedTopicNames = TopicNames.Of(["plain"]),
        Assigned = ThreePartitions,
    };

    [Test]
    public void Records_are_Kafkas_to_the_byte()
    {
        using var broker = OnSample();
        var expected = broker.RecordsOf(Group).Where(record => record.Type >= ConsumerGroupMetadataKey.RecordType).ToList();

        Expect(ConsumerGroupRecords.Member(Group, Member), expected[0]);
        Expect(ConsumerGroupRecords.Epoch(Group, 1, 4409999804431814095), expected[1]);
        Expect(ConsumerGroupRecords.Target(Group, Member.MemberId, ThreePartitions), expected[2]);
        Expect(ConsumerGroupRecords.TargetEpoch(Group, 1), expected[3]);
        Expect(ConsumerGroupRecords.Current(Group, Member), expected[4]);
        Expect(ConsumerGroupRecords.CurrentTombstone(Group, Member.MemberId), expected[5]);
        Expect(ConsumerGroupRecords.TargetTombstone(Group, Member.MemberId), expected[6]);
        Expect(ConsumerGroupRecords.MemberTombstone(Group, Member.MemberId), expected[7]);
        Expect(ConsumerGroupRecords.Epoch(Group, 2, 0), expected[8]);
    }

    [Test]
    public void A_group_writes_in_Kafkas_order_from_its_first_member_to_its_end()
    {
        using var broker = new TestBroker();
        broker.CreateTopic("plain", 3);
        var member = new ConsumerMember(broker.Connect(), Group) { Topics = ["plain"] }.Join();
        Assert.That(broker.TypesOf(Group), Is.EqualTo("5 3 7 6 8"));

        member.Leave();
        Assert.That(broker.TypesOf(Group, from: 5), Is.EqualTo("-8 -7 -5 3"));

        Assert.That(broker.Connect().DeleteGroup(Group), Is.EqualTo(ErrorCode.None));
        Assert.That(broker.TypesOf(Group, from: 9), Is.EqualTo("-6 -3"));
    }

    [Test]
    public void A_regular_expression_is_written_behind_what_follows_from_the_member_that_brings_it()
    {
        using var broker = new TestBroker();
        broker.CreateTopic("plain", 3);

        var member = new ConsumerMember(broker.Connect(), Group) { Regex = "pl.*" }.Join();
        Assert.That(broker.TypesOf(Group), Is.EqualTo("5 3 7 6 8 16 3"));
        member.Heartbeat();
        Assert.That(broker.TypesOf(Group, from: 7), Is.EqualTo("7 6 8"));

        member.Leave();
        Assert.That(broker.TypesOf(Group, from: 10), Is.EqualTo("-8 -7 -5 -16 3"));
    }

    [Test]
    public void A_group_that_Kafka_has_written_goes_on_where_it_was()
    {
        using var broker = OnSample();

        var member = new ConsumerMember(broker.Connect(), Group) { Topics = ["plain"] }.Join();

        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((3, 3)));
    }

    [Test]
    public void The_metadata_hash_is_the_one_that_Kafka_has_written()
    {
        using var broker = OnSample();

        Assert.That(new SubscribedTopics(["plain"], broker.Broker.Cluster.Image).Hash(), Is.EqualTo(4409999804431814095));
        Assert.That(new SubscribedTopics(["nothing"], broker.Broker.Cluster.Image).Hash(), Is.Zero);
    }

    /// <summary>A broker on what Kafka 4.2 has written, minutes later.</summary>
    static TestBroker OnSample() => new(SampleFiles.Of("clean", "data"), new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1795361000000)), ("log.retention.ms", "-1"));

    static void Expect(CoordinatorRecord record, CoordinatorRecord expected) =>
        Assert.That((Convert.ToHexString(record.Key), record.Value is null ? null : Convert.ToHexString(record.Value)), Is.EqualTo((Convert.ToHexString(expected.Key), expected.Value is null ? null : Convert.ToHexString(expected.Value))));
}
