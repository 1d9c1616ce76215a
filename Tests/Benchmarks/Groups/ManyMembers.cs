using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>Very many members, of classic groups of 1,000 and of one consumer group: their heartbeats, and the memory that each takes.</summary>
static class ManyMembers
{
    const int WarmUpMembers = 50;
    const int ClassicGroupSize = 1000;

    public static MemoryEach RunClassic(GroupRun run, PairedLoad load)
    {
        using var broker = run.StartBroker("classic-members");
        using var connections = new Connections(broker, ClassicGroupSize);
        _ = new ClassicMembers(connections, "warm-up");
        List<ClassicMembers> groups = [];
        var memory = MemoryEach.Of(broker, run.Plan.Members, () =>
        {
            for (var members = 0; members < run.Plan.Members; members += ClassicGroupSize)
                groups.Add(new(connections, $"classic-{members}"));
        });
        load.Run($"heartbeat, {run.Plan.Members:#,0} classic members", broker, groups.SelectMany(group => group.Heartbeats()).ToList(), (HeartbeatResponse response) => response.ErrorCode);
        return memory;
    }

    public static MemoryEach RunConsumer(GroupRun run, PairedLoad load)
    {
        using var broker = run.StartBroker("consumer-members");
        using var connections = new Connections(broker, PairedLoad.Connections);
        var topic = new TestTopic(broker.Control, "consumed", Math.Min(run.Plan.Members, run.Plan.MaxPartitions));
        new ConsumerMembers(connections, topic, "warm-up", WarmUpMembers).Join();
        var members = new ConsumerMembers(connections, topic, "consumers", run.Plan.Members);
        var memory = MemoryEach.Of(broker, run.Plan.Members, () => members.Join());
        load.Run($"heartbeat, {run.Plan.Members:#,0} consumer members", broker, members.Heartbeats().ToList(), (ConsumerGroupHeartbeatResponse response) => response.ErrorCode);
        return memory;
    }
}
