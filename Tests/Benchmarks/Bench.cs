using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks;

/// <summary>Runs the whole report: conditions, scenarios, then memory and start of the processes.</summary>
sealed class Bench(BenchOptions options, ServerPrograms programs, string dataDirectory, TextWriter output)
{
    const string NoRebalanceDelay = "group.initial.rebalance.delay.ms=0";

    public void Run()
    {
        var conditions = DescribeConditions();
        output.WriteLine(conditions);
        using var broker = ServerPrograms.StartProbedBroker(programs.Broker, Path.Combine(dataDirectory, "load"), NoRebalanceDelay);
        using var limit = ServerPrograms.StartNullServer(dataDirectory);
        var results = RunScenarios(broker, limit);
        output.WriteLine();
        var (started, published) = WriteProcesses(MemoryUse.Of(broker), MemoryUse.Of(limit));
        output.WriteLine();
        List<Goal> goals = [.. new Goals(results, started, published).All()];
        Goals.Write(output, goals);
        BenchFile.Write(programs.ResultFile, conditions, results, goals);
    }

    string DescribeConditions()
    {
        using var text = new StringWriter();
        Conditions.WriteTo(text, programs.Broker, ServerPrograms.FlavourOf(programs.Broker), dataDirectory, NoRebalanceDelay);
        text.WriteLine($"Rounds:     {options.Plan.Describe()}");
        return text.ToString();
    }

    List<ScenarioResult> RunScenarios(ServerProcess broker, ServerProcess limit)
    {
        using var servers = new ServerPair(broker, limit);
        servers.WarmUp(options.Plan.CompilerWarmUp);
        var table = ScenarioResult.NewTable(output);
        List<ScenarioResult> results = [];
        foreach (var scenario in AllScenarios.Create().Where(scenario => scenario.Name.Contains(options.Only, StringComparison.Ordinal)))
        {
            results.Add(servers.Run(scenario, options.Plan));
            results[^1].WriteTo(table);
        }

        return results;
    }

    (StartupResult Started, StartupResult? Published) WriteProcesses(MemoryUse ofBroker, MemoryUse ofLimit)
    {
        var report = new ProcessReport(output, StartupTimes.OfLimit(dataDirectory, options.Plan.Starts), ofLimit);
        var started = StartupTimes.OfBroker(programs.Broker, dataDirectory, options.Plan.Starts);
        report.Write("broker", started, ofBroker);
        if (programs.Published is not { } program)
            return (started, null);
        var published = StartupTimes.OfBroker(program, Path.Combine(dataDirectory, "published"), options.Plan.Starts);
        report.Write("broker, published", published, memory: null);
        return (started, published);
    }
}
