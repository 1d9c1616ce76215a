using NettyKafka.Codec.Messages;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>Commits of one offset a request: to one group and to many by who is no member, and by the members of a classic group, whose generation is checked.</summary>
static class OffsetCommitLoads
{
    const int Requests = 8000;
    const int ManyGroups = 1000;

    public static void Run(GroupBroker broker, PairedLoad load, string how)
    {
        load.Run($"commit, 1 group{how}", broker, Commits(broker, groups: 1), (OffsetCommitResponse response) => GroupRequests.ErrorOf(response));
        load.Run($"commit, 1,000 groups{how}", broker, Commits(broker, ManyGroups), (OffsetCommitResponse response) => GroupRequests.ErrorOf(response));
        using var connections = new Connections(broker, PairedLoad.Connections);
        var members = new ClassicMembers(connections, "committers");
        load.Run($"commit, 8 classic members{how}", broker, members.Commits(broker.Topic, Requests / connections.Count).ToList(), (OffsetCommitResponse response) => GroupRequests.ErrorOf(response));
    }

    static OffsetCommitRequest[] Commits(GroupBroker broker, int groups) =>
        [.. Enumerable.Range(0, Requests).Select(i => GroupRequests.Commit($"commits-{i % groups}", broker.Topic, offset: i))];
}
