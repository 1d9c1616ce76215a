using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class JoinGroupTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_begins_a_generation([Range(0, 9)] short version)
    {
        var member = new ClassicMember(broker, "group") { JoinVersion = version };

        var joined = member.Join();

        Assert.That((joined.ErrorCode, joined.GenerationId, joined.Leader, joined.ProtocolName), Is.EqualTo((ErrorCode.None, 1, joined.MemberId, "range")));
        Assert.That(joined.Members.Select(each => each.MemberId), Is.EqualTo(new[] { joined.MemberId }));
        Assert.That(joined.Members.Single().Metadata, Is.EqualTo(ClassicMember.Subscription("orders")));
        Assert.That(joined.ProtocolType, Is.EqualTo(version >= 7 ? "consumer" : null));
    }

    [Test]
    public void Every_version_has_an_error_without_a_protocol([Range(0, 9)] short version)
    {
        var response = Send(new ClassicMember(broker, "") { MemberId = "me" }, version);

        Assert.That((response.ErrorCode, response.MemberId, response.GenerationId), Is.EqualTo((ErrorCode.InvalidGroupId, "me", -1)));
        Assert.That(response.ProtocolName, Is.EqualTo(version >= 7 ? null : ""));
    }

    [Test]
    public void A_client_id_that_leaves_no_room_for_a_member_id_is_refused()
    {
        var connection = broker.Connect(new string('c', short.MaxValue - 30));

        var response = connection.Send(new ClassicMember(broker, "group").JoinRequest(), 9);

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(new ClassicMember(broker, "group").Join().ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_string_that_is_no_utf8_ends_the_connection_and_harms_no_group()
    {
        var other = new ClassicMember(broker, "group");
        ClassicMember.Stabilize(other);
        var connection = broker.Connect();
        var frame = connection.Frame(new ClassicMember(broker, "XXXX").JoinRequest(), 9);
        frame.AsSpan(frame.AsSpan().IndexOf("XXXX"u8), 4).Fill(0xff);

        connection.PostRaw(frame);

        Assert.That(connection.IsOpen, Is.False);
        Assert.That(other.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Several_members_end_in_one_generation()
    {
        List<ClassicMember> members = [new(broker, "group"), new(broker, "group"), new(broker, "group")];

        ClassicMember.Stabilize(members);

        Assert.That(members.Count(member => member.IsLeader), Is.EqualTo(1));
        Assert.That(members.Select(member => member.Assignment), Is.All.Not.Empty);
        Assert.That(members.Single(member => member.IsLeader).Joined!.Members.Select(each => each.MemberId), Is.EquivalentTo(members.Select(member => member.MemberId)));
        Assert.That(members.Where(member => !member.IsLeader).Select(member => member.Joined!.Members), Is.All.Empty);
    }

    [Test]
    public void A_dynamic_member_is_given_its_id_first([Range(4, 9)] short version)
    {
        var member = new ClassicMember(broker, "group");

        var given = Send(member, version);
        member.MemberId = given.MemberId;

        Assert.That(given.ErrorCode, Is.EqualTo(ErrorCode.MemberIdRequired));
        Assert.That(given.MemberId, Does.Match("^test-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"));
        Assert.That(Send(member, version), Has.Property("ErrorCode").EqualTo(ErrorCode.None).And.Property("MemberId").EqualTo(given.MemberId));
    }

    [Test]
    public void An_id_that_is_not_used_for_the_session_timeout_is_forgotten()
    {
        var member = new ClassicMember(broker, "group");
        member.MemberId = Send(member, 9).MemberId;

        broker.Time.Advance(TimeSpan.FromMilliseconds(member.SessionTimeoutMs));

        Assert.That(Send(member, 9).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_static_member_is_given_its_id_with_its_first_generation()
    {
        var joined = Send(new ClassicMember(broker, "group") { GroupInstanceId = "one" }, 9);

        Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(joined.MemberId, Does.StartWith("one-"));
        Assert.That(joined.Members.Single().GroupInstanceId, Is.EqualTo("one"));
    }

    [TestCase(5999)]
    [TestCase(1_800_001)]
    public void A_session_timeout_has_to_be_within_the_brokers_bounds(int timeout) =>
        Assert.That(new ClassicMember(broker, "group") { SessionTimeoutMs = timeout }.Join().ErrorCode, Is.EqualTo(ErrorCode.InvalidSessionTimeout));

    [Test]
    public void A_member_of_a_group_that_is_not_there_is_unknown()
    {
        var response = new ClassicMember(broker, "nothing") { MemberId = "me" }.Join();

        Assert.That((response.ErrorCode, response.MemberId), Is.EqualTo((ErrorCode.UnknownMemberId, "me")));
    }

    [Test]
    public void Who_is_no_member_of_the_group_is_unknown()
    {
        ClassicMember.Stabilize(new ClassicMember(broker, "group"));

        Assert.That(new ClassicMember(broker, "group") { MemberId = "me" }.Join().ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(new ClassicMember(broker, "group") { MemberId = "me", GroupInstanceId = "one" }.Join().ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [TestCase("consumer", "roundrobin")]
    [TestCase("connect", "range")]
    [TestCase("", "range")]
    public void A_member_has_to_be_of_the_groups_type_and_follow_a_protocol_of_all(string type, string protocol)
    {
        ClassicMember.Stabilize(new ClassicMember(broker, "group"));

        Assert.That(new ClassicMember(broker, "group") { ProtocolType = type, Protocols = [(protocol, [])] }.Join().ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
    }

    [Test]
    public void The_first_member_has_to_have_a_type_and_a_protocol()
    {
        Assert.That(new ClassicMember(broker, "one") { ProtocolType = "" }.Join().ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
        Assert.That(new ClassicMember(broker, "two") { Protocols = [] }.Join().ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
    }

    [Test]
    public void Of_the_protocols_that_all_follow_the_one_with_most_votes_is_selected()
    {
        List<ClassicMember> members =
        [
            new(broker, "group") { Protocols = [("a", [1]), ("b", [2]), ("c", [3])] },
            new(broker, "group") { Protocols = [("a", [1]), ("c", [3]), ("b", [2])] },
            new(broker, "group") { Protocols = [("c", [3]), ("b", [2])] },
            new(broker, "group") { Protocols = [("c", [3]), ("b", [2])] },
        ];

        ClassicMember.Stabilize(members);

        Assert.That(members.Select(member => member.ProtocolName), Is.All.EqualTo("c"));
        Assert.That(members.Single(member => member.IsLeader).Joined!.Members.Select(each => each.Metadata), Is.All.EqualTo(new byte[] { 3 }));
    }

    [Test]
    public void Of_a_protocol_that_comes_twice_the_first_counts()
    {
        var member = new ClassicMember(broker, "group") { Protocols = [("a", [1]), ("a", [2])] };

        ClassicMember.Stabilize(member, new ClassicMember(broker, "group") { Protocols = [("a", [3])] });

        Assert.That(member.ProtocolName, Is.EqualTo("a"));
    }

    [Test]
    public void A_follower_that_joins_again_as_it_is_hears_of_the_generation_there_is()
    {
        var (_, follower) = StablePair();
        var generation = follower.Generation;

        var joined = follower.Join();

        Assert.That((joined.ErrorCode, joined.GenerationId, joined.Members.Count), Is.EqualTo((ErrorCode.None, generation, 0)));
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_follower_that_joins_with_another_subscription_begins_a_rebalance()
    {
        var (leader, follower) = StablePair();
        follower.Protocols = [("range", ClassicMember.Subscription("orders", "payments"))];

        follower.PostJoin();

        Assert.That(follower.TryTakeJoin(), Is.Null);
        Assert.That(leader.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void A_leader_that_joins_again_begins_a_rebalance()
    {
        var (leader, follower) = StablePair();

        leader.PostJoin();

        Assert.That(leader.TryTakeJoin(), Is.Null);
        Assert.That(follower.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void Before_the_assignment_members_that_ask_again_as_they_are_hear_the_same()
    {
        var (leader, follower) = JoinedPair();
        var generation = leader.Generation;

        Assert.That(leader.Join(), Has.Property("GenerationId").EqualTo(generation).And.Property("Members").Count.EqualTo(2));
        Assert.That(follower.Join(), Has.Property("GenerationId").EqualTo(generation).And.Property("Members").Empty);
    }

    [Test]
    public void Before_the_assignment_a_changed_member_begins_the_rebalance_anew()
    {
        var (leader, follower) = JoinedPair();
        follower.PostSync();
        leader.Protocols = [("range", [9])];

        leader.PostJoin();

        Assert.That(leader.TryTakeJoin(), Is.Null);
        Assert.That(follower.TryTakeSync()!.ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void A_member_that_joins_twice_is_answered_on_the_newer_connection()
    {
        var (leader, _) = StablePair();
        var old = broker.Connect();
        old.Post(leader.JoinRequest(), 9);

        leader.PostJoin();

        Assert.That(old.TryTake(leader.JoinRequest(), 9)!.ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(leader.TryTakeJoin(), Is.Null);
    }

    [Test]
    public void Metadata_that_is_no_subscription_is_as_good_as_any()
    {
        var member = new ClassicMember(broker, "group") { Protocols = [("range", [0xff, 0xff, 0xff, 0xff])] };

        ClassicMember.Stabilize(member);

        Assert.That(member.Joined!.Members.Single().Metadata, Is.EqualTo(new byte[] { 0xff, 0xff, 0xff, 0xff }));
    }

    [Test]
    public void Members_of_any_type_have_groups()
    {
        var worker = new ClassicMember(broker, "connect-cluster") { ProtocolType = "connect", Protocols = [("sessioned", [1]), ("compatible", [2])] };

        ClassicMember.Stabilize(worker);

        Assert.That((worker.Joined!.ProtocolType, worker.ProtocolName), Is.EqualTo(("connect", "sessioned")));
    }

    JoinGroupResponse Send(ClassicMember member, short version) => broker.Connect().Send(member.JoinRequest(), version);

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
