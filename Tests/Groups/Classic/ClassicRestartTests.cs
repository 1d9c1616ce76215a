using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Classic;

/// <summary>What a classic group is after the broker has restarted.</summary>
public sealed class ClassicRestartTests : IDisposable
{
    TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_stable_group_goes_on_without_a_rebalance()
    {
        broker.CreateTopic("orders");
        ClassicMember one = new(broker, "group"), two = new(broker, "group");
        ClassicMember.Stabilize(one, two);
        var assignment = two.Assignment;

        Restart(one, two);

        Assert.That((one.Heartbeat(), two.Heartbeat()), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
        Assert.That(one.Commit("orders", 7), Is.EqualTo(ErrorCode.None));
        Assert.That(two.Sync().Assignment, Is.EqualTo(assignment));
        Assert.That(one.IsLeader ? two.Join().Leader : one.Join().Leader, Is.EqualTo(one.IsLeader ? one.MemberId : two.MemberId));
        Assert.That((one.Heartbeat(), two.Heartbeat()), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
    }

    [Test]
    public void Every_session_begins_anew()
    {
        var member = new ClassicMember(broker, "group");
        ClassicMember.Stabilize(member);
        broker.Time.Advance(TimeSpan.FromMilliseconds(9999));

        Restart(member);

        broker.Time.Advance(TimeSpan.FromMilliseconds(9999));
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
        broker.Time.Advance(TimeSpan.FromMilliseconds(10_000));
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_static_member_that_had_taken_its_place_has_it_still()
    {
        ClassicMember one = new(broker, "group") { GroupInstanceId = "one" }, two = new(broker, "group") { GroupInstanceId = "two" };
        ClassicMember.Stabilize(one, two);
        var restarted = new ClassicMember(broker, "group") { GroupInstanceId = "two" };
        restarted.Join();

        Restart(one, two, restarted);

        Assert.That((one.Heartbeat(), two.Heartbeat(), restarted.Heartbeat()), Is.EqualTo((ErrorCode.None, ErrorCode.FencedInstanceId, ErrorCode.None)));
    }

    [Test]
    public void A_rebalance_that_was_not_finished_is_forgotten()
    {
        ClassicMember one = new(broker, "group"), two = new(broker, "group");
        ClassicMember.Stabilize(one, two);
        var (leader, follower) = one.IsLeader ? (one, two) : (two, one);
        var before = leader.Generation;
        leader.PostJoin();
        follower.PostJoin();
        leader.TryTakeJoin();

        Restart(leader, follower);

        Assert.That(leader.Generation, Is.EqualTo(before + 1));
        Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.None));
        ClassicMember.Stabilize(leader, follower);
    }

    [Test]
    public void A_member_that_only_had_an_id_is_unknown()
    {
        var member = new ClassicMember(broker, "group");
        member.MemberId = broker.Connect().Send(member.JoinRequest(), 9).MemberId;

        Restart(member);

        Assert.That(member.Join().ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void An_empty_group_goes_on_counting_its_generations()
    {
        var member = new ClassicMember(broker, "group");
        ClassicMember.Stabilize(member);
        member.Leave();

        Restart();

        Assert.That(new ClassicMember(broker, "group").Join().GenerationId, Is.EqualTo(3));
    }

    [Test]
    public void A_deleted_group_begins_from_nothing()
    {
        var member = new ClassicMember(broker, "group");
        ClassicMember.Stabilize(member);
        Assert.That(broker.Connect().DeleteGroup("group"), Is.EqualTo(ErrorCode.NonEmptyGroup));
        member.Leave();
        Assert.That(broker.Connect().DeleteGroup("group"), Is.EqualTo(ErrorCode.None));

        Restart();

        Assert.That(broker.Connect().Groups(), Is.Empty);
        Assert.That(new ClassicMember(broker, "group").Join().GenerationId, Is.EqualTo(1));
    }

    [Test]
    public void Who_waits_while_the_coordinator_goes_hears_that_it_is_elsewhere()
    {
        ClassicMember one = new(broker, "group"), two = new(broker, "group");
        ClassicMember.Stabilize(one, two);
        var waiting = broker.Connect();
        var request = (one.IsLeader ? one : two).JoinRequest();
        waiting.Post(request, 9);

        broker.Broker.Groups.Dispose();

        Assert.That(waiting.TryTake(request, 9)!.ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(one.Heartbeat(), Is.EqualTo(ErrorCode.NotCoordinator));
    }

    void Restart(params ClassicMember[] members)
    {
        broker = broker.Restart();
        foreach (var member in members)
            member.Reconnect(broker);
    }
}
