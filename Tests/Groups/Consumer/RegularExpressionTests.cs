using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Consumer;

/// <summary>Subscriptions by regular expression: resolved when a member brings one and when the topics have changed, while heartbeats go on.</summary>
public sealed class RegularExpressionTests : IDisposable
{
    const string Group = "group";

    /// <summary>Matches all, and with long names takes longer than a heartbeat may.</summary>
    const string Laborious = "(.*x?){20}";

    readonly TestBroker broker = new(("num.io.threads", "1"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_regular_expression_matches_whole_names_of_topics_that_exist_or_come()
    {
        broker.CreateTopic("orders-eu", 1);
        broker.CreateTopic("orders-us", 1);
        broker.CreateTopic("no-orders", 1);
        var member = ByRegex("orders-.*").Join();
        member.Poll();
        Assert.That((member.MemberEpoch, member.Owned.Count), Is.EqualTo((2, 2)));

        broker.CreateTopic("orders-jp", 1);
        member.Heartbeat();
        member.Poll();
        Assert.That((member.MemberEpoch, member.Owned.Count), Is.EqualTo((3, 3)));

        Delete("orders-eu");
        member.Poll();
        Assert.That((member.MemberEpoch, member.Owned.Count), Is.EqualTo((4, 2)));
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
        broker.CreateTopic("orders-us", 1);
        member.Heartbeat();
        member.Heartbeat();

        Assert.That(member.Assigned, Has.Count.EqualTo(3));
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
        var member = ByRegex("orders-.*").Join();
        member.Poll();

        Assert.That(member.SubscribeByRegex("payments-.*"), Is.EqualTo(ErrorCode.None));
        Assert.That(member.Assigned, Has.Count.EqualTo(1), "it keeps what it has until the other expression is resolved");
        member.Poll();
        member.Poll();

        Assert.That(member.Owned, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_malformed_expression_leaves_the_member_as_it_was()
    {
        broker.CreateTopic("orders-eu", 1);
        var member = ByRegex("orders-.*").Join();
        member.Poll();

        Assert.That(member.SubscribeByRegex("*"), Is.EqualTo(ErrorCode.InvalidRegularExpression));

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((2, 1)));
    }

    [Test]
    public void The_heartbeat_that_brings_an_expression_does_not_wait_for_its_topics()
    {
        broker.CreateTopic("orders-eu", 1);

        var member = ByRegex("orders-.*").Join();
        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((1, 0)));

        member.Heartbeat();
        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task What_takes_long_to_match_is_matched_on_another_thread()
    {
        CreateLongTopics();
        using var gate = new ManualResetEventSlim();
        broker.Storage.Executor.Post(gate.Wait);

        var member = ByRegex(Laborious).Join();
        Assert.That((member.Heartbeat(), member.MemberEpoch, member.Assigned.Count), Is.EqualTo((ErrorCode.None, 1, 0)));
        var other = ByRegex("0.*").Join();
        Assert.That((other.Heartbeat(), other.MemberEpoch, other.Assigned.Count), Is.EqualTo((ErrorCode.None, 2, 0)), "one after the other");

        gate.Set();
        await ExecutorDoneAsync();
        await ExecutorDoneAsync();
        member.Heartbeat();
        other.Heartbeat();
        Assert.That((member.Assigned.Count, other.Assigned.Count), Is.EqualTo((11, 10)));
    }

    [Test]
    public async Task Topics_that_change_while_an_expression_is_matched_count()
    {
        CreateLongTopics();
        using var gate = new ManualResetEventSlim();
        broker.Storage.Executor.Post(gate.Wait);
        var member = ByRegex(Laborious).Join();
        broker.CreateTopic("later", 1);

        gate.Set();
        await ExecutorDoneAsync();
        await ExecutorDoneAsync();
        member.Heartbeat();

        Assert.That(member.Assigned, Has.Count.EqualTo(22));
    }

    [Test]
    public async Task An_expression_that_is_too_expensive_keeps_what_it_matched_or_is_refused_when_that_is_known()
    {
        const string expensive = "(.*x?){900}(.*x?){900}";
        broker.CreateTopic("x", 1);
        var member = ByRegex(expensive).Join();
        await ExecutorDoneAsync();
        member.Heartbeat();
        CreateLongTopics();
        member.Heartbeat();
        await ExecutorDoneAsync();

        Assert.That((member.Heartbeat(), member.MemberEpoch, member.Assigned.Count), Is.EqualTo((ErrorCode.None, 2, 2)), "the topic and that of the offsets");
        var other = ByRegex(expensive + "a?").Join();
        await ExecutorDoneAsync();
        Assert.That(other.Heartbeat(), Is.EqualTo(ErrorCode.InvalidRegularExpression));
        Assert.That(other.Last!.ErrorMessage, Does.EndWith("is too expensive to match against 22 topics."));
    }

    [Test]
    public async Task A_member_whose_expression_cannot_be_resolved_is_fenced_when_its_session_ends_and_may_try_again()
    {
        CreateLongTopics();
        var member = ByRegex("(.*x?){900}(.*x?){900}").Join();
        await ExecutorDoneAsync();
        Assert.That(ByRegex("(.*x?){900}(.*x?){900}").TryJoin(), Is.EqualTo(ErrorCode.InvalidRegularExpression));

        broker.Time.Advance(TimeSpan.FromSeconds(46));

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(member.TryJoin(), Is.EqualTo(ErrorCode.None));
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

    /// <summary>Names that take long to match.</summary>
    void CreateLongTopics()
    {
        for (var i = 0; i < 20; i++)
            broker.CreateTopic($"{i:00}{new string('x', 247)}", 1);
    }

    /// <summary>The executor's only thread has done what was posted before.</summary>
    Task<bool> ExecutorDoneAsync() => broker.Storage.Executor.RunAsync(static _ => true, 0);

    void Delete(string topic) => Assert.That(
        broker.Connect().Send(new DeleteTopicsRequest { TopicNames = [topic], TimeoutMs = 1000 }, 3).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));

    ConsumerMember ByRegex(string regex) => new(broker.Connect(), Group) { Regex = regex };
}
