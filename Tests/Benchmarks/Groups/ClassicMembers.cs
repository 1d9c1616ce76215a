using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>The members of a stable classic group, each on a connection of its own; the first one is the leader.</summary>
sealed class ClassicMembers
{
    readonly Connections connections;
    readonly string groupId;
    readonly string[] memberIds;
    int generation;
    int rebalances;

    public ClassicMembers(Connections connections, string groupId)
    {
        this.connections = connections;
        this.groupId = groupId;
        memberIds = [.. Enumerable.Range(0, connections.Count).Select(i => connections[i].Send(GroupRequests.Join(groupId, "", rebalances)).MemberId)];
        // The first one is a group by itself; then the group waits for all who have an id, so that they are one generation.
        generation = connections[0].Send(GroupRequests.Join(groupId, memberIds[0], rebalances)).GenerationId;
        Check(connections[0].Send(GroupRequests.Sync(groupId, generation, memberIds[0], [])).ErrorCode);
        Rebalance();
    }

    public IEnumerable<HeartbeatRequest> Heartbeats() => memberIds.Select(memberId => new HeartbeatRequest { GroupId = groupId, GenerationId = generation, MemberId = memberId });

    /// <summary>As many commits of each member, those of one after those of the other.</summary>
    public IEnumerable<OffsetCommitRequest> Commits(TestTopic topic, int commits) =>
        memberIds.SelectMany(_ => Enumerable.Range(0, commits), (memberId, offset) => GroupRequests.Commit(groupId, topic, offset, memberId, generation));

    /// <summary>All join again with something new to say; answers the time until the last one has its assignment.</summary>
    public TimeSpan Rebalance()
    {
        generation++;
        rebalances++;
        var joins = Array.ConvertAll(memberIds, memberId => Frame.Encode(GroupRequests.Join(groupId, memberId, rebalances)));
        var syncs = Array.ConvertAll(memberIds, memberId => Frame.Encode(GroupRequests.Sync(groupId, generation, memberId, memberId == memberIds[0] ? memberIds : [])));
        var (elapsed, joined, synced) = connections.ExchangeTwice(joins, syncs);
        foreach (var answer in joined)
            CheckJoined(Frame.Decode(new JoinGroupRequest(), answer));
        foreach (var answer in synced)
            CheckSynced(Frame.Decode(new SyncGroupRequest(), answer));
        return elapsed;
    }

    void CheckJoined(JoinGroupResponse response)
    {
        Check(response.ErrorCode);
        if (response.GenerationId != generation || response.Leader != memberIds[0])
            throw new InvalidDataException($"Generation {response.GenerationId} of {groupId} began in place of {generation}, or has another leader.");
    }

    void CheckSynced(SyncGroupResponse response)
    {
        Check(response.ErrorCode);
        if (response.Assignment.Length == 0)
            throw new InvalidDataException($"A member of {groupId} was assigned nothing.");
    }

    void Check(ErrorCode error) => TestTopic.Check(error, $"a member of {groupId}");
}
