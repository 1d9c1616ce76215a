using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class HeartbeatTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_answers_a_member([Range(0, 4)] short version)
    {
        var member = new ClassicMember(broker, "group") { HeartbeatVersion = version };
        ClassicMember.Stabilize(member);

        Assert.That(member.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }
}
