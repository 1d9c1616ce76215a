using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>Runs the benchmarks of groups: rates beside those of Metadata requests to the same broker, then times and memory.</summary>
sealed class GroupBench(BenchOptions options, ServerPrograms programs, string dataDirectory, TextWriter output)
{
    readonly GroupRun run = new(options.GroupPlan, programs.Broker, dataDirectory);

    public void Run()
    {
        Conditions.WriteTo(output, programs.Broker, ServerPrograms.FlavourOf(programs.Broker), dataDirectory, GroupRun.Settings);
        output.WriteLine($"Rounds:     at least {run.Plan.Rounds}; ours and Metadata of one topic in turn; medians and ratios of the pairs; percentiles of all rounds");
        output.WriteLine();
        var load = new PairedLoad(run.Plan, ScenarioResult.NewTable(output));
        if (IsAsked("commits"))
            RunCommits(load);
        var memory = IsAsked("members") ? RunMembers(load) : [];
        output.WriteLine();
        var report = new PairReport(output, "as many metadata");
        foreach (var (name, each) in memory)
            each.Write(report, name);
        if (IsAsked("joins"))
            Joining.Run(run, report);
        if (IsAsked("idle groups"))
            IdleGroups.Run(run, report);
    }

    bool IsAsked(string part) => part.Contains(options.Only, StringComparison.Ordinal);

    void RunCommits(PairedLoad load)
    {
        using (var broker = run.StartBroker("commits"))
            OffsetCommitLoads.Run(broker, load, "");
        using (var broker = run.StartBroker("flushed-commits", "log.flush.interval.messages=1"))
            OffsetCommitLoads.Run(broker, load, ", flushed");
    }

    List<(string Name, MemoryEach Each)> RunMembers(PairedLoad load) =>
    [
        ($"{run.Plan.Members:#,0} classic members", ManyMembers.RunClassic(run, load)),
        ($"{run.Plan.Members:#,0} consumer members", ManyMembers.RunConsumer(run, load)),
    ];
}
