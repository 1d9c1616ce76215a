using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ConsumerGroupDescribeTests : IDisposable
{
    const int AllowedOnGroups = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11);

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_group_is_described_with_its_members([Range(0, 1)] short version)
    {
        var topicId = broker.CreateTopic("orders", 2);
        var member = new ConsumerMember(broker.Connect("worker"), "group") { Topics = ["orders"], InstanceId = "one", RackId = "east" };
        member.Join();

        var group = Describe("group", version);

        Assert.That((group.ErrorCode, group.GroupState, group.GroupEpoch, group.AssignmentEpoch, group.AssignorName), Is.EqualTo((ErrorCode.None, "Stable", 1, 1, "uniform")));
        Assert.That(group.AuthorizedOperations, Is.EqualTo(AllowedOnGroups));
        var described = group.Members.Single();
        Assert.That((described.MemberId, described.InstanceId, described.RackId, described.MemberEpoch), Is.EqualTo((member.MemberId, "one", "east", 1)));
        Assert.That((described.ClientId, described.ClientHost), Is.EqualTo(("worker", "/255.255.255.255")));
        Assert.That(described.SubscribedTopicNames, Is.EqualTo(new[] { "orders" }));
        Assert.That(described.MemberType, Is.EqualTo(version == 0 ? -1 : 1));
        foreach (var assignment in new[] { described.Assignment, described.TargetAssignment })
        {
            var topic = assignment.TopicPartitions.Single();
            Assert.That((topic.TopicId, topic.TopicName, string.Join(',', topic.Partitions)), Is.EqualTo((topicId, "orders", "0,1")));
        }
    }

    [Test]
    public void A_group_says_how_far_it_is()
    {
        broker.CreateTopic("orders", 2);
        var first = new ConsumerMember(broker.Connect(), "group") { Topics = ["orders"] };
        var second = new ConsumerMember(broker.Connect(), "group") { Topics = ["orders"] };

        first.Join().Reconcile();
        Assert.That(StateOf("group"), Is.EqualTo("Stable"));
        second.Join();
        Assert.That(StateOf("group"), Is.EqualTo("Reconciling"));
        first.Poll();
        second.Poll();
        Assert.That(StateOf("group"), Is.EqualTo("Stable"));
        first.Leave();
        Assert.That(StateOf("group"), Is.EqualTo("Assigning"));
        second.Leave();
        Assert.That(StateOf("group"), Is.EqualTo("Empty"));
    }

    [TestCase("", ErrorCode.InvalidGroupId, null)]
    [TestCase("unknown", ErrorCode.GroupIdNotFound, "Group unknown not found.")]
    public void What_is_no_consumer_group_is_refused(string groupId, ErrorCode error, string? message)
    {
        var group = Describe(groupId, 1);

        Assert.That((group.ErrorCode, group.ErrorMessage, group.AuthorizedOperations), Is.EqualTo((error, message, int.MinValue)));
    }

    [Test]
    public void Without_the_protocol_no_group_is_described()
    {
        using var other = new TestBroker(("group.coordinator.rebalance.protocols", "classic"));

        Assert.That(Describe(other, "group", 1).ErrorCode, Is.EqualTo(ErrorCode.UnsupportedVersion));
    }

    string StateOf(string groupId) => Describe(groupId, 1).GroupState;

    ConsumerGroupDescribeResponse.DescribedGroup Describe(string groupId, short version) => Describe(broker, groupId, version);

    static ConsumerGroupDescribeResponse.DescribedGroup Describe(TestBroker broker, string groupId, short version) =>
        broker.Connect().Send(new ConsumerGroupDescribeRequest { GroupIds = [groupId], IncludeAuthorizedOperations = true }, version).Groups.Single();
}
