using System.Net;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Groups.Classic;
using NettyKafka.Tests.Support;
using static NettyKafka.Server.Groups.Classic.ClassicGroupState;

namespace NettyKafka.Tests.Groups.Classic;

public sealed class ClassicGroupTests
{
    const long Now = 1_000_000;

    static readonly Dictionary<ClassicGroupState, ClassicGroupState[]> transitions = new()
    {
        [Empty] = [PreparingRebalance, Dead],
        [PreparingRebalance] = [Empty, CompletingRebalance, Dead],
        [CompletingRebalance] = [PreparingRebalance, Stable, Dead],
        [Stable] = [PreparingRebalance, Dead],
        [Dead] = [Dead],
    };

    [Test]
    public void A_state_is_followed_by_those_that_Kafka_allows([Values] ClassicGroupState from, [Values] ClassicGroupState to)
    {
        var group = InState(from);

        if (transitions[from].Contains(to))
            Assert.That(() => group.TransitionTo(to, Now), Throws.Nothing);
        else
            Assert.That(() => group.TransitionTo(to, Now), Throws.InvalidOperationException);
        Assert.That(group.State, Is.EqualTo(transitions[from].Contains(to) ? to : from));
    }

    [Test]
    public void A_state_is_called_as_Kafka_calls_it([Values] ClassicGroupState state) =>
        Assert.That(InState(state).StateName, Is.EqualTo(state.ToString()));

    [TestCase(Empty, "", -1, ErrorCode.None)]
    [TestCase(Empty, "m", 1, ErrorCode.UnknownMemberId)]
    [TestCase(Stable, "", -1, ErrorCode.UnknownMemberId)]
    [TestCase(Stable, "m", 1, ErrorCode.None)]
    [TestCase(Stable, "m", 2, ErrorCode.IllegalGeneration)]
    [TestCase(Stable, "m", -1, ErrorCode.IllegalGeneration)]
    [TestCase(Stable, "other", 1, ErrorCode.UnknownMemberId)]
    [TestCase(PreparingRebalance, "m", 1, ErrorCode.None)]
    [TestCase(CompletingRebalance, "m", 1, ErrorCode.RebalanceInProgress)]
    [TestCase(CompletingRebalance, "m", 0, ErrorCode.IllegalGeneration)]
    [TestCase(Dead, "m", 1, ErrorCode.CoordinatorNotAvailable)]
    public void Offsets_are_committed_by_members_of_the_generation(ClassicGroupState state, string memberId, int generation, ErrorCode error) =>
        Assert.That(ErrorOf(() => InState(state).CheckOffsetCommit(memberId, null, generation, isTransactional: false, apiVersion: 9)), Is.EqualTo(error));

    [TestCase(Stable, "", -1, ErrorCode.None)]
    [TestCase(CompletingRebalance, "m", 1, ErrorCode.None)]
    [TestCase(Stable, "m", 2, ErrorCode.IllegalGeneration)]
    [TestCase(Stable, "other", 1, ErrorCode.UnknownMemberId)]
    public void A_transaction_commits_offsets_during_a_rebalance_and_without_a_member_too(ClassicGroupState state, string memberId, int generation, ErrorCode error) =>
        Assert.That(ErrorOf(() => InState(state).CheckOffsetCommit(memberId, null, generation, isTransactional: true, apiVersion: 5)), Is.EqualTo(error));

    [TestCase(Empty, "consumer", ErrorCode.None, ErrorCode.None)]
    [TestCase(Stable, "consumer", ErrorCode.NonEmptyGroup, ErrorCode.None)]
    [TestCase(PreparingRebalance, "consumer", ErrorCode.NonEmptyGroup, ErrorCode.None)]
    [TestCase(CompletingRebalance, "connect", ErrorCode.NonEmptyGroup, ErrorCode.NonEmptyGroup)]
    [TestCase(Stable, "connect", ErrorCode.NonEmptyGroup, ErrorCode.NonEmptyGroup)]
    [TestCase(Dead, "consumer", ErrorCode.GroupIdNotFound, ErrorCode.GroupIdNotFound)]
    public void A_group_with_members_is_not_deleted_and_of_consumers_only_offsets_are(ClassicGroupState state, string type, ErrorCode delete, ErrorCode deleteOffsets)
    {
        var group = InState(state, type);

        Assert.That(ErrorOf(group.CheckDelete), Is.EqualTo(delete));
        Assert.That(ErrorOf(group.CheckOffsetDelete), Is.EqualTo(deleteOffsets));
        Assert.That(ErrorOf(() => group.CheckOffsetFetch(null, -1)), Is.EqualTo(state == Dead ? ErrorCode.GroupIdNotFound : ErrorCode.None));
    }

    [Test]
    public void A_group_of_consumers_is_subscribed_to_what_its_members_are()
    {
        var group = InState(Stable);

        Assert.That((group.IsSubscribedTo("orders"), group.IsSubscribedTo("payments")), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_group_with_a_subscription_that_is_none_is_subscribed_to_everything([Values(0, 1, 2, 3, 7)] int length)
    {
        var group = ClassicGroup.Load("group", Value("consumer", subscription: ClassicMember.Subscription("orders")[..length]));

        Assert.That(group.IsSubscribedTo("anything"), Is.True);
        Assert.That(group.ExpiresFrom("anything", 5), Is.Null);
    }

    [Test]
    public void Groups_that_are_not_of_consumers_are_subscribed_to_nothing() =>
        Assert.That(InState(Stable, "connect").IsSubscribedTo("orders"), Is.False);

    [TestCase(Stable, "consumer", "orders", null)]
    [TestCase(Stable, "consumer", "payments", 5L)]
    [TestCase(Stable, "connect", "payments", null)]
    [TestCase(PreparingRebalance, "consumer", "payments", null)]
    [TestCase(CompletingRebalance, "consumer", "payments", null)]
    [TestCase(Empty, "consumer", "payments", Now)]
    [TestCase(Empty, "connect", "payments", Now)]
    public void Offsets_expire_when_nobody_needs_them(ClassicGroupState state, string type, string topic, long? from) =>
        Assert.That(InState(state, type).ExpiresFrom(topic, 5), Is.EqualTo(from));

    [Test]
    public void Offsets_without_a_group_expire_from_their_commit() =>
        Assert.That(new ClassicGroup("group").ExpiresFrom("orders", 5), Is.EqualTo(5));

    [Test]
    public void Offsets_of_an_empty_group_whose_record_is_old_expire_from_their_commit() =>
        Assert.That(ClassicGroup.Load("group", new() { ProtocolType = "consumer", CurrentStateTimestamp = -1 }).ExpiresFrom("orders", 5), Is.EqualTo(5));

    [TestCase("127.0.0.1", "/127.0.0.1")]
    [TestCase("::1", "/0:0:0:0:0:0:0:1")]
    [TestCase("2001:db8::a:1", "/2001:db8:0:0:0:0:a:1")]
    public void A_clients_host_is_written_as_Java_writes_it(string address, string host) =>
        Assert.That(GroupClient.HostOf(IPAddress.Parse(address)), Is.EqualTo(host));

    /// <summary>With one member m in generation 1, where the state has members.</summary>
    static ClassicGroup InState(ClassicGroupState state, string type = "consumer")
    {
        var group = ClassicGroup.Load("group", state == Empty ? new() { ProtocolType = type, CurrentStateTimestamp = Now } : Value(type, ClassicMember.Subscription("orders")));
        if (state == Dead)
            group.TransitionTo(Dead, Now);
        if (state is PreparingRebalance or CompletingRebalance)
            group.TransitionTo(PreparingRebalance, Now);
        if (state is CompletingRebalance)
            group.TransitionTo(CompletingRebalance, Now);
        return group;
    }

    static GroupMetadataValue Value(string type, byte[] subscription) => new()
    {
        ProtocolType = type,
        Generation = 1,
        Protocol = "range",
        Leader = "m",
        CurrentStateTimestamp = Now,
        Members = [new() { MemberId = "m", ClientId = "c", ClientHost = "/127.0.0.1", SessionTimeout = 10_000, RebalanceTimeout = 60_000, Subscription = subscription, Assignment = [1] }],
    };

    static ErrorCode ErrorOf(Action check)
    {
        try
        {
            check();
            return ErrorCode.None;
        }
        catch (CoordinatorException e)
        {
            return e.Error;
        }
    }
}
