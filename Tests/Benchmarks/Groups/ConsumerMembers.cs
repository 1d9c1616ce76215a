using System.Diagnostics;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>The members of a consumer group, which share a few connections.</summary>
sealed class ConsumerMembers(Connections connections, TestTopic topic, string groupId, int count)
{
    const int MaxRounds = 100;

    readonly ConsumerMember[] members = [.. Enumerable.Range(0, count).Select(_ => new ConsumerMember(groupId, topic.Name))];

    /// <summary>The heartbeats of each member until the group was stable.</summary>
    public int Rounds { get; private set; }

    bool IsStable => Array.TrueForAll(members, member => member.Epoch == members[^1].Epoch) && members.SelectMany(member => member.Owned).Distinct().Count() == topic.PartitionCount;

    public IEnumerable<ConsumerGroupHeartbeatRequest> Heartbeats() => members.Select(member => member.IdleHeartbeat);

    /// <summary>All join, and send heartbeats in turn until each has the group's epoch and the partitions are all assigned; answers the time.</summary>
    public TimeSpan Join()
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            if (++Rounds > MaxRounds)
                throw new InvalidOperationException($"{groupId} is not stable after {MaxRounds} heartbeats of each member.");
            connections.ForEach(members.Length, (connection, i) => members[i].Heartbeat(connection));
        }
        while (!IsStable);
        return Stopwatch.GetElapsedTime(start);
    }

    public void Leave() => connections.ForEach(members.Length, (connection, i) => members[i].Leave(connection));
}
