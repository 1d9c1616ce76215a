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
    public void A_regular_expression_matches_whole_names_of_topics_that_exist_or_come()
    {
        broker.CreateTopic("orders-eu", 1);
        broker.CreateTopic("orders-us", 1);
        broker.CreateTopic("no-orders", 1);
        var member = ByRegex("orders-.*").Join().Reconcile();
        Assert.That(member.Owned, Has.Count.EqualTo(2));

        broker.CreateTopic("orders-jp", 1);
        member.Poll();
        Assert.That((member.MemberEpoch, member.Owned.Count), Is.EqualTo((2, 3)));

        Delete("orders-eu");
        member.Poll();
        Assert.That((member.MemberEpoch, member.Owned.Count), Is.EqualTo((3, 2)));
    }

    [Test]
    public void Names_and_a_regular_expression_go_together()
    {
        broker.CreateTopic("orders-eu", 1);
        broker.CreateTopic("payments", 1);
        var member = ByRegex("orders-.*");
        member.Topics = ["payments", "orders-eu"];

        member.Join();

        Assert.That(member.Assigned, Has.Count.EqualTo(2));
    }

    [Test]
    public void Members_share_what_an_expression_matched_and_it_is_forgotten_with_the_last_of_them()
    {
        broker.CreateTopic("orders-eu", 1);
        var first = ByRegex("orders-.*").Join();
        var second = ByRegex("orders-.*").Join();
        Assert.That(broker.RecordsOf(Group).Count(record => record.Type == ConsumerGroupRegularExpressionKey.RecordType), Is.EqualTo(1));

        first.Leave();
        Assert.That(broker.RecordsOf(Group).Any(record => record is { Type: ConsumerGroupRegularExpressionKey.RecordType, IsTombstone: true }), Is.False);
        second.SubscribeByRegex("");

        Assert.That(broker.RecordsOf(Group).Count(record => record is { Type: ConsumerGroupRegularExpressionKey.RecordType, IsTombstone: true }), Is.EqualTo(1));
        Assert.That(second.Assigned, Is.Empty);
    }

    [Test]
    public void A_member_changes_from_one_expression_to_another()
    {
        broker.CreateTopic("orders-eu", 1);
        broker.CreateTopic("payments-eu", 2);
        var member = ByRegex("orders-.*").Join().Reconcile();

        Assert.That(member.SubscribeByRegex("payments-.*"), Is.EqualTo(ErrorCode.None));
        member.Reconcile().Poll();
        member.Poll();

        Assert.That(member.Owned, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_malformed_expression_leaves_the_member_as_it_was()
    {
        broker.CreateTopic("orders-eu", 1);
        var member = ByRegex("orders-.*").Join();

        Assert.That(member.SubscribeByRegex("*"), Is.EqualTo(ErrorCode.InvalidRegularExpression));

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public void An_expression_that_is_too_expensive_is_refused_or_keeps_what_it_matched()
    {
        const string expensive = "(.*x?){900}(.*x?){900}";
        var name = new string('x', 249);
        broker.CreateTopic("x", 1);
        var member = ByRegex(expensive).Join();
        for (var i = 0; i < 20; i++)
            broker.CreateTopic($"{i:00}{name[2..]}", 1);

        Assert.That((member.Heartbeat(), member.MemberEpoch, member.Assigned.Count), Is.EqualTo((ErrorCode.None, 1, 2)), "the topic and that of the offsets");
        var other = ByRegex(expensive + "a?");
        Assert.That(other.TryJoin(), Is.EqualTo(ErrorCode.InvalidRegularExpression));
        Assert.That(other.Last!.ErrorMessage, Does.EndWith("is too expensive to match against 22 topics."));
    }

    [Test]
    public void Who_asks_is_looked_at_before_the_expression()
    {
        var member = ByRegex(".*").Join();
        member.MemberEpoch = 9;

        Assert.That(member.SubscribeByRegex("*"), Is.EqualTo(ErrorCode.FencedMemberEpoch));
    }

    [Test]
    public void A_long_expression_that_is_malformed_is_refused()
    {
        var member = ByRegex(new string('(', 32_000));

        Assert.That(member.TryJoin(), Is.EqualTo(ErrorCode.InvalidRegularExpression));
    }

    [Test]
    public void An_answer_repeats_a_long_id_only_in_part()
    {
        var member = new ConsumerMember(broker.Connect(), Group, new('m', 32_760)) { MemberEpoch = 1 };

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.GroupIdNotFound));
        ByRegex(".*").Join();
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(member.Last!.ErrorMessage, Has.Length.LessThan(1100));
    }

    void Delete(string topic) => Assert.That(
        broker.Connect().Send(new DeleteTopicsRequest { TopicNames = [topic], TimeoutMs = 1000 }, 3).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));

    ConsumerMember Member(params string[] topics) => new(broker.Connect(), Group) { Topics = topics };

    ConsumerMember ByRegex(string regex) => new(broker.Connect(), Group) { Regex = regex };
}
