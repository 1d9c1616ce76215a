using NettyKafka.Benchmarks.Load;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>Metadata of one topic: what a request costs apart from its data.</summary>
sealed class SmallRequests(int connections, int depth) : Scenario("metadata", connections, depth)
{
    // A ring much longer than the depth, so that a burst rarely wraps around its end into a second write.
    const int RingSize = 256;

    public override bool IsBulk => false;

    public override PreparedScenario Prepare(ControlConnection control, string topic)
    {
        var created = new TestTopic(control, topic, partitionCount: 1);
        var frame = Frame.Encode(new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false });
        var ring = new FrameRing([.. Enumerable.Repeat(frame, RingSize)]);
        return new PreparedWorkload(created, new([.. Enumerable.Repeat(ring, Connections)], Depth, control.Exchange(ring.First)), recordsPerRequest: 0);
    }
}
