namespace NettyKafka.Tests.Clients;

/// <summary>
/// Groups of Confluent's client in every way it shares partitions: whatever happens to the members, the topics or the broker, each partition has one owner in the
/// end, every record is consumed, and none again behind which an offset was committed.
/// </summary>
[TestFixtureSource(typeof(GroupMode), nameof(GroupMode.All))]
public sealed class ConfluentGroupTests(GroupMode mode) : GroupFixture
{
    [Test]
    public async Task Members_that_come_and_leave_share_all_partitions()
    {
        await using var group = new ConfluentGroup(Client, mode);
        await group.GrowAsync("a", 6);
        for (var members = 1; members <= 3; members++)
        {
            var before = group.Members.ToDictionary(member => member, member => member.Rebalances.Count);
            group.Join();
            await group.IsSharedAsync();

            Assert.That(group.Members.Select(member => member.Assignment.Count), Has.All.EqualTo(6 / members));
            if (mode.IsCooperative)
                AssertKept(before);
        }

        if (!mode.IsStatic)
        {
            await group.LeaveAsync(group.Members[0]);
            await group.IsSharedAsync();
        }
        await group.ConsumeAllAsync();
        Assert.That(group.Ledger.Repeated, Is.Empty);
    }

    [Test]
    public async Task All_members_can_be_restarted_one_after_the_other()
    {
        await using var group = await ShareAsync();
        foreach (var member in group.Members.ToList())
        {
            var before = Snapshot(group);
            await group.LeaveAsync(member);
            var successor = group.Join(member.Name);
            await group.IsSharedAsync();

            if (!mode.IsStatic)
                continue;
            Assert.That(successor.Assignment, Is.EquivalentTo(member.Assignment));
            Assert.That(Snapshot(group).Where(other => other.Name != member.Name), Is.EqualTo(before.Where(other => other.Name != member.Name)), "a static member comes back unnoticed");
        }

        await group.ConsumeAllAsync();
        Assert.That(group.Ledger.Repeated, Is.Empty);
    }

    [Test]
    public async Task The_others_take_over_from_a_member_that_crashed_and_from_one_that_hangs()
    {
        await using var group = new ConfluentGroup(Client, mode);
        await group.GrowAsync("a", 6);
        group.Join();
        var hangs = group.Join(hangsAfter: SessionTimeout);
        var crashes = group.Join(sessionTimeout: SessionTimeout);
        await group.IsSharedAsync();

        await group.CrashAsync(crashes);
        Assert.That((await group.DescribeAsync()).Members.Select(member => member.ConsumerId), Does.Contain(crashes.MemberId), "nobody said that the member is gone");
        await group.ConsumeAllAsync();
        hangs.Hang();
        await group.IsSharedAsync(except: hangs);
        await group.ProduceAsync();
        hangs.Resume();
        await group.IsSharedAsync();

        await group.ConsumeAllAsync();
    }

    [Test]
    public async Task New_partitions_and_topics_are_taken_up_and_deleted_ones_let_go()
    {
        await using var group = await ShareAsync();

        await group.GrowAsync("a", 8);
        await group.IsSharedAsync();
        await group.GrowAsync("b", 5);
        await group.IsSharedAsync();
        await group.DeleteTopicAsync("b");
        await group.IsSharedAsync();

        await group.ConsumeAllAsync();
    }

    [Test]
    public async Task A_restart_of_the_broker_is_no_rebalance()
    {
        await using var group = await ShareAsync();
        var before = Snapshot(group);

        await RestartAsync(group, Broker.RestartAsync);
        await RestartAsync(group, Broker.KillAndRestartAsync);

        Assert.That(Snapshot(group), Is.EqualTo(before));
        group.Join();
        await group.IsSharedAsync();
        await group.ConsumeAllAsync();
    }

    async Task<ConfluentGroup> ShareAsync()
    {
        var group = new ConfluentGroup(Client, mode);
        await group.GrowAsync("a", 6);
        for (var members = 0; members < 3; members++)
            group.Join();
        await group.IsSharedAsync();
        return group;
    }

    static async Task RestartAsync(ConfluentGroup group, Func<Task> restart)
    {
        await group.IsConsumedAsync();
        await restart();
        var consumed = group.Ledger.ConsumedCount;
        await Eventually.TrueAsync(() => group.Ledger.ConsumedCount > consumed + 100, () => $"{group.Ledger.ConsumedCount - consumed} records since the restart");
        await group.IsSharedAsync();
    }

    static void AssertKept(Dictionary<GroupMember, int> before)
    {
        foreach (var (member, count) in before)
            Assert.That(member.Rebalances.Skip(count).Where(rebalance => rebalance.Kind != "assigned").SelectMany(rebalance => rebalance.Partitions).Intersect(member.Assignment), Is.Empty);
    }

    static List<(string Name, string MemberId, int Rebalances)> Snapshot(ConfluentGroup group) =>
        [.. group.Members.Select(member => (member.Name, member.MemberId, member.Rebalances.Count))];
}
