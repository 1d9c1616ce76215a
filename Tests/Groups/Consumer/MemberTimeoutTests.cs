using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Consumer;

public sealed class MemberTimeoutTests : IDisposable
{
    const int SessionTimeoutMs = 45_000;

    readonly TestBroker broker = new();

    public MemberTimeoutTests() => broker.CreateTopic("orders", 2);

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_member_that_is_not_heard_of_for_its_session_timeout_is_fenced()
    {
        var member = Member().Join();
        Advance(SessionTimeoutMs - 1);
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
        Advance(SessionTimeoutMs - 1);
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None), "each heartbeat begins the session anew");

        Advance(SessionTimeoutMs);

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void What_a_fenced_member_had_goes_to_the_others()
    {
        var (lost, other) = (Member().Join().Reconcile(), Member().Join());
        Advance(SessionTimeoutMs - 1);
        other.Heartbeat();
        Assert.That(other.Assigned, Is.Empty);

        Advance(1);
        other.Heartbeat();

        Assert.That((other.MemberEpoch, other.Assigned.Count), Is.EqualTo((3, 2)));
        Assert.That(lost.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [Test]
    public void A_member_that_does_not_revoke_in_its_rebalance_timeout_is_fenced()
    {
        var slow = Member();
        slow.RebalanceTimeoutMs = 20_000;
        slow.Join().Reconcile();
        var other = Member().Join();
        slow.Heartbeat();
        Assert.That(slow.Assigned, Has.Count.EqualTo(1));

        Advance(19_999);
        Assert.That(slow.Heartbeat(), Is.EqualTo(ErrorCode.None));
        Advance(1);

        Assert.That(slow.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
        other.Heartbeat();
        Assert.That(other.Assigned, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_member_that_revokes_in_time_stays()
    {
        var member = Member();
        member.RebalanceTimeoutMs = 20_000;
        member.Join().Reconcile();
        var other = Member().Join();
        member.Heartbeat();
        Advance(19_999);
        member.Reconcile().Heartbeat();

        Advance(20_000);

        Assert.That((member.Heartbeat(), other.Heartbeat()), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
    }

    [Test]
    public void After_a_restart_sessions_and_rebalance_timeouts_begin_anew()
    {
        var slow = Member();
        slow.RebalanceTimeoutMs = 20_000;
        slow.Join().Reconcile();
        Member().Join();
        slow.Heartbeat();
        Advance(15_000);

        using var restarted = broker.Restart();
        slow.Connection = restarted.Connect();
        Advance(19_999);
        Assert.That(slow.Heartbeat(), Is.EqualTo(ErrorCode.None));
        Advance(1);
        Assert.That(slow.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [TestCase("50000", 50_000)]
    [TestCase("1", 45_000, Description = "never less than the broker allows")]
    public async Task A_group_has_a_session_timeout_of_its_own(string configured, int timeoutMs)
    {
        var record = MetadataRecord.Of(new ConfigRecord { ResourceType = (sbyte)ConfigResourceType.Group, ResourceName = "group", Name = "consumer.session.timeout.ms", Value = configured });
        await broker.Broker.Cluster.ChangeAsync<bool>(_ => ([record], true));
        var member = Member().Join();

        Advance(timeoutMs - 1);
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
        Advance(timeoutMs);
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    void Advance(int milliseconds) => broker.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    ConsumerMember Member() => new(broker.Connect(), "group") { Topics = ["orders"] };
}
