using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class SyncGroupTests : IDisposable
{
    const int SmallRecord = 600;

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_brings_the_assignment([Range(0, 5)] short version)
    {
        var member = new ClassicMember(broker, "group") { SyncVersion = version };
        member.Join();

        var synced = member.Sync();

        Assert.That((synced.ErrorCode, synced.ProtocolType, synced.ProtocolName), Is.EqualTo((ErrorCode.None, version >= 5 ? "consumer" : null, version >= 5 ? "range" : null)));
        Assert.That(Encoding.UTF8.GetString(synced.Assignment), Is.EqualTo($"{member.MemberId}@1"));
    }

    [Test]
    public void Followers_wait_for_the_leader_and_each_is_given_its_own()
    {
        var (leader, follower) = JoinedPair(broker);
        follower.PostSync();
        Assert.That(follower.TryTakeSync(), Is.Null);

        Assert.That(Encoding.UTF8.GetString(leader.Sync().Assignment), Is.EqualTo($"{leader.MemberId}@{leader.Generation}"));
        Assert.That(Encoding.UTF8.GetString(follower.TryTakeSync()!.Assignment), Is.EqualTo($"{follower.MemberId}@{leader.Generation}"));
    }

    [Test]
    public void A_follower_that_comes_after_the_leader_is_answered_at_once()
    {
        var (leader, follower) = JoinedPair(broker);
        leader.Sync();

        Assert.That(Encoding.UTF8.GetString(follower.Sync().Assignment), Is.EqualTo($"{follower.MemberId}@{leader.Generation}"));
    }

    [Test]
    public void Who_is_assigned_nothing_is_told_so()
    {
        var (leader, follower) = JoinedPair(broker);
        leader.Assignor = _ => [(leader.MemberId, [1]), ("nobody", [2])];
        leader.Sync();

        Assert.That(follower.Sync(), Has.Property("ErrorCode").EqualTo(ErrorCode.None).And.Property("Assignment").Empty);
    }

    [Test]
    public void A_stable_member_hears_its_assignment_again()
    {
        var member = Stable();

        Assert.That(member.Sync().Assignment, Is.EqualTo(Encoding.UTF8.GetBytes($"{member.MemberId}@1")));
    }

    [Test]
    public void Nobody_is_a_member_of_no_group()
    {
        Assert.That(Sync(new() { GroupId = "nothing", MemberId = "me" }), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(Sync(new() { GroupId = "" }), Is.EqualTo(ErrorCode.InvalidGroupId));
    }

    [Test]
    public void The_member_has_to_be_known_and_its_generation_the_groups()
    {
        var member = Stable();
        var id = member.MemberId;

        Assert.That(Sync(new() { GroupId = "group", MemberId = "me", GenerationId = 1 }), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(Sync(new() { GroupId = "group", MemberId = id, GroupInstanceId = "one", GenerationId = 1 }), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(Sync(new() { GroupId = "group", MemberId = id, GenerationId = 0 }), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(Sync(new() { GroupId = "group", MemberId = id, GenerationId = 2 }), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(Sync(new() { GroupId = "group", MemberId = id, GenerationId = 1 }), Is.EqualTo(ErrorCode.None));
    }

    [TestCase("consumer", "range", ErrorCode.None)]
    [TestCase("connect", "range", ErrorCode.InconsistentGroupProtocol)]
    [TestCase("consumer", "roundrobin", ErrorCode.InconsistentGroupProtocol)]
    [TestCase(null, "range", ErrorCode.InconsistentGroupProtocol)]
    [TestCase("consumer", null, ErrorCode.InconsistentGroupProtocol)]
    public void From_version_5_type_and_protocol_have_to_be_the_groups(string? type, string? protocol, ErrorCode error)
    {
        var request = new SyncGroupRequest { GroupId = "group", MemberId = Stable().MemberId, GenerationId = 1, ProtocolType = type, ProtocolName = protocol };

        Assert.That(broker.Connect().Send(request, 5).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void During_a_rebalance_there_is_nothing_to_sync()
    {
        var (leader, follower) = StablePair(broker);
        leader.PostJoin();

        Assert.That(follower.Sync().ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void Who_waits_for_the_leader_hears_of_a_new_rebalance()
    {
        var (_, follower) = JoinedPair(broker);
        follower.PostSync();

        new ClassicMember(broker, "group").PostJoin();

        Assert.That(follower.TryTakeSync()!.ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void A_member_that_asks_twice_is_answered_on_the_newer_connection()
    {
        var (leader, follower) = JoinedPair(broker);
        var old = broker.Connect();
        old.Post(follower.SyncRequest(), 5);

        follower.PostSync();
        leader.Sync();

        Assert.That(old.TryTake(follower.SyncRequest(), 5)!.ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(follower.TryTakeSync()!.ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void An_assignment_larger_than_the_topic_takes_fails_for_all_and_the_group_is_rebalanced()
    {
        using var small = new TestBroker();
        small.CreateTopic("__consumer_offsets", 1, ("max.message.bytes", $"{SmallRecord}"));
        var (leader, follower) = JoinedPair(small);
        leader.Assignor = _ => [(leader.MemberId, new byte[SmallRecord])];
        follower.PostSync();

        Assert.That(leader.Sync(), Has.Property("ErrorCode").EqualTo(ErrorCode.UnknownServerError).And.Property("Assignment").Empty);
        Assert.That(follower.TryTakeSync()!.ErrorCode, Is.EqualTo(ErrorCode.UnknownServerError));
        Assert.That((leader.Heartbeat(), follower.Heartbeat()), Is.EqualTo((ErrorCode.RebalanceInProgress, ErrorCode.RebalanceInProgress)));

        leader.Assignor = _ => [(leader.MemberId, [1])];
        ClassicMember.Stabilize(leader, follower);
    }

    ErrorCode Sync(SyncGroupRequest request) => broker.Connect().Send(request, 4).ErrorCode;

    ClassicMember Stable()
    {
        var member = new ClassicMember(broker, "group");
        ClassicMember.Stabilize(member);
        return member;
    }

    static (ClassicMember Leader, ClassicMember Follower) StablePair(TestBroker broker)
    {
        ClassicMember one = new(broker, "group"), two = new(broker, "group");
        ClassicMember.Stabilize(one, two);
        return one.IsLeader ? (one, two) : (two, one);
    }

    /// <summary>Two members that have been told of a generation and not yet synced.</summary>
    static (ClassicMember Leader, ClassicMember Follower) JoinedPair(TestBroker broker)
    {
        var (leader, follower) = StablePair(broker);
        leader.PostJoin();
        follower.PostJoin();
        leader.TryTakeJoin();
        follower.TryTakeJoin();
        return (leader, follower);
    }
}
