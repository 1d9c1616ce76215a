using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class LeaveGroupTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void In_every_version_a_member_leaves([Range(0, 5)] short version)
    {
        var member = new ClassicMember(broker, "group") { LeaveVersion = version };
        ClassicMember.Stabilize(member);

        Assert.That(member.Leave(), Is.EqualTo(ErrorCode.None));
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void Before_version_3_the_one_members_error_is_the_answers([Range(0, 2)] short version)
    {
        ClassicMember.Stabilize(new ClassicMember(broker, "group"));

        Assert.That(broker.Connect().Send(new LeaveGroupRequest { GroupId = "group", MemberId = "me" }, version).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(broker.Connect().Send(new LeaveGroupRequest { GroupId = "nothing", MemberId = "me" }, version).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void Several_members_leave_at_once_and_each_has_its_own_error()
    {
        List<ClassicMember> members = [new(broker, "group"), new(broker, "group"), new(broker, "group")];
        ClassicMember.Stabilize(members);

        var response = Leave("group", members[0].MemberId, "me", members[1].MemberId);

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(
            response.Members.Select(member => (member.MemberId, member.ErrorCode)),
            Is.EqualTo(new[] { (members[0].MemberId, ErrorCode.None), ("me", ErrorCode.UnknownMemberId), (members[1].MemberId, ErrorCode.None) }));
        Assert.That(members[2].Join(), Has.Property("Leader").EqualTo(members[2].MemberId));
    }

    [Test]
    public void Who_is_removed_by_its_instance_id_from_a_consumer_group_is_named()
    {
        broker.CreateTopic("orders");
        var member = new ClassicMember(broker, "group") { GroupInstanceId = "one", Assignor = static _ => [] };
        ClassicMember.Stabilize(member);
        new ConsumerMember(broker.Connect(), "group") { Topics = ["orders"] }.Join();
        var request = new LeaveGroupRequest { GroupId = "group", Members = [new() { MemberId = "", GroupInstanceId = "one" }, new() { MemberId = "", GroupInstanceId = "two" }] };

        var members = broker.Connect().Send(request, 5).Members;

        Assert.That(
            members.Select(left => (left.MemberId, left.GroupInstanceId, left.ErrorCode)),
            Is.EqualTo(new[] { (member.MemberId, "one", ErrorCode.None), ("", "two", ErrorCode.UnknownMemberId) }));
    }

    [Test]
    public void The_group_is_left_alone_when_nobody_has_left()
    {
        var member = new ClassicMember(broker, "group");
        ClassicMember.Stabilize(member);

        Leave("group", "me", "you");

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Nobody_leaves_a_group_that_is_not_there()
    {
        var response = Leave("nothing", "me");

        Assert.That((response.ErrorCode, response.Members.Single().ErrorCode), Is.EqualTo((ErrorCode.None, ErrorCode.UnknownMemberId)));
        Assert.That(Leave("", "me").ErrorCode, Is.EqualTo(ErrorCode.InvalidGroupId));
    }

    [Test]
    public void Who_has_only_an_id_leaves_and_is_not_waited_for()
    {
        var member = new ClassicMember(broker, "group");
        ClassicMember.Stabilize(member);
        var id = broker.Connect().Send(new ClassicMember(broker, "group").JoinRequest(), 9).MemberId;
        member.PostJoin();
        Assert.That(member.TryTakeJoin(), Is.Null);

        Assert.That(Leave("group", id).Members.Single().ErrorCode, Is.EqualTo(ErrorCode.None));

        Assert.That(member.TryTakeJoin()!.ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Who_waits_to_join_and_leaves_is_answered()
    {
        var (leader, follower) = StablePair();
        leader.PostJoin();

        Leave("group", leader.MemberId);

        Assert.That(leader.TryTakeJoin(), Has.Property("ErrorCode").EqualTo(ErrorCode.UnknownMemberId).And.Property("MemberId").Empty);
        Assert.That(follower.Join(), Has.Property("Leader").EqualTo(follower.MemberId));
    }

    [Test]
    public void Who_waits_for_its_assignment_and_leaves_is_answered()
    {
        var (leader, follower) = StablePair();
        leader.PostJoin();
        follower.PostJoin();
        leader.TryTakeJoin();
        follower.TryTakeJoin();
        follower.PostSync();

        Leave("group", follower.MemberId);

        Assert.That(follower.TryTakeSync()!.ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void The_last_to_rejoin_does_not_wait_for_who_has_left()
    {
        var (leader, follower) = StablePair();
        leader.PostJoin();

        Leave("group", follower.MemberId);

        Assert.That(leader.TryTakeJoin()!.Members, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_group_that_all_have_left_goes_on_counting_its_generations()
    {
        var (leader, follower) = StablePair();
        var generation = leader.Generation;
        Leave("group", leader.MemberId, follower.MemberId);

        Assert.That(new ClassicMember(broker, "group").Join().GenerationId, Is.EqualTo(generation + 2));
    }

    LeaveGroupResponse Leave(string groupId, params string[] memberIds) => broker.Connect().Send(
        new LeaveGroupRequest { GroupId = groupId, Members = [.. memberIds.Select(id => new LeaveGroupRequest.MemberIdentity { MemberId = id, Reason = "test" })] },
        5);

    (ClassicMember Leader, ClassicMember Follower) StablePair()
    {
        ClassicMember one = new(broker, "group"), two = new(broker, "group");
        ClassicMember.Stabilize(one, two);
        return one.IsLeader ? (one, two) : (two, one);
    }
}
