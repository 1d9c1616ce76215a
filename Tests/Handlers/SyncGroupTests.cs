using System.Text;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class SyncGroupTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_brings_the_assignment([Range(0, 5)] short version)
    {
        var member = new ClassicMember(broker, "group") { SyncVersion = version };
        member.Join();

        var synced = member.Sync();

        Assert.That((synced.ErrorCode, synced.ProtocolName), Is.EqualTo((ErrorCode.None, version >= 5 ? "range" : null)));
        Assert.That(Encoding.UTF8.GetString(synced.Assignment), Is.EqualTo($"{member.MemberId}@1"));
    }
}
