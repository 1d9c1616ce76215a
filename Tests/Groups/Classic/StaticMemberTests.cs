using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Classic;

/// <summary>Static members (KIP-345) and leaders that skip the assignment (KIP-814).</summary>
public sealed class StaticMemberTests : IDisposable
{
    const int SmallRecord = 600;

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_follower_that_has_restarted_takes_its_place_without_a_rebalance([Range(5, 9)] short version)
    {
        var (leader, follower) = StablePair();
        var restarted = Restarted(follower, version);

        var joined = restarted.Join();

        Assert.That((joined.ErrorCode, joined.GenerationId, joined.Leader, joined.SkipAssignment), Is.EqualTo((ErrorCode.None, leader.Generation, leader.MemberId, false)));
        Assert.That(joined.Members, Is.Empty);
        Assert.That(joined.MemberId, Is.Not.EqualTo(follower.MemberId));
        Assert.That(Encoding.UTF8.GetString(restarted.Sync().Assignment), Is.EqualTo($"{follower.MemberId}@{leader.Generation}"));
        Assert.That((restarted.Heartbeat(), leader.Heartbeat()), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
    }

    [Test]
    public void A_leader_that_has_restarted_is_told_to_skip_the_assignment_from_version_9()
    {
        var (leader, follower) = StablePair();

        var joined = Restarted(leader, 9).Join();

        Assert.That((joined.GenerationId, joined.Leader, joined.SkipAssignment), Is.EqualTo((leader.Generation, joined.MemberId, true)));
        Assert.That(joined.Members.Select(member => member.MemberId), Is.EquivalentTo(new[] { joined.MemberId, follower.MemberId }));
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_leader_that_has_restarted_and_cannot_skip_is_told_of_its_old_id_as_the_leaders([Range(5, 8)] short version)
    {
        var (leader, follower) = StablePair();

        var joined = Restarted(leader, version).Join();

        Assert.That((joined.GenerationId, joined.Leader), Is.EqualTo((leader.Generation, leader.MemberId)));
        Assert.That(joined.Members, Is.Empty);
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void The_id_before_is_fenced_in_every_request()
    {
        var (_, follower) = StablePair();
        Restarted(follower, 9).Join();

        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(follower.Sync().ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(follower.Join().ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(follower.Leave(), Is.EqualTo(ErrorCode.FencedInstanceId));
        broker.CreateTopic("orders");
        Assert.That(follower.Commit("orders", 1), Is.EqualTo(ErrorCode.FencedInstanceId));
    }

    [Test]
    public void Who_waits_under_the_id_before_is_fenced()
    {
        var (leader, follower) = StablePair();
        leader.PostJoin();

        var restarted = Restarted(leader, 9);
        restarted.PostJoin();

        Assert.That(leader.TryTakeJoin(), Has.Property("ErrorCode").EqualTo(ErrorCode.FencedInstanceId).And.Property("MemberId").EqualTo(leader.MemberId));
        follower.PostJoin();
        Assert.That(restarted.TryTakeJoin()!.Members, Has.Count.EqualTo(2));
    }

    [Test]
    public void Before_the_assignment_a_member_that_has_restarted_begins_the_rebalance_anew()
    {
        var (leader, follower) = StablePair();
        leader.PostJoin();
        follower.PostJoin();
        leader.TryTakeJoin();
        follower.TryTakeJoin();
        follower.PostSync();

        var restarted = Restarted(follower, 9);
        restarted.PostJoin();

        Assert.That(follower.TryTakeSync()!.ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(restarted.TryTakeJoin(), Is.Null);
        Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void A_member_that_has_restarted_with_another_protocol_begins_a_rebalance()
    {
        ClassicMember one = Static("one", [("a", []), ("b", [])]), two = Static("two", [("a", []), ("b", [])]);
        ClassicMember.Stabilize(one, two);
        var restarted = Static("two", [("b", [])]);

        restarted.PostJoin();

        Assert.That(restarted.TryTakeJoin(), Is.Null);
        Assert.That(one.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
        ClassicMember.Stabilize(one, restarted);
        Assert.That(one.ProtocolName, Is.EqualTo("b"));
    }

    [Test]
    public void The_session_of_the_id_before_is_over_and_that_of_the_new_one_counts()
    {
        var member = Static("one");
        ClassicMember.Stabilize(member);
        broker.Time.Advance(TimeSpan.FromSeconds(8));
        var restarted = Restarted(member, 9);
        restarted.Join();

        broker.Time.Advance(TimeSpan.FromSeconds(8));

        Assert.That(restarted.Heartbeat(), Is.EqualTo(ErrorCode.None));
        broker.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(restarted.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_member_whose_new_id_cannot_be_written_stays_under_the_one_before()
    {
        using var small = new TestBroker();
        small.CreateTopic("__consumer_offsets", 1, ("max.message.bytes", $"{SmallRecord}"));
        var member = new ClassicMember(small, "group") { GroupInstanceId = "one" };
        ClassicMember.Stabilize(member);
        var restarted = new ClassicMember(small, "group") { GroupInstanceId = "one", Protocols = [("range", new byte[SmallRecord])] };

        var joined = restarted.Join();

        Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.UnknownServerError));
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void An_administrator_removes_members_by_their_instance_id()
    {
        var (leader, follower) = StablePair();

        var left = broker.Connect().Send(new LeaveGroupRequest { GroupId = "group", Members = [new() { GroupInstanceId = follower.GroupInstanceId }, new() { GroupInstanceId = "nobody" }, new()] }, 5);

        Assert.That(left.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(left.Members.Select(member => member.ErrorCode), Is.EqualTo(new[] { ErrorCode.None, ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId }));
        Assert.That((leader.Heartbeat(), follower.Heartbeat()), Is.EqualTo((ErrorCode.RebalanceInProgress, ErrorCode.UnknownMemberId)));
    }

    ClassicMember Static(string instanceId) => new(broker, "group") { GroupInstanceId = instanceId };

    ClassicMember Static(string instanceId, List<(string, byte[])> protocols) => new(broker, "group") { GroupInstanceId = instanceId, Protocols = protocols };

    ClassicMember Restarted(ClassicMember member, short version) => new(broker, "group") { GroupInstanceId = member.GroupInstanceId, JoinVersion = version };

    (ClassicMember Leader, ClassicMember Follower) StablePair()
    {
        ClassicMember one = Static("one"), two = Static("two");
        ClassicMember.Stabilize(one, two);
        return one.IsLeader ? (one, two) : (two, one);
    }
}
