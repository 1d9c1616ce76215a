using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Consumer;

/// <summary>What a group subscribes to changes: its members', or the topics themselves.</summary>
public sealed class GroupSubscriptionTests : IDisposable
{
    const string Group = "group";

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_topic_that_is_created_later_is_assigned_with_the_next_heartbeat()
    {
        var member = Member("orders").Join();
        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((1, 0)));

        broker.CreateTopic("orders", 2);
        member.Heartbeat();

        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((2, 2)));
    }

    [Test]
    public void Partitions_that_are_added_are_assigned()
    {
        broker.CreateTopic("orders", 1);
        var member = Member("orders").Join();

        broker.Connect().Send(new CreatePartitionsRequest { Topics = [new() { Name = "orders", Count = 3, Assignments = null }], TimeoutMs = 1000 }, 3);
        member.Heartbeat();

        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((2, 3)));
    }

    [Test]
    public void A_topic_that_is_deleted_is_taken_away_and_its_successor_is_another()
    {
        broker.CreateTopic("orders", 1);
        var member = Member("orders").Join().Reconcile();

        Delete("orders");
        member.Poll();
        Assert.That((member.MemberEpoch, member.Owned.Count), Is.EqualTo((2, 0)));

        var topicId = broker.CreateTopic("orders", 1);
        member.Poll();
        Assert.That(member.Owned.Single().TopicId, Is.EqualTo(topicId.ToString()));
    }

    [Test]
    public void Topics_that_nobody_subscribes_to_change_nothing()
    {
        broker.CreateTopic("orders", 1);
        var member = Member("orders").Join().Reconcile();
        var before = broker.RecordCount(Group);

        broker.CreateTopic("payments", 1);
        member.Heartbeat();

        Assert.That((member.MemberEpoch, broker.RecordCount(Group)), Is.EqualTo((1, before)));
    }

    [Test]
    public void An_answer_repeats_a_long_id_only_in_part()
    {
        var member = new ConsumerMember(broker.Connect(), Group, new('m', 32_760)) { MemberEpoch = 1 };

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.GroupIdNotFound));
        Member("orders").Join();
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(member.Last!.ErrorMessage, Has.Length.LessThan(1100));
    }

    void Delete(string topic) => Assert.That(
        broker.Connect().Send(new DeleteTopicsRequest { TopicNames = [topic], TimeoutMs = 1000 }, 3).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));

    ConsumerMember Member(params string[] topics) => new(broker.Connect(), Group) { Topics = topics };
}
