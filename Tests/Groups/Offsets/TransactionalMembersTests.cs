using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Offsets;

/// <summary>Who may commit offsets to a group with a transaction.</summary>
public sealed class TransactionalMembersTests : IDisposable
{
    readonly TestBroker broker = new(("offsets.topic.num.partitions", "1"));
    readonly TransactionalOffsets offsets;

    public TransactionalMembersTests()
    {
        broker.CreateTopic("orders");
        offsets = new(broker);
    }

    public void Dispose() => broker.Dispose();

    [TestCase(3)]
    [TestCase(5)]
    public void A_member_of_a_group_that_does_not_exist_is_refused(short version)
    {
        Assert.That(offsets.Commit("g", "orders", 7, "gone", 3, version: version), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(broker.Connect().Groups(), Is.Empty);
    }

    [Test]
    public void Who_is_no_member_commits_to_a_group_that_does_not_exist()
    {
        Assert.That(offsets.Commit("g", "orders", 7), Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Connect().Groups(), Is.EqualTo(new[] { "g" }));
    }

    [Test]
    public void A_member_of_a_classic_group_commits_in_its_generation_and_in_no_other()
    {
        var member = new ClassicMember(broker, "g");
        ClassicMember.Stabilize(member);

        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, member.Generation), Is.EqualTo(ErrorCode.None));
        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, member.Generation + 1), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, member.Generation - 1), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(offsets.Commit("g", "orders", 7, "stranger", member.Generation), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId), Is.EqualTo(ErrorCode.IllegalGeneration), "it names itself");
        Assert.That(offsets.Commit("g", "orders", 7, version: 2), Is.EqualTo(ErrorCode.None), "old producers do not say who they are");
    }

    [Test]
    public void A_static_member_of_a_classic_group_that_was_replaced_is_fenced()
    {
        var member = new ClassicMember(broker, "g") { GroupInstanceId = "one" };
        ClassicMember.Stabilize(member);

        Assert.That(offsets.Commit("g", "orders", 7, "before", member.Generation, "one"), Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, member.Generation, "two"), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, member.Generation, "one"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_rebalance_does_not_keep_a_transaction_from_committing()
    {
        var member = new ClassicMember(broker, "g");
        member.Join();

        Assert.That(member.Commit("orders", 7), Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, member.Generation), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_member_of_a_consumer_group_commits_in_its_epoch_and_in_no_other()
    {
        var member = new ConsumerMember(broker.Connect(), "g") { Topics = ["orders"] }.Join();

        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, member.MemberEpoch), Is.EqualTo(ErrorCode.None));
        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, member.MemberEpoch - 1), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, member.MemberEpoch + 1), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(offsets.Commit("g", "orders", 7, "stranger", member.MemberEpoch), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(offsets.Commit("g", "orders", 7, version: 2), Is.EqualTo(ErrorCode.None), "old producers do not say who they are");
    }

    [Test]
    public void A_group_whose_members_have_left_takes_offsets_of_anybody()
    {
        var member = new ConsumerMember(broker.Connect(), "g") { Topics = ["orders"] }.Join();
        member.Leave();

        Assert.That(offsets.Commit("g", "orders", 7), Is.EqualTo(ErrorCode.None));
        Assert.That(offsets.Commit("g", "orders", 7, member.MemberId, 1), Is.EqualTo(ErrorCode.UnknownMemberId));
    }
}
