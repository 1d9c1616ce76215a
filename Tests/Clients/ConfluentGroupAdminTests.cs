using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Groups as librdkafka's admin client lists, describes and deletes them.</summary>
public sealed class ConfluentGroupAdminTests : GroupFixture
{
    static readonly GroupMode[] modes = [new(GroupProtocol.Classic, "range"), new(GroupProtocol.Consumer, "uniform")];

    [TestCaseSource(nameof(modes))]
    public async Task A_group_is_described_with_its_members(GroupMode mode)
    {
        await using var group = await JoinAsync(mode);

        var described = await group.DescribeAsync();

        Assert.That(described.GroupType, Is.EqualTo(TypeOf(mode)));
        Assert.That((described.PartitionAssignor, described.IsSimpleConsumerGroup), Is.EqualTo((mode.Assignor, false)));
        Assert.That($"{described.Coordinator.Host}:{described.Coordinator.Port}", Is.EqualTo(BootstrapServers));
        Assert.That(described.Members.Select(member => member.ClientId), Is.EquivalentTo(group.Members.Select(member => member.Name)));
        Assert.That(described.Members.Select(member => member.Host), Has.All.Contains("127.0.0.1"));
        if (mode.Protocol == GroupProtocol.Consumer)
            Assert.That(described.Members, Has.All.Matches<MemberDescription>(member => member.TargetAssignment.TopicPartitions.Count == 2));
    }

    [TestCaseSource(nameof(modes))]
    public async Task Groups_are_listed_by_state_and_type(GroupMode mode)
    {
        await using var group = await JoinAsync(mode);
        await group.ConsumeAllAsync();
        var other = mode.Protocol == GroupProtocol.Classic ? ConsumerGroupType.Consumer : ConsumerGroupType.Classic;

        Assert.That(await ListAsync(group, ConsumerGroupState.Stable, TypeOf(mode)), Has.Property("IsSimpleConsumerGroup").False.And.Property("Type").EqualTo(TypeOf(mode)));
        Assert.That(await ListAsync(group, ConsumerGroupState.Empty), Is.Null);
        Assert.That(await ListAsync(group, null, other), Is.Null);

        foreach (var member in group.Members.ToList())
            await group.LeaveAsync(member);
        Assert.That(await ListAsync(group, ConsumerGroupState.Empty, TypeOf(mode)), Has.Property("State").EqualTo(ConsumerGroupState.Empty));
    }

    [TestCaseSource(nameof(modes))]
    public async Task A_group_is_deleted_when_its_members_have_left(GroupMode mode)
    {
        await using var group = await JoinAsync(mode);
        await group.ConsumeAllAsync();
        using var admin = Client.Admin();

        var inUse = Assert.ThrowsAsync<DeleteGroupsException>(() => admin.DeleteGroupsAsync([group.GroupId]));
        Assert.That(inUse!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.NonEmptyGroup));
        foreach (var member in group.Members.ToList())
            await group.LeaveAsync(member);
        await admin.DeleteGroupsAsync([group.GroupId]);

        Assert.That(await ListAsync(group), Is.Null);
        var unknown = Assert.ThrowsAsync<DeleteGroupsException>(() => admin.DeleteGroupsAsync([group.GroupId]));
        Assert.That(unknown!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.GroupIdNotFound));
    }

    [Test]
    public async Task An_unknown_group_is_dead()
    {
        using var admin = Client.Admin();

        var described = (await admin.DescribeConsumerGroupsAsync(["nobody"])).ConsumerGroupDescriptions.Single();

        Assert.That((described.State, described.Members.Count), Is.EqualTo((ConsumerGroupState.Dead, 0)));
    }

    [Test]
    public async Task The_older_list_of_groups_has_protocol_and_members()
    {
        await using var group = await JoinAsync(modes[0]);
        using var admin = Client.Admin();

#pragma warning disable CS0618 // Tools of long ago still ask in this way.
        var listed = admin.ListGroup(group.GroupId, TimeSpan.FromSeconds(10));
#pragma warning restore CS0618

        Assert.That((listed.State, listed.ProtocolType, listed.Protocol), Is.EqualTo(("Stable", "consumer", "range")));
        Assert.That(listed.Members, Has.All.Matches<GroupMemberInfo>(member => member.MemberMetadata.Length > 0 && member.MemberAssignment.Length > 0));
        Assert.That(listed.Members.Select(member => member.MemberId), Is.EquivalentTo(group.Members.Select(member => member.MemberId)));
    }

    async Task<ConfluentGroup> JoinAsync(GroupMode mode)
    {
        var group = new ConfluentGroup(Client, mode);
        await group.GrowAsync("a", 4);
        group.Join();
        group.Join();
        await group.IsSharedAsync();
        return group;
    }

    async Task<ConsumerGroupListing?> ListAsync(ConfluentGroup group, ConsumerGroupState? state = null, ConsumerGroupType? type = null)
    {
        using var admin = Client.Admin();
        var options = new ListConsumerGroupsOptions
        {
            MatchStates = state is { } onlyState ? [onlyState] : [],
            MatchTypes = type is { } onlyType ? [onlyType] : [],
        };
        return (await admin.ListConsumerGroupsAsync(options)).Valid.SingleOrDefault(listing => listing.GroupId == group.GroupId);
    }

    static ConsumerGroupType TypeOf(GroupMode mode) => mode.Protocol == GroupProtocol.Classic ? ConsumerGroupType.Classic : ConsumerGroupType.Consumer;
}
