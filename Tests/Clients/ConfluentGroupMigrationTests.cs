using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>A group goes from one protocol to the other while its members consume.</summary>
public sealed class ConfluentGroupMigrationTests : GroupFixture
{
    static readonly GroupMode consumer = new(GroupProtocol.Consumer, "uniform");

    [TestCase("range")]
    [TestCase("roundrobin")]
    public async Task Members_of_both_protocols_share_the_partitions_on_the_way_there_and_back(string assignor)
    {
        var classic = new GroupMode(GroupProtocol.Classic, assignor);
        await using var group = new ConfluentGroup(Client, classic);
        await group.GrowAsync("a", 6);
        await JoinAsync(group, classic, 3, ConsumerGroupType.Classic);

        await ReplaceAsync(group, consumer, whileBoth: ConsumerGroupType.Consumer, then: ConsumerGroupType.Consumer);
        await ReplaceAsync(group, classic, whileBoth: ConsumerGroupType.Consumer, then: ConsumerGroupType.Classic);

        await group.ConsumeAllAsync();
    }

    [Test]
    public async Task A_mixed_group_outlives_a_restart_of_the_broker()
    {
        var classic = new GroupMode(GroupProtocol.Classic, "roundrobin");
        await using var group = new ConfluentGroup(Client, classic);
        await group.GrowAsync("a", 6);
        await JoinAsync(group, classic, 2, ConsumerGroupType.Classic);
        await JoinAsync(group, consumer, 1, ConsumerGroupType.Consumer);

        await group.IsConsumedAsync();
        await Broker.KillAndRestartAsync();
        await group.IsSharedAsync();
        await JoinAsync(group, classic, 1, ConsumerGroupType.Consumer);

        await group.ConsumeAllAsync();
    }

    // librdkafka's cooperative-sticky leaves data of its own in the assignments, which would be lost: Kafka refuses the member that comes by the other protocol.
    [Test]
    public async Task A_group_with_data_of_its_assignor_in_the_assignments_stays_classic()
    {
        var classic = new GroupMode(GroupProtocol.Classic, "cooperative-sticky");
        await using var group = new ConfluentGroup(Client, classic);
        await group.GrowAsync("a", 6);
        await JoinAsync(group, classic, 1, ConsumerGroupType.Classic);
        await JoinAsync(group, classic, 1, ConsumerGroupType.Classic);

        var refused = group.Join(by: consumer);
        await Eventually.TrueAsync(() => refused.FatalError is not null, () => "the member of the consumer protocol is in the group");

        Assert.That(refused.FatalError!.Code, Is.EqualTo(ErrorCode.GroupIdNotFound));
        await group.CrashAsync(refused);
        await IsSharedAsync(group, ConsumerGroupType.Classic);
        await group.ConsumeAllAsync();
    }

    static async Task ReplaceAsync(ConfluentGroup group, GroupMode by, ConsumerGroupType whileBoth, ConsumerGroupType then)
    {
        var replaced = group.Members.ToList();
        foreach (var member in replaced)
        {
            await JoinAsync(group, by, 1, whileBoth);
            await group.LeaveAsync(member);
            await IsSharedAsync(group, member == replaced[^1] ? then : whileBoth);
        }
    }

    static async Task JoinAsync(ConfluentGroup group, GroupMode by, int count, ConsumerGroupType type)
    {
        for (var members = 0; members < count; members++)
            group.Join(by: by);
        await IsSharedAsync(group, type);
    }

    static async Task IsSharedAsync(ConfluentGroup group, ConsumerGroupType type)
    {
        await group.IsSharedAsync();
        Assert.That((await group.DescribeAsync()).GroupType, Is.EqualTo(type));
    }
}
