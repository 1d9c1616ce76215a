using System.Diagnostics;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>Very many groups that only keep an offset: the memory of each, and how much longer a broker with them takes to start.</summary>
static class IdleGroups
{
    const int WarmUpGroups = 2000;
    const int FetchedGroups = 500;
    const int PiecesPerConnection = 10;

    public static void Run(GroupRun run, PairReport report)
    {
        var memory = Make(run);
        using (run.StartBroker("one-group"))
        {
        }

        memory.Write(report, $"{run.Plan.IdleGroups:#,0} groups with an offset");
        var starts = GroupRun.TakeTurns(run.Plan.Rounds, () => Start(run, "idle-groups", run.Plan.IdleGroups), () => Start(run, "one-group", groups: 0));
        report.Write($"start to first offsets, {run.Plan.IdleGroups:#,0} groups or 1, ms", starts, time => time.TotalMilliseconds);
    }

    static MemoryEach Make(GroupRun run)
    {
        using var broker = run.StartBroker("idle-groups");
        using var connections = new Connections(broker, PairedLoad.Connections);
        Commit(broker, connections, "warm-up", WarmUpGroups);
        return MemoryEach.Of(broker, run.Plan.IdleGroups, () => Commit(broker, connections, "idle", run.Plan.IdleGroups));
    }

    static void Commit(GroupBroker broker, Connections connections, string prefix, int groups)
    {
        var pieces = Enumerable.Range(0, groups).Chunk(groups / connections.Count / PiecesPerConnection).ToList();
        connections.ForEach(pieces.Count, (connection, i) =>
        {
            foreach (var group in pieces[i])
                connection.Post(Frame.Encode(GroupRequests.Commit($"{prefix}-{group}", broker.Topic, offset: group)));
            foreach (var group in pieces[i])
                TestTopic.Check(GroupRequests.ErrorOf(Frame.Decode(new OffsetCommitRequest(), connection.Take())), $"a commit of {prefix}-{group}");
        });
    }

    /// <summary>From the start of the process until it tells the offsets of groups in nearly every partition of their topic.</summary>
    static TimeSpan Start(GroupRun run, string directory, int groups)
    {
        var names = Enumerable.Range(0, FetchedGroups).Select(i => $"idle-{i}").ToList();
        var started = Stopwatch.GetTimestamp();
        using var server = ServerPrograms.StartBroker(run.Program, run.DirectoryOf(directory));
        using var control = new ControlConnection(server.Port);
        control.Send(new FindCoordinatorRequest { CoordinatorKeys = names });
        var request = new OffsetFetchRequest { Groups = names.ConvertAll(name => new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = name, Topics = null }) };
        var fetched = control.Send(request).Groups;
        while (fetched.Exists(group => group.ErrorCode == ErrorCode.CoordinatorLoadInProgress))
            fetched = control.Send(request).Groups;
        var elapsed = Stopwatch.GetElapsedTime(started);
        fetched.ForEach(group => TestTopic.Check(group.ErrorCode, $"the offsets of {group.GroupId}"));
        if (fetched.Sum(group => group.Topics.Count) != Math.Min(groups, FetchedGroups))
            throw new InvalidDataException($"{fetched.Sum(group => group.Topics.Count)} of {groups} groups have an offset.");
        return elapsed;
    }
}
