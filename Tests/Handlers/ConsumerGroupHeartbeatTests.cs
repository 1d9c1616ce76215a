using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ConsumerGroupHeartbeatTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void The_first_member_gets_everything_at_once([Range(0, 1)] short version)
    {
        broker.CreateTopic("orders", 3);
        var member = new ConsumerMember(broker.Connect(), "group", version == 0 ? "" : null) { Version = version, Topics = ["orders"] };

        member.Join().Reconcile();

        Assert.That(member.MemberId, Is.Not.Empty);
        Assert.That(member.MemberEpoch, Is.EqualTo(1));
        Assert.That(member.Last!.HeartbeatIntervalMs, Is.EqualTo(5000));
        Assert.That(member.Partitions, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public void A_heartbeat_without_news_says_nothing_of_the_assignment()
    {
        broker.CreateTopic("orders", 3);
        var member = Member().Join().Reconcile();

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));

        Assert.That(member.Last!.Assignment, Is.Null);
        Assert.That(member.MemberEpoch, Is.EqualTo(1));
    }

    [Test]
    public void A_partition_is_revoked_before_it_is_assigned()
    {
        broker.CreateTopic("orders", 2);
        var first = Member().Join().Reconcile();

        var second = Member().Join().Reconcile();
        Assert.That((second.MemberEpoch, second.Partitions), Is.EqualTo((2, Array.Empty<int>())), "the first has both still");

        first.Heartbeat();
        Assert.That((first.MemberEpoch, first.Assigned.Count), Is.EqualTo((1, 1)), "it is told to give one up");
        second.Heartbeat();
        Assert.That(second.Assigned, Is.Empty);

        first.Reconcile().Heartbeat();
        Assert.That(first.MemberEpoch, Is.EqualTo(2));
        second.Heartbeat();
        second.Reconcile();
        Assert.That(first.Owned.Union(second.Owned).Count, Is.EqualTo(2));
        Assert.That(second.Owned, Has.Count.EqualTo(1));
    }

    ConsumerMember Member(string group = "group") => new(broker.Connect(), group) { Topics = ["orders"] };
}
