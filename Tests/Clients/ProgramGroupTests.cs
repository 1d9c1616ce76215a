namespace NettyKafka.Tests.Clients;

/// <summary>
/// What holds for a group of any client whose members are programs: whatever happens to the members or the broker, each partition has one owner in the end, every
/// record is consumed, and none again behind which an offset was committed.
/// </summary>
public abstract class ProgramGroupTests : GroupFixture
{
    private protected abstract MemberProgram Program { get; }

    /// <summary>How the members of this fixture join.</summary>
    private protected virtual MemberOptions Mode(MemberOptions options) => options;

    [Test]
    public async Task Members_share_all_partitions_when_one_joins_one_is_killed_and_one_leaves()
    {
        await using var group = await CreateGroupAsync();
        var (first, second) = (group.Join("first"), group.Join("second"));
        await group.IsSharedAsync();
        group.Join("third");
        await group.IsSharedAsync();

        await group.KillAsync(second);
        await group.IsSharedAsync();
        await group.LeaveAsync(first);
        await group.IsSharedAsync();

        await group.ConsumesAllAsync();
    }

    [Test]
    public async Task Members_go_on_after_restarts_of_the_broker_and_of_each_of_them()
    {
        await using var group = await CreateGroupAsync();
        var (first, second) = (group.Join("first"), group.Join("second"));
        await group.IsSharedAsync();

        await RestartAsync(group, Broker.RestartAsync);
        await RestartAsync(group, Broker.KillAndRestartAsync);
        foreach (var member in new[] { first, second })
        {
            await group.LeaveAsync(member);
            group.Join($"{member.Name}-again");
            await group.IsSharedAsync();
        }

        await group.ConsumesAllAsync();
    }

    [Test]
    public async Task A_member_that_comes_later_begins_where_those_before_it_ended()
    {
        await using var group = await CreateGroupAsync();
        group.Join("first");
        group.Join("second");
        await group.IsSharedAsync();
        await group.GoesOnAsync();
        await group.LeaveAllAsync();
        var (consumed, repeated) = (group.Ledger.ConsumedCount, group.Ledger.Repeated.Count);
        Assert.That((await group.CommittedAsync()).Values.Sum(), Is.EqualTo(consumed));

        await Broker.KillAndRestartAsync();
        group.Join("later");
        await group.IsSharedAsync();
        await group.ConsumesAllAsync();
        await group.LeaveAllAsync();

        Assert.That(group.Ledger.Repeated, Has.Count.EqualTo(repeated), group.ToString);
        Assert.That((await group.CommittedAsync()).Values.Sum(), Is.EqualTo(group.Ledger.ConsumedCount));
    }

    private protected Task<MemberGroup> CreateGroupAsync() => MemberGroup.CreateAsync(Broker, Program, Mode);

    static async Task RestartAsync(MemberGroup group, Func<Task> restart)
    {
        await restart();
        await group.GoesOnAsync();
        await group.IsSharedAsync();
    }
}
