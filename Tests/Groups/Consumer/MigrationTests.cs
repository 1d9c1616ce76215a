using System.Buffers.Binary;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Consumer;

/// <summary>Groups change from the classic to the consumer protocol, and back, while members are in them.</summary>
public sealed class MigrationTests : IDisposable
{
    const string Group = "group";

    TestBroker broker = new();

    public MigrationTests() => broker.CreateTopic("orders", 4);

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_classic_member_stays_with_what_it_has_when_the_first_of_the_consumer_protocol_comes()
    {
        var classic = Classic();
        ClassicMember.Stabilize(classic);

        var modern = Modern().Join();

        Assert.That((TypeOf(Group), modern.MemberEpoch, modern.Assigned.Count), Is.EqualTo(("consumer", 2, 0)));
        Assert.That(classic.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(PartitionsOf(classic), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void Members_of_both_protocols_share_the_partitions()
    {
        var (classic, modern) = Mixed();

        Assert.That((PartitionsOf(classic).Length, modern.Owned.Count), Is.EqualTo((2, 2)));
        Assert.That(PartitionsOf(classic).Union(modern.Partitions).Count(), Is.EqualTo(4));
        Assert.That((classic.Heartbeat(), modern.Heartbeat()), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
        Assert.That(Describe().Members.Select(member => member.MemberType).Order(), Is.EqualTo(new sbyte[] { 0, 1 }));
    }

    [Test]
    public void A_new_classic_member_may_join_a_consumer_group()
    {
        var modern = Modern().Join().Reconcile();

        var classic = Classic();
        Settle([classic], [modern]);

        Assert.That((PartitionsOf(classic).Length, modern.Owned.Count), Is.EqualTo((2, 2)));
        Assert.That(classic.IsLeader, Is.False);
    }

    [Test]
    public void The_last_member_of_the_consumer_protocol_leaves_a_classic_group_behind()
    {
        var (classic, modern) = Mixed();

        modern.Leave();

        Assert.That(TypeOf(Group), Is.EqualTo("classic"));
        ClassicMember.Stabilize(classic);
        Assert.That(classic.IsLeader);
        Assert.That(PartitionsOf(classic), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void A_fenced_member_of_the_consumer_protocol_leaves_a_classic_group_behind_too()
    {
        var (classic, _) = Mixed();
        classic.Heartbeat();
        for (var i = 0; i < 9; i++)
        {
            broker.Time.Advance(TimeSpan.FromSeconds(5));
            classic.Poll();
        }

        Assert.That(TypeOf(Group), Is.EqualTo("classic"));
        ClassicMember.Stabilize(classic);
    }

    [Test]
    public void A_static_member_changes_its_protocol_and_keeps_its_partitions()
    {
        var classic = Classic("one");
        ClassicMember.Stabilize(classic);

        var modern = Modern("one").Join();
        Assert.That((TypeOf(Group), modern.Assigned.Count), Is.EqualTo(("consumer", 4)));
        Assert.That(classic.Heartbeat(), Is.EqualTo(ErrorCode.FencedInstanceId));

        var back = Classic("one");
        Assert.That(back.Join().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(TypeOf(Group), Is.EqualTo("classic"));
        back.Sync();
        Assert.That(PartitionsOf(back), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(modern.Heartbeat(), Is.EqualTo(ErrorCode.GroupIdNotFound));
    }

    [TestCase("disabled", ErrorCode.GroupIdNotFound)]
    [TestCase("downgrade", ErrorCode.GroupIdNotFound)]
    [TestCase("upgrade", ErrorCode.None)]
    [TestCase("BIDIRECTIONAL", ErrorCode.None)]
    public void The_policy_decides_whether_a_group_is_upgraded(string policy, ErrorCode error)
    {
        Restart(policy);
        ClassicMember.Stabilize(Classic());
        var modern = Modern();

        Assert.That(modern.TryJoin(), Is.EqualTo(error));
        if (error != ErrorCode.None)
            Assert.That(modern.Last!.ErrorMessage, Is.EqualTo("Cannot upgrade classic group group to consumer group because online upgrade is disabled."));
    }

    [TestCase("disabled", "consumer")]
    [TestCase("upgrade", "consumer")]
    [TestCase("downgrade", "classic")]
    public void The_policy_decides_whether_a_group_is_downgraded(string policy, string type)
    {
        Restart(policy);
        var modern = Modern().Join().Reconcile();
        var classic = Classic();
        Settle([classic], [modern]);

        modern.Leave();

        Assert.That(TypeOf(Group), Is.EqualTo(type));
        classic.Poll();
        ClassicMember.Stabilize(classic);
        Assert.That(PartitionsOf(classic), Has.Length.EqualTo(4));
    }

    [Test]
    public void A_classic_group_of_another_kind_is_not_upgraded()
    {
        var connect = Classic();
        connect.ProtocolType = "connect";
        ClassicMember.Stabilize(connect);
        var modern = Modern();

        Assert.That(modern.TryJoin(), Is.EqualTo(ErrorCode.GroupIdNotFound));
        Assert.That(modern.Last!.ErrorMessage, Is.EqualTo("Cannot upgrade classic group group to consumer group because the group does not use the consumer embedded protocol."));
        Assert.That(connect.Heartbeat(), Is.EqualTo(ErrorCode.None), "the group is unharmed");
    }

    [TestCase(new byte[] { 0 }, "the embedded consumer protocol is malformed")]
    [TestCase(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 7 }, "an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade")]
    public void An_assignment_that_cannot_be_kept_refuses_the_upgrade(byte[] assignment, string reason)
    {
        var classic = Classic();
        classic.Assignor = joined => joined.Members.Select(member => (member.MemberId, assignment));
        ClassicMember.Stabilize(classic);
        var modern = Modern();

        Assert.That((modern.TryJoin(), modern.Last!.ErrorMessage), Is.EqualTo((ErrorCode.GroupIdNotFound, $"Cannot upgrade classic group group to consumer group because {reason}.")));
        Assert.That(classic.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void An_empty_group_just_becomes_one_of_the_other_type()
    {
        broker.Connect().Commit(Group, "orders", 0, 7);
        var modern = Modern().Join();
        Assert.That(TypeOf(Group), Is.EqualTo("consumer"));
        modern.Leave();

        var classic = Classic();
        ClassicMember.Stabilize(classic);
        Assert.That(TypeOf(Group), Is.EqualTo("classic"));
        classic.Leave();

        Assert.That(modern.TryJoin(), Is.EqualTo(ErrorCode.None));
        Assert.That(TypeOf(Group), Is.EqualTo("consumer"));
        Assert.That(broker.Connect().Committed(Group, "orders"), Is.EqualTo(7), "offsets belong to the group's id");
    }

    [Test]
    public void A_classic_member_whose_protocols_no_other_supports_is_refused()
    {
        Mixed();
        var other = Classic();
        other.Protocols = [("roundrobin", ClassicMember.Subscription("orders"))];
        Assert.That(other.Join().ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
        other.ProtocolType = "connect";
        Assert.That(other.Join().ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
    }

    [Test]
    public void Requests_of_the_classic_protocol_are_checked_as_in_a_classic_group()
    {
        var (classic, modern) = Mixed();
        var connection = broker.Connect();

        Assert.That(connection.Send(new HeartbeatRequest { GroupId = Group, MemberId = "stranger", GenerationId = classic.Generation }, 4).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(connection.Send(new HeartbeatRequest { GroupId = Group, MemberId = modern.MemberId, GenerationId = modern.MemberEpoch }, 4).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId), "it speaks the other protocol");
        Assert.That(connection.Send(new HeartbeatRequest { GroupId = Group, MemberId = classic.MemberId, GenerationId = 99 }, 4).ErrorCode, Is.EqualTo(ErrorCode.IllegalGeneration));
        var sync = classic.SyncRequest();
        sync.ProtocolName = "roundrobin";
        Assert.That(connection.Send(sync, 5).ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
        sync = classic.SyncRequest();
        sync.GenerationId = 99;
        Assert.That(connection.Send(sync, 5).ErrorCode, Is.EqualTo(ErrorCode.IllegalGeneration));
    }

    [Test]
    public void A_classic_member_leaves_a_consumer_group()
    {
        var (classic, modern) = Mixed();

        Assert.That(classic.Leave(), Is.EqualTo(ErrorCode.None));
        modern.Heartbeat();

        Assert.That(modern.Assigned, Has.Count.EqualTo(4));
        Assert.That(classic.Leave(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_classic_member_has_its_own_session_timeout()
    {
        var (classic, modern) = Mixed();
        broker.Time.Advance(TimeSpan.FromMilliseconds(classic.SessionTimeoutMs));
        modern.Heartbeat();

        Assert.That(classic.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(modern.Assigned, Has.Count.EqualTo(4));
    }

    [Test]
    public void A_classic_member_that_is_told_to_join_and_does_not_is_fenced()
    {
        var (classic, _) = Mixed();
        var other = Modern().Join();
        for (var elapsed = 0; elapsed < classic.RebalanceTimeoutMs; elapsed += 5000)
        {
            Assert.That(classic.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
            other.Poll();
            broker.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.That(classic.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_classic_member_that_never_syncs_is_fenced()
    {
        var modern = Modern().Join();
        var classic = Classic();
        classic.SessionTimeoutMs = 120_000;
        classic.Join();
        broker.Time.Advance(TimeSpan.FromMilliseconds(classic.RebalanceTimeoutMs / 2));
        modern.Heartbeat();
        broker.Time.Advance(TimeSpan.FromMilliseconds(classic.RebalanceTimeoutMs / 2));

        Assert.That(classic.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_protocol_that_is_no_subscription_is_left_behind_at_the_upgrade()
    {
        var (both, range) = (Classic(), Classic());
        both.Protocols = [("custom", []), .. both.Protocols];
        ClassicMember.Stabilize(both, range);
        var modern = Modern().Join();
        Settle([both, range], [modern]);

        modern.Leave();

        Assert.That((TypeOf(Group), Written().Protocol), Is.EqualTo(("classic", "range")));
    }

    [Test]
    public void A_protocol_that_is_no_subscription_is_left_behind_at_a_join()
    {
        var modern = Modern().Join().Reconcile();
        var members = Enumerable.Range(0, 3).Select(_ => Classic()).ToArray();
        members[0].Protocols = [.. members[0].Protocols, ("custom", [])];
        foreach (var member in members[1..])
            member.Protocols = [("custom", ClassicMember.Subscription("orders")), .. member.Protocols];
        Settle(members, [modern]);

        modern.Leave();

        Assert.That((TypeOf(Group), Written().Protocol), Is.EqualTo(("classic", "range")));
    }

    [Test]
    public void An_assignment_is_written_in_the_version_of_the_protocol_that_the_group_takes()
    {
        var modern = Modern("one").Join().Reconcile();
        var classic = Classic();
        var (old, current) = (ClassicMember.Subscription("orders"), ClassicMember.Subscription("orders"));
        old[1] = 0;
        classic.Protocols = [("custom", old), ("range", current)];
        Settle([classic], [modern]);

        var back = Classic("one");
        back.Join();

        Assert.That((TypeOf(Group), Written().Protocol), Is.EqualTo(("classic", "range")));
        Assert.That(Written().Members.Select(member => member.Assignment[1]), Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public void A_protocol_that_comes_twice_counts_once()
    {
        var modern = Modern().Join().Reconcile();
        var classic = Classic();
        classic.Protocols = [.. classic.Protocols, .. classic.Protocols];
        Settle([classic], [modern]);

        modern.Leave();
        ClassicMember.Stabilize(classic);

        Assert.That(TypeOf(Group), Is.EqualTo("classic"));
    }

    [Test]
    public void A_stranger_does_not_change_the_type_of_an_empty_group()
    {
        Modern().Join().Leave();
        var stranger = Classic();
        stranger.MemberId = "stranger";

        Assert.That(stranger.Join().ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(TypeOf(Group), Is.EqualTo("consumer"));
    }

    [TestCase(1, ErrorCode.GroupMaxSizeReached)]
    [TestCase(2, ErrorCode.GroupIdNotFound)]
    public void A_group_without_room_for_another_is_not_upgraded(int size, ErrorCode error)
    {
        broker.Dispose();
        broker = new(("group.consumer.max.size", "1"));
        broker.CreateTopic("orders", 4);
        var members = Enumerable.Range(0, size).Select(_ => Classic()).ToArray();
        ClassicMember.Stabilize(members);

        Assert.That(Modern().TryJoin(), Is.EqualTo(error));
        Assert.That(TypeOf(Group), Is.EqualTo("classic"));
    }

    [TestCase("1", "consumer")]
    [TestCase("2", "classic")]
    public void A_group_larger_than_a_classic_one_may_be_is_not_downgraded(string maxSize, string type)
    {
        broker.Dispose();
        broker = new(("group.max.size", maxSize));
        broker.CreateTopic("orders", 4);
        var modern = Modern().Join().Reconcile();
        var classics = new[] { Classic(), Classic() };
        Settle(classics, [modern]);

        modern.Leave();

        Assert.That(TypeOf(Group), Is.EqualTo(type));
    }

    [Test]
    public void A_member_that_changes_its_protocol_has_no_longer_to_join_by_the_other()
    {
        var (classic, _) = Mixed();
        Modern().Join();
        Assert.That(classic.Heartbeat(), Is.EqualTo(ErrorCode.RebalanceInProgress));
        var modern = new ConsumerMember(broker.Connect(), Group, classic.MemberId) { Topics = ["orders"], MemberEpoch = classic.Generation };
        modern.FullHeartbeat();

        for (var elapsed = 0; elapsed <= classic.RebalanceTimeoutMs; elapsed += 5000)
        {
            Assert.That(modern.Poll(), Is.EqualTo(ErrorCode.None));
            broker.Time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    [Test]
    public void A_group_too_large_for_one_record_is_not_downgraded()
    {
        broker.CreateTopic("__consumer_offsets", 1, ("max.message.bytes", "3000"));
        var modern = Modern().Join().Reconcile();
        var members = Enumerable.Range(0, 2).Select(_ => Classic()).ToArray();
        foreach (var member in members)
            member.Protocols = [("range", [.. ClassicMember.Subscription("orders"), .. new byte[1500]])];
        Settle(members, [modern]);

        modern.Leave();
        Settle(members, []);

        Assert.That(TypeOf(Group), Is.EqualTo("consumer"));
        Assert.That(members.SelectMany(PartitionsOf).Order(), Is.EqualTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public void A_mixed_group_goes_on_after_a_restart()
    {
        var (classic, modern) = Mixed();

        broker = broker.Restart();
        classic.Reconnect(broker);
        modern.Connection = broker.Connect();

        Assert.That((classic.Heartbeat(), modern.Heartbeat()), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
        modern.Leave();
        Assert.That(TypeOf(Group), Is.EqualTo("classic"));
        broker = broker.Restart();
        classic.Reconnect(broker);
        Assert.That(TypeOf(Group), Is.EqualTo("classic"));
        classic.Poll();
        ClassicMember.Stabilize(classic);
    }

    (ClassicMember Classic, ConsumerMember Modern) Mixed()
    {
        var classic = Classic();
        ClassicMember.Stabilize(classic);
        var modern = Modern().Join();
        Settle([classic], [modern]);
        return (classic, modern);
    }

    static void Settle(ClassicMember[] classic, ConsumerMember[] modern)
    {
        for (var round = 0; round < 12; round++)
        {
            foreach (var member in classic)
                member.Poll();
            foreach (var member in modern)
                Assert.That(member.Poll(), Is.EqualTo(ErrorCode.None), member.Last!.ErrorMessage);
        }

        Assert.That(classic.Select(member => member.At), Is.All.EqualTo(ClassicMember.Phase.Stable));
    }

    void Restart(string policy)
    {
        broker.Dispose();
        broker = new(("group.consumer.migration.policy", policy));
        broker.CreateTopic("orders", 4);
    }

    ConsumerGroupDescribeResponse.DescribedGroup Describe() => broker.Connect().Send(new ConsumerGroupDescribeRequest { GroupIds = [Group] }, 1).Groups.Single();

    GroupMetadataValue Written() => broker.RecordsOf(Group).Last(record => record.Type == GroupMetadataKey.RecordType).DecodeValue<GroupMetadataValue>()!;

    string TypeOf(string group) => broker.Connect().Send(new ListGroupsRequest(), 5).Groups.Single(listed => listed.GroupId == group).GroupType;

    ClassicMember Classic(string? instanceId = null) => new(broker, Group) { GroupInstanceId = instanceId, Assignor = AllToTheLeader };

    ConsumerMember Modern(string? instanceId = null) => new(broker.Connect(), Group) { Topics = ["orders"], InstanceId = instanceId };

    static IEnumerable<(string MemberId, byte[] Assignment)> AllToTheLeader(JoinGroupResponse joined) =>
        joined.Members.Select(member => (member.MemberId, Assignment(member.MemberId == joined.Leader ? [0, 1, 2, 3] : [])));

    static byte[] Assignment(List<int> partitions) =>
        [0, 0, .. MessageEncoding.Encode(new ConsumerProtocolAssignment { AssignedPartitions = [new() { Topic = "orders", Partitions = partitions }] }, 0)];

    static int[] PartitionsOf(ClassicMember member)
    {
        var version = BinaryPrimitives.ReadInt16BigEndian(member.Assignment);
        var assignment = MessageEncoding.Decode<ConsumerProtocolAssignment>(member.Assignment.AsMemory(2), version);
        return [.. assignment.AssignedPartitions.SelectMany(topic => topic.Partitions)];
    }
}
