using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Consumer;

public sealed class StaticMemberTests : IDisposable
{
    readonly TestBroker broker = new();

    public StaticMemberTests() => broker.CreateTopic("orders", 4);

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_static_member_that_left_for_a_while_comes_back_to_what_it_had_without_a_rebalance()
    {
        var (first, second) = Pair();
        var had = first.Owned;
        Assert.That(first.LeaveForAWhile(), Is.EqualTo(ErrorCode.None));
        second.Heartbeat();
        Assert.That((second.MemberEpoch, second.Assigned.Count), Is.EqualTo((2, 2)), "nobody takes its place");

        var back = Member("one").Join().Reconcile();

        Assert.That((back.MemberEpoch, back.Owned), Is.EqualTo((2, had)));
        second.Heartbeat();
        Assert.That(second.MemberEpoch, Is.EqualTo(2));
        Assert.That(first.Heartbeat(), Is.EqualTo(ErrorCode.FencedInstanceId));
    }

    [Test]
    public void It_may_come_back_with_another_subscription()
    {
        broker.CreateTopic("payments", 1);
        var (first, second) = Pair();
        first.LeaveForAWhile();

        var back = Member("one");
        back.Topics = ["payments"];
        back.Join().Reconcile();
        second.Poll();
        second.Poll();

        Assert.That((back.MemberEpoch, back.Owned.Count, second.Owned.Count), Is.EqualTo((3, 1, 4)));
    }

    [Test]
    public void A_static_member_that_left_for_good_is_gone()
    {
        var (first, second) = Pair();

        first.Leave();
        second.Heartbeat();

        Assert.That((second.MemberEpoch, second.Assigned.Count), Is.EqualTo((3, 4)));
    }

    [Test]
    public void One_that_does_not_come_back_in_time_loses_its_place()
    {
        var (first, second) = Pair();
        first.LeaveForAWhile();

        for (var i = 0; i < 9; i++)
        {
            broker.Time.Advance(TimeSpan.FromSeconds(5));
            second.Heartbeat();
        }

        Assert.That(second.Assigned, Has.Count.EqualTo(4), "the session goes on while it is away");
    }

    [Test]
    public void One_that_leaves_while_it_has_to_revoke_is_not_fenced_for_not_revoking()
    {
        var first = Member("one");
        first.RebalanceTimeoutMs = 10_000;
        first.Join().Reconcile();
        var second = Member("two").Join();
        first.Heartbeat();
        first.LeaveForAWhile();
        second.Heartbeat();
        Assert.That(second.Assigned, Has.Count.EqualTo(2), "what it was to give up is free");

        broker.Time.Advance(TimeSpan.FromSeconds(20));

        var back = Member("one").Join();
        Assert.That((back.MemberEpoch, back.Assigned.Count), Is.EqualTo((2, 2)));
    }

    [Test]
    public void An_instance_id_that_is_in_use_is_not_given_to_another()
    {
        Pair();
        var other = Member("one");

        Assert.That(other.TryJoin(), Is.EqualTo(ErrorCode.UnreleasedInstanceId));
        Assert.That(other.Last!.ErrorMessage, Does.Match("^Static member .* with instance id one cannot join the group because the instance id is owned by .* member.$"));
    }

    [Test]
    public void Another_member_id_than_the_instances_is_fenced()
    {
        Pair();
        var thief = new ConsumerMember(broker.Connect(), "group", "thief") { InstanceId = "one", MemberEpoch = 2 };

        Assert.That((thief.Heartbeat(), thief.Leave(), thief.LeaveForAWhile()), Is.EqualTo((ErrorCode.FencedInstanceId, ErrorCode.FencedInstanceId, ErrorCode.FencedInstanceId)));
    }

    [Test]
    public void An_instance_id_that_nobody_has_is_unknown()
    {
        Pair();
        var stranger = new ConsumerMember(broker.Connect(), "group", "stranger") { InstanceId = "three", MemberEpoch = 2 };

        Assert.That((stranger.Heartbeat(), stranger.Last!.ErrorMessage), Is.EqualTo((ErrorCode.UnknownMemberId, "Instance id three is unknown.")));
        Assert.That(stranger.LeaveForAWhile(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    (ConsumerMember First, ConsumerMember Second) Pair()
    {
        var (first, second) = (Member("one").Join().Reconcile(), Member("two").Join().Reconcile());
        first.Poll();
        second.Poll();
        return (first, second);
    }

    ConsumerMember Member(string instanceId) => new(broker.Connect(), "group") { Topics = ["orders"], InstanceId = instanceId };
}
