using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Scenarios;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>How long a group takes to become stable, beside as many Metadata requests on the same connections in the same order.</summary>
static class Joining
{
    const int WarmUpMembers = 10;
    const int WarmUpRounds = 100;

    public static void Run(GroupRun run, PairReport report)
    {
        using var broker = run.StartBroker("joins");
        _ = TimesOfClassic(broker, WarmUpMembers, WarmUpRounds);
        foreach (var members in run.Plan.ClassicMembers)
            report.Write($"classic group of {members:#,0}, join to stable ms", TimesOfClassic(broker, members, run.Plan.RoundsOf(members)), time => time.TotalMilliseconds);
        _ = TimesOfConsumer(broker, WarmUpMembers, WarmUpMembers, WarmUpRounds);
        foreach (var members in run.Plan.ConsumerMembers)
            report.Write($"consumer group of {members:#,0}, join to stable ms", TimesOfConsumer(broker, members, Math.Min(members, run.Plan.MaxPartitions), run.Plan.RoundsOf(members)), time => time.TotalMilliseconds);
    }

    /// <summary>All members of a group join again: from the first JoinGroup to the last answer of SyncGroup.</summary>
    static List<(TimeSpan Join, TimeSpan Small)> TimesOfClassic(GroupBroker broker, int members, int rounds)
    {
        using var connections = new Connections(broker, members);
        var group = new ClassicMembers(connections, $"classic-{members}-{rounds}");
        var small = Enumerable.Repeat(broker.SmallRequest, members).ToList();
        return GroupRun.TakeTurns(rounds, group.Rebalance, () => connections.ExchangeTwice(small, small).Elapsed);
    }

    /// <summary>The members of a new group join: from the first heartbeat until each has the group's epoch and the partitions are all assigned.</summary>
    static List<(TimeSpan Join, TimeSpan Small)> TimesOfConsumer(GroupBroker broker, int members, int partitions, int rounds)
    {
        using var connections = new Connections(broker, PairedLoad.Connections);
        using var topic = new TestTopic(broker.Control, $"consumer-{members}-{rounds}", partitions);
        var heartbeatRounds = 0;
        return GroupRun.TakeTurns(rounds, Join, () => connections.Time(heartbeatRounds, members, (connection, _) => connection.Exchange(broker.SmallRequest)));

        TimeSpan Join()
        {
            var group = new ConsumerMembers(connections, topic, $"consumer-{members}", members);
            var time = group.Join();
            heartbeatRounds = group.Rounds;
            group.Leave();
            return time;
        }
    }
}
