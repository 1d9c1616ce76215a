using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks;

/// <summary>Lets the broker and its limit, both running, take turns.</summary>
sealed class ServerPair(ServerProcess broker, ServerProcess limit) : IDisposable
{
    readonly Target broker = new(broker, IsLimit: false);
    readonly Target limit = new(limit, IsLimit: true);
    readonly ControlConnection control = new(broker.Port);
    int topics;

    public void WarmUp(LoadWindow window)
    {
        foreach (var scenario in AllScenarios.CreateWarmUp())
            RunRound(scenario, window, isBrokerFirst: true);
    }

    public ScenarioResult Run(Scenario scenario, BenchPlan plan)
    {
        RunRound(scenario, plan.WarmUp, isBrokerFirst: true);
        var result = new ScenarioResult(scenario.Name, scenario.IsBulk);
        for (var round = 0; round < plan.Rounds; round++)
        {
            var (ofBroker, ofLimit) = RunRound(scenario, plan.Window, isBrokerFirst: round % 2 == 0);
            result.Add(ofBroker, ofLimit);
        }

        return result;
    }

    public void Dispose() => control.Dispose();

    (Measurement OfBroker, Measurement OfLimit) RunRound(Scenario scenario, LoadWindow window, bool isBrokerFirst)
    {
        using var prepared = scenario.Prepare(control, $"benchmark-{topics++}");
        broker.Server.WaitUntilIdle();
        var first = prepared.Run(isBrokerFirst ? broker : limit, window);
        var second = prepared.Run(isBrokerFirst ? limit : broker, window);
        return isBrokerFirst ? (first, second) : (second, first);
    }
}
