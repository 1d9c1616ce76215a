using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class JoinGroupTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_begins_a_generation([Range(0, 9)] short version)
    {
        var member = new ClassicMember(broker, "group") { JoinVersion = version };

        var joined = member.Join();

        Assert.That((joined.ErrorCode, joined.GenerationId, joined.Leader, joined.ProtocolName), Is.EqualTo((ErrorCode.None, 1, joined.MemberId, "range")));
        Assert.That(joined.Members.Select(each => each.MemberId), Is.EqualTo(new[] { joined.MemberId }));
        Assert.That(joined.ProtocolType, Is.EqualTo(version >= 7 ? "consumer" : null));
    }

    [Test]
    public void Several_members_end_in_one_generation()
    {
        List<ClassicMember> members = [new(broker, "group"), new(broker, "group"), new(broker, "group")];

        ClassicMember.Stabilize(members);

        Assert.That(members.Count(member => member.IsLeader), Is.EqualTo(1));
        Assert.That(members.Select(member => member.Assignment), Is.All.Not.Empty);
    }
}
