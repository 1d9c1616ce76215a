using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Two instances of one name: the classic protocol puts the first one out, the consumer protocol refuses the second one as long as the first one lives.</summary>
public sealed class ConfluentStaticMemberTests : GroupFixture
{
    [TestCase("range")]
    [TestCase("cooperative-sticky")]
    public async Task The_newer_instance_fences_the_older_one(string assignor)
    {
        await using var group = new ConfluentGroup(Client, new(GroupProtocol.Classic, assignor, IsStatic: true));
        await group.GrowAsync("a", 4);
        var other = group.Join();
        var first = group.Join();
        await group.IsSharedAsync();
        var rebalances = other.Rebalances;

        var second = group.Join(first.Name);
        await Eventually.TrueAsync(() => first.FatalError is not null, () => "the first instance goes on");

        Assert.That(first.FatalError!.Code, Is.EqualTo(ErrorCode.FencedInstanceId));
        await group.CrashAsync(first);
        await group.IsSharedAsync();
        Assert.That(second.Assignment, Is.EquivalentTo(first.Assignment));
        Assert.That(other.Rebalances, Is.EqualTo(rebalances));
        await group.ConsumeAllAsync();
    }

    [Test]
    public async Task A_second_instance_is_refused_until_the_first_one_has_gone()
    {
        await using var group = new ConfluentGroup(Client, new(GroupProtocol.Consumer, "uniform", IsStatic: true));
        await group.GrowAsync("a", 4);
        group.Join();
        var first = group.Join();
        await group.IsSharedAsync();

        var second = group.Join(first.Name);
        await Eventually.TrueAsync(() => second.FatalError is not null, () => "the second instance goes on");

        Assert.That(second.FatalError!.Code, Is.EqualTo(ErrorCode.UnreleasedInstanceId));
        await group.CrashAsync(second);
        await group.LeaveAsync(first);
        var third = group.Join(first.Name);
        await group.IsSharedAsync();
        Assert.That(third.Assignment, Is.EquivalentTo(first.Assignment));
        await group.ConsumeAllAsync();
    }

    [Test]
    public async Task The_partitions_of_a_static_member_are_kept_until_its_session_ends([Values] GroupProtocol protocol)
    {
        await using var group = new ConfluentGroup(Client, new(protocol, protocol == GroupProtocol.Classic ? "range" : "uniform", IsStatic: true));
        await group.GrowAsync("a", 4);
        var stays = group.Join();
        var goes = group.Join(sessionTimeout: SessionTimeout);
        await group.IsSharedAsync();
        var kept = stays.Assignment;

        await group.LeaveAsync(goes);
        Assert.That((await group.DescribeAsync()).Members.Select(member => member.GroupInstanceId), Is.EquivalentTo(new[] { stays.Name, goes.Name }));
        Assert.That(stays.Assignment, Is.EqualTo(kept));
        await group.IsSharedAsync();

        Assert.That(stays.Assignment, Has.Count.EqualTo(4));
        await group.ConsumeAllAsync();
    }
}
