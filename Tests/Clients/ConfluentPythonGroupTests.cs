namespace NettyKafka.Tests.Clients;

/// <summary>Groups of confluent-kafka for Python on an older librdkafka, as distributions ship it.</summary>
[TestFixture("range")]
[TestFixture("cooperative-sticky")]
public sealed class ConfluentPythonGroupTests(string assignor) : ProgramGroupTests
{
    private protected override MemberProgram Program { get; } = new(Python.Program, Python.Script("confluent_member.py"));

    protected override Task RequireClientAsync() => Python.RequireConfluentAsync();

    private protected override MemberOptions Mode(MemberOptions options) => options with { Assignor = assignor };

    [Test]
    public async Task A_static_member_that_comes_back_gets_its_partitions_and_nobody_notices()
    {
        await using var group = await CreateGroupAsync();
        var (stays, leaves) = (group.Join("stays", "instance-0"), group.Join("leaves", "instance-1"));
        await group.IsSharedAsync();
        var rebalances = stays.Rebalances;
        var assignment = leaves.Assignment;

        await group.LeaveAsync(leaves);
        var back = group.Join("back", "instance-1");
        await Eventually.TrueAsync(() => back.Assignment.SetEquals(assignment), group.ToString);

        Assert.That(stays.Rebalances, Is.EqualTo(rebalances), stays.ToString);
        await group.ConsumesAllAsync();
    }

    [Test]
    public async Task A_static_member_is_fenced_by_a_newer_one_with_its_instance_id()
    {
        await using var group = await CreateGroupAsync();
        var fenced = group.Join("fenced", "instance-0");
        await group.IsSharedAsync();

        var newer = group.Join("newer", "instance-0");
        await Eventually.TrueAsync(
            () => fenced.History.Exists(line => line.Contains("Static consumer fenced by other consumer with same group.instance.id", StringComparison.Ordinal)), group.ToString);
        await group.KillAsync(fenced);

        await Eventually.TrueAsync(() => newer.Assignment.Count == MemberGroup.Partitions, group.ToString);
        await group.ConsumesAllAsync(fenced);
    }
}
