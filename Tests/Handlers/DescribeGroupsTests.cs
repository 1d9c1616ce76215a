using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeGroupsTests : IDisposable
{
    readonly TestBroker broker = new();

    public DescribeGroupsTests() => broker.CreateTopic("orders");

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_describes_a_group_without_members([Range(0, 6)] short version)
    {
        broker.Connect().Commit("g", "orders", 0, 7);

        var group = Describe("g", version);

        Assert.That((group.GroupId, group.ErrorCode, group.GroupState, group.ProtocolType, group.ProtocolData), Is.EqualTo(("g", ErrorCode.None, "Empty", "", "")));
        Assert.That(group.Members, Is.Empty);
    }

    [Test]
    public void Members_of_a_stable_group_are_told_with_what_they_have([Range(0, 6)] short version)
    {
        var member = new ClassicMember(broker, "g") { ClientId = "reader", GroupInstanceId = "one", Assignor = joined => [(joined.Leader, [1, 2, 3])] };
        ClassicMember.Stabilize(member);

        var group = Describe("g", version);

        Assert.That((group.GroupState, group.ProtocolType, group.ProtocolData), Is.EqualTo(("Stable", "consumer", "range")));
        var described = group.Members.Single();
        Assert.That((described.MemberId, described.ClientId, described.GroupInstanceId), Is.EqualTo((member.MemberId, "reader", version < 4 ? null : "one")));
        Assert.That(described.ClientHost, Does.StartWith("/"));
        Assert.That(described.MemberMetadata, Is.EqualTo(ClassicMember.Subscription("orders")));
        Assert.That(described.MemberAssignment, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void While_a_group_is_rebalanced_only_who_is_there_is_told()
    {
        new ClassicMember(broker, "g").Join();

        var group = Describe("g", 5);

        Assert.That((group.GroupState, group.ProtocolData), Is.EqualTo(("CompletingRebalance", "")));
        Assert.That(group.Members.Single().MemberMetadata, Is.Empty);
    }

    [Test]
    public void A_consumer_group_is_none_of_the_classic_ones([Values(5, 6)] short version)
    {
        new ConsumerMember(broker.Connect(), "g") { Topics = ["orders"] }.Join();

        var group = Describe("g", version);

        Assert.That((group.GroupState, group.ErrorCode), Is.EqualTo(("Dead", version < 6 ? ErrorCode.None : ErrorCode.GroupIdNotFound)));
        Assert.That(group.ErrorMessage, Is.EqualTo(version < 6 ? null : "Group g is not a classic group."));
    }

    [Test]
    public void A_group_that_does_not_exist_is_dead_and_later_not_found([Range(0, 6)] short version)
    {
        var group = Describe("nobody", version);

        Assert.That((group.GroupState, group.ErrorCode), Is.EqualTo(("Dead", version < 6 ? ErrorCode.None : ErrorCode.GroupIdNotFound)));
        Assert.That(group.ErrorMessage, Is.EqualTo(version < 6 ? null : "Group nobody not found."));
    }

    [TestCase(false, int.MinValue)]
    [TestCase(true, 0b1101_0100_1000, Description = "read, delete, describe, describe and alter configs")]
    public void Allowed_operations_are_told_to_who_asks(bool asks, int operations)
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        var request = new DescribeGroupsRequest { Groups = ["g"], IncludeAuthorizedOperations = asks };

        Assert.That(broker.Connect().Send(request, 5).Groups.Single().AuthorizedOperations, Is.EqualTo(operations));
    }

    [Test]
    public void Another_node_is_not_the_coordinator()
    {
        broker.Connect().Commit("g", "orders", 0, 7);
        using var elsewhere = new TestConnection(broker.Broker.Apis, TestConnection.TestNode(2), broker.Time);

        Assert.That(elsewhere.Send(new DescribeGroupsRequest { Groups = ["g"] }, 5).Groups.Single().ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
    }

    DescribeGroupsResponse.DescribedGroup Describe(string groupId, short version) => broker.Connect().Send(new DescribeGroupsRequest { Groups = [groupId] }, version).Groups.Single();
}
