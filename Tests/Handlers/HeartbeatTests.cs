using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class HeartbeatTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_answers_a_member([Range(0, 4)] short version)
    {
        var member = new ClassicMember(broker, "group") { HeartbeatVersion = version };
        ClassicMember.Stabilize(member);

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Each_heartbeat_keeps_the_member_for_its_session_timeout()
    {
        var member = Stable();

        Advance(9999);
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
        Advance(9999);
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
        Advance(10_000);
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_member_that_fails_makes_the_others_rebalance()
    {
        var (leader, follower) = StablePair();
        Advance(6000);
        leader.Heartbeat();

        Advance(4000);

        Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(leader.Join().Members.Select(member => member.MemberId), Is.EqualTo(new[] { leader.MemberId }));
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void Who_waits_for_others_to_join_is_alive_without_heartbeats()
    {
        var (leader, follower) = StablePair();
        leader.PostJoin();

        for (var waited = 0; waited < 50_000; waited += 5000)
        {
            Advance(5000);
            Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
        }

        follower.PostJoin();
        Assert.That(leader.TryTakeJoin()!.Members, Has.Count.EqualTo(2));
    }

    [Test]
    public void Who_waits_for_its_assignment_is_alive_without_heartbeats()
    {
        var (leader, follower) = JoinedPair();
        follower.PostSync();
        for (var waited = 0; waited < 50_000; waited += 5000)
        {
            Advance(5000);
            Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.None));
        }

        leader.Sync();

        Assert.That(follower.TryTakeSync()!.ErrorCode, Is.EqualTo(ErrorCode.None));
        Advance(9999);
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.None), "its session begins with the assignment");
    }

    [Test]
    public void A_commit_is_a_sign_of_life()
    {
        broker.CreateTopic("orders");
        var member = Stable();

        for (var i = 0; i < 5; i++)
        {
            Advance(9000);
            Assert.That(member.Commit("orders", i), Is.EqualTo(ErrorCode.None));
        }

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Nobody_is_a_member_of_no_group()
    {
        Assert.That(Heartbeat("nothing", "me", 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(Heartbeat("", "me", 1), Is.EqualTo(ErrorCode.InvalidGroupId));
    }

    [Test]
    public void The_member_has_to_be_known_and_its_generation_the_groups()
    {
        var member = Stable();

        Assert.That(Heartbeat("group", "me", 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(Heartbeat("group", member.MemberId, 0), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(Heartbeat("group", member.MemberId, 2), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(Heartbeat("group", member.MemberId, 1, "one"), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void Between_joining_and_the_assignment_a_heartbeat_is_as_any()
    {
        var (leader, _) = JoinedPair();

        Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    ErrorCode Heartbeat(string groupId, string memberId, int generation, string? instanceId = null) =>
        broker.Connect().Send(new HeartbeatRequest { GroupId = groupId, MemberId = memberId, GenerationId = generation, GroupInstanceId = instanceId }, 4).ErrorCode;

    void Advance(int ms) => broker.Time.Advance(TimeSpan.FromMilliseconds(ms));

    ClassicMember Stable()
    {
        var member = new ClassicMember(broker, "group");
        ClassicMember.Stabilize(member);
        return member;
    }

    (ClassicMember Leader, ClassicMember Follower) StablePair()
    {
        ClassicMember one = new(broker, "group"), two = new(broker, "group");
        ClassicMember.Stabilize(one, two);
        return one.IsLeader ? (one, two) : (two, one);
    }

    /// <summary>Two members that have been told of a generation and not yet synced.</summary>
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
