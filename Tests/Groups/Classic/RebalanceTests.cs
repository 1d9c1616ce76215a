using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Classic;

/// <summary>How long a classic group waits for whom.</summary>
public sealed class RebalanceTests : IDisposable
{
    const int Step = 1000;

    TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_new_group_waits_for_more_members()
    {
        Restart(("group.initial.rebalance.delay.ms", "3000"));
        var member = Member();
        member.PostJoin();

        AfterMs(2999, () => Assert.That(member.TryTakeJoin(), Is.Null));
        AfterMs(1, () => Assert.That(member.TryTakeJoin()!.GenerationId, Is.EqualTo(1)));
    }

    [Test]
    public void Each_newcomer_makes_a_new_group_wait_once_more()
    {
        Restart(("group.initial.rebalance.delay.ms", "3000"));
        ClassicMember one = Member(), two = Member();
        one.PostJoin();

        AfterMs(2000, two.PostJoin);

        AfterMs(3999, () => Assert.That(one.TryTakeJoin(), Is.Null));
        AfterMs(1, () => Assert.That(one.TryTakeJoin()!.Members, Has.Count.EqualTo(2)));
        Assert.That(two.TryTakeJoin()!.GenerationId, Is.EqualTo(1));
    }

    [Test]
    public void Newcomers_make_a_new_group_wait_for_the_rebalance_timeout_at_most()
    {
        Restart(("group.initial.rebalance.delay.ms", "3000"));
        var first = Member(rebalanceTimeoutMs: 8000);
        first.PostJoin();
        for (var waited = 0; waited < 7000; waited += 1000)
        {
            Advance(1000);
            var newcomer = Member(rebalanceTimeoutMs: 8000);
            newcomer.PostJoin();
        }

        Assert.That(first.TryTakeJoin(), Is.Null);
        AfterMs(1000, () => Assert.That(first.TryTakeJoin()!.Members, Has.Count.EqualTo(8)));
    }

    [Test]
    public void A_group_that_has_become_empty_waits_again()
    {
        Restart(("group.initial.rebalance.delay.ms", "3000"));
        var member = Member();
        member.PostJoin();
        Advance(3000);
        member.TryTakeJoin();
        member.Leave();

        var next = Member();
        next.PostJoin();

        AfterMs(2999, () => Assert.That(next.TryTakeJoin(), Is.Null));
        AfterMs(1, () => Assert.That(next.TryTakeJoin()!.GenerationId, Is.EqualTo(3)));
    }

    [Test]
    public void Who_does_not_rejoin_within_the_rebalance_timeout_is_removed()
    {
        var (leader, follower) = StablePair();
        leader.PostJoin();

        AfterMs(59_999, () => Assert.That(leader.TryTakeJoin(), Is.Null));
        AfterMs(1, () => Assert.That(leader.TryTakeJoin()!.Members, Has.Count.EqualTo(1)));
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void The_longest_rebalance_timeout_of_all_counts()
    {
        ClassicMember one = Member(rebalanceTimeoutMs: 20_000), two = Member(rebalanceTimeoutMs: 90_000);
        ClassicMember.Stabilize(one, two);
        var (leader, _) = one.IsLeader ? (one, two) : (two, one);
        leader.PostJoin();

        AfterMs(89_999, () => Assert.That(leader.TryTakeJoin(), Is.Null));
        AfterMs(1, () => Assert.That(leader.TryTakeJoin(), Is.Not.Null));
    }

    [Test]
    public void In_version_0_the_session_timeout_is_the_rebalance_timeout()
    {
        ClassicMember one = new(broker, "group") { JoinVersion = 0, SessionTimeoutMs = 30_000 }, two = new(broker, "group") { JoinVersion = 0, SessionTimeoutMs = 30_000 };
        ClassicMember.Stabilize(one, two);
        var (leader, follower) = one.IsLeader ? (one, two) : (two, one);
        leader.PostJoin();

        Advance(20_000);
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
        AfterMs(9999, () => Assert.That(leader.TryTakeJoin(), Is.Null));
        AfterMs(1, () => Assert.That(leader.TryTakeJoin()!.Members, Has.Count.EqualTo(1)));
    }

    [Test]
    public void A_leader_that_does_not_rejoin_is_followed_by_one_that_has()
    {
        var (leader, follower) = StablePair();
        follower.Protocols = [("range", [1])];
        follower.PostJoin();

        Advance(60_000);

        Assert.That(follower.TryTakeJoin(), Has.Property("Leader").EqualTo(follower.MemberId));
        Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_leader_that_fails_is_followed_by_another()
    {
        var (leader, follower) = StablePair();
        Advance(200_000);
        follower.Heartbeat();

        Advance(100_000);

        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(follower.Join(), Has.Property("Leader").EqualTo(follower.MemberId));
        Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_member_that_was_given_an_id_is_waited_for()
    {
        var member = Member();
        ClassicMember.Stabilize(member);
        broker.Connect().Send(new ClassicMember(broker, "group") { SessionTimeoutMs = 20_000 }.JoinRequest(), 9);
        member.PostJoin();

        AfterMs(19_999, () => Assert.That(member.TryTakeJoin(), Is.Null));
        AfterMs(1, () => Assert.That(member.TryTakeJoin()!.GenerationId, Is.EqualTo(2)));
    }

    [Test]
    public void A_new_member_waits_five_minutes_at_most()
    {
        ClassicMember member = Member(sessionTimeoutMs: 1_800_000, rebalanceTimeoutMs: 600_000), newcomer = Member(rebalanceTimeoutMs: 600_000);
        ClassicMember.Stabilize(member);
        newcomer.PostJoin();

        AfterMs(299_999, () => Assert.That(newcomer.TryTakeJoin(), Is.Null));
        AfterMs(1, () => Assert.That(newcomer.TryTakeJoin(), Has.Property("ErrorCode").EqualTo(ErrorCode.UnknownMemberId).And.Property("MemberId").Empty));
    }

    [Test]
    public void Who_does_not_ask_for_its_assignment_within_the_rebalance_timeout_is_removed()
    {
        var (leader, follower) = JoinedPair();
        leader.Sync();

        AfterMs(59_999, () => Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.None)));
        AfterMs(1, () => Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress)));
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(leader.Join().Members, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_leader_that_brings_no_assignment_within_the_rebalance_timeout_is_removed()
    {
        var (leader, follower) = JoinedPair();
        follower.PostSync();

        AfterMs(59_999, () => Assert.That(follower.TryTakeSync(), Is.Null));
        AfterMs(1, () => Assert.That(follower.TryTakeSync()!.ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress)));
        Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(follower.Join(), Has.Property("Leader").EqualTo(follower.MemberId));
    }

    [Test]
    public void Once_all_have_asked_for_their_assignment_nobody_is_waited_for()
    {
        var (leader, follower) = StablePair();

        Advance(60_000);

        Assert.That((leader.Heartbeat(), follower.Heartbeat()), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
    }

    [Test]
    public void Static_members_that_do_not_rejoin_stay_until_their_session_ends()
    {
        ClassicMember one = Static("one"), two = Static("two");
        ClassicMember.Stabilize(one, two);
        var (leader, follower) = one.IsLeader ? (one, two) : (two, one);
        leader.PostJoin();

        AfterMs(60_000, () => Assert.That(leader.TryTakeJoin()!.Members.Select(member => member.MemberId), Is.EquivalentTo(new[] { one.MemberId, two.MemberId })));
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.IllegalGeneration));
    }

    [Test]
    public void A_group_whose_static_members_all_stay_away_waits_until_their_sessions_end()
    {
        ClassicMember one = Static("one"), two = Static("two"), dynamic = Member();
        ClassicMember.Stabilize(one, two, dynamic);
        dynamic.Leave();

        Advance(60_000);
        Assert.That((one.Heartbeat(), two.Heartbeat()), Is.EqualTo((ErrorCode.RebalanceInProgress, ErrorCode.RebalanceInProgress)));

        Advance(300_000);
        Assert.That((one.Heartbeat(), two.Heartbeat()), Is.EqualTo((ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId)));
        Assert.That(Member().Join().ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_full_group_takes_nobody_in()
    {
        Restart(("group.max.size", "2"));
        var (_, follower) = StablePair();

        Assert.That(Member().Join(), Has.Property("ErrorCode").EqualTo(ErrorCode.GroupMaxSizeReached).And.Property("MemberId").Empty);
        Assert.That(follower.Join().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void While_members_join_those_that_have_are_counted()
    {
        Restart(("group.max.size", "2"));
        var (leader, follower) = StablePair();
        leader.PostJoin();
        var newcomer = Member();
        newcomer.PostJoin();

        Assert.That(newcomer.TryTakeJoin(), Is.Null);
        Assert.That(Member().Join().ErrorCode, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
        Assert.That(follower.Join().ErrorCode, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
        Assert.That(leader.TryTakeJoin()!.Members, Has.Count.EqualTo(2), "nobody is left to wait for");
        Assert.That(newcomer.TryTakeJoin()!.ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_group_that_is_loaded_and_too_large_loses_who_rejoins_last()
    {
        List<ClassicMember> members = [Member(), Member(), Member()];
        ClassicMember.Stabilize(members);

        Restart(("group.max.size", "2"));
        members.ForEach(member => member.Reconnect(broker));

        Assert.That(members.Select(member => member.Heartbeat()), Is.All.EqualTo(ErrorCode.RebalanceInProgress));
        members.ForEach(member => member.PostJoin());
        Assert.That(members.Select(member => member.TryTakeJoin()!.ErrorCode), Is.EqualTo(new[] { ErrorCode.None, ErrorCode.None, ErrorCode.GroupMaxSizeReached }));
    }

    void Restart(params (string, string)[] settings) => broker = broker.Restart(settings);

    ClassicMember Member(int sessionTimeoutMs = 300_000, int rebalanceTimeoutMs = 60_000) =>
        new(broker, "group") { SessionTimeoutMs = sessionTimeoutMs, RebalanceTimeoutMs = rebalanceTimeoutMs };

    ClassicMember Static(string instanceId) => new(broker, "group") { GroupInstanceId = instanceId, SessionTimeoutMs = 300_000 };

    /// <summary>In steps that every timer is a multiple of, as a clock does not jump over what a timer sets anew.</summary>
    void Advance(int ms)
    {
        for (; ms > Step; ms -= Step)
            broker.Time.Advance(TimeSpan.FromMilliseconds(Step));
        broker.Time.Advance(TimeSpan.FromMilliseconds(ms));
    }

    void AfterMs(int ms, Action then)
    {
        Advance(ms);
        then();
    }

    (ClassicMember Leader, ClassicMember Follower) StablePair()
    {
        ClassicMember one = Member(), two = Member();
        ClassicMember.Stabilize(one, two);
        return one.IsLeader ? (one, two) : (two, one);
    }

    (ClassicMember Leader, ClassicMember Follower) JoinedPair()
    {
        var (leader, follower) = StablePair();
        leader.PostJoin();
        follower.PostJoin();
        leader.TryTakeJoin();
        follower.TryTakeJoin();
        return (leader, follower);
    }
}
