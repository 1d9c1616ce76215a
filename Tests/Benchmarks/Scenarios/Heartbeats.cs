using NettyKafka.Benchmarks.Groups;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>Heartbeats of classic members, of a group for each connection: the smallest request that asks the broker something.</summary>
sealed class Heartbeats(int connections, int depth) : Scenario("heartbeat", connections, depth)
{
    const int RingSize = 256;

    public override bool IsBulk => false;

    public override PreparedScenario Prepare(ControlConnection control, string topic)
    {
        var created = new TestTopic(control, topic, partitionCount: 1);
        control.Send(new FindCoordinatorRequest { CoordinatorKeys = [topic] });
        var rings = Enumerable.Range(0, Connections).Select(i => new FrameRing([.. Enumerable.Repeat(Frame.Encode(Join(control, $"{topic}-{i}")), RingSize)])).ToList();
        return new PreparedWorkload(created, new(rings, Depth, control.Exchange(rings[0].First)), recordsPerRequest: 0);
    }

    static HeartbeatRequest Join(ControlConnection control, string groupId)
    {
        var memberId = control.Send(GroupRequests.Join(groupId, memberId: "", change: 0)).MemberId;
        var joined = control.Send(GroupRequests.Join(groupId, memberId, change: 0));
        Check(joined.ErrorCode, groupId);
        Check(control.Send(GroupRequests.Sync(groupId, joined.GenerationId, memberId, [memberId])).ErrorCode, groupId);
        return new() { GroupId = groupId, GenerationId = joined.GenerationId, MemberId = memberId };
    }

    static void Check(ErrorCode error, string groupId) => TestTopic.Check(error, $"joining {groupId}");
}
