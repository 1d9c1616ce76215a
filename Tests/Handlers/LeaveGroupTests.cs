using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class LeaveGroupTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void In_every_version_a_member_leaves([Range(0, 5)] short version)
    {
        var member = new ClassicMember(broker, "group") { LeaveVersion = version };
        ClassicMember.Stabilize(member);

        Assert.That(member.Leave(), Is.EqualTo(ErrorCode.None));
        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }
}
