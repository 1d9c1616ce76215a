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
        Conditions.WriteTo(output, programs.Broker, ServerPrograms.FlavourOf(programs.Broker), dataDirectory, NoRebalanceDelay);
        output.WriteLine($"Rounds:     {options.Plan.Describe()}");
        output.WriteLine();
        using var broker = ServerPrograms.StartProbedBroker(programs.Broker, Path.Combine(dataDirectory, "load"), NoRebalanceDelay);
        using var limit = ServerPrograms.StartNullServer(dataDirectory);
        RunScenarios(broker, limit);
        output.WriteLine();
        WriteProcesses(MemoryUse.Of(broker), MemoryUse.Of(limit));
    }

    void RunScenarios(ServerProcess broker, ServerProcess limit)
    {
        using var servers = new ServerPair(broker, limit);
        servers.WarmUp(options.Plan.CompilerWarmUp);
        var table = ScenarioResult.NewTable(output);
        foreach (var scenario in AllScenarios.Create().Where(scenario => scenario.Name.Contains(options.Only, StringComparison.Ordinal)))
            servers.Run(scenario, options.Plan).WriteTo(table);
    }

    void WriteProcesses(MemoryUse ofBroker, MemoryUse ofLimit)
    {
        var report = new ProcessReport(output, StartupTimes.OfLimit(dataDirectory, options.Plan.Starts), ofLimit);
        report.Write("broker", StartupTimes.OfBroker(programs.Broker, dataDirectory, options.Plan.Starts), ofBroker);
        if (programs.Published is { } published)
            report.Write("broker, published", StartupTimes.OfBroker(published, Path.Combine(dataDirectory, "published"), options.Plan.Starts), memory: null);
    }
}
