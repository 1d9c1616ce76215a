using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>
/// Small produces to a broker while another connection reads a large partition as fast as it can; in place of the raw figure is that of the produces alone. The
/// processor is busy either way: what the disk adds shows between a consumer of cached data and one of data that is not. Each event loop has some connections.
/// </summary>
sealed class CatchUpBenchmark(string program) : StorageBenchmark("produce beside a consumer")
{
    const int RatePerSecond = 100;
    const int BatchBytes = 1024;

    static readonly int connections = 4 * Environment.ProcessorCount;

    public override async Task RunAsync(StorageRun run)
    {
        var directory = run.EmptyDirectory("broker");
        using var broker = ServerPrograms.StartProbedBroker(program, directory);
        using var control = new ControlConnection(broker.Port);
        var large = LargeTopic.Create(control, directory, run.Plan.ReadBytes);
        using var small = new TestTopic(control, "small", connections);
        var load = CreateLoad(control, small);
        await MeasureAsync(run, load, broker.Port, large, isCold: false);
        await MeasureAsync(run, load, broker.Port, large, isCold: true);
    }

    static PacedLoad CreateLoad(ControlConnection control, TestTopic topic)
    {
        var batch = TestRequests.Batch(valueSize: 100, BatchBytes);
        var requests = Enumerable.Range(0, connections).Select(partition => Frame.Encode(TestRequests.Produce(topic.Id, partition, batch))).ToList();
        return new(requests, control.Exchange(requests[0]).Length, RatePerSecond);
    }

    static async Task MeasureAsync(StorageRun run, PacedLoad load, int port, LargeTopic large, bool isCold)
    {
        var rounds = await run.TakeTurnsAsync(
            run.Plan.RoundsOfLong,
            () => Task.FromResult(RunBesideConsumer()),
            () => new Round(load.Run(port, run.Plan.HotWindow), large.ReadRaw(isCold).MegabytesPerSecond));
        var name = $"a {(isCold ? "cold" : "hot")} consumer";
        run.Report.WritePercentile($"produce beside {name}, p50 ms", rounds, round => round.Latency, 0.5);
        run.Report.WritePercentile($"produce beside {name}, p99 ms", rounds, round => round.Latency, 0.99);
        run.Report.WritePercentile($"produce beside {name}, p99.9 ms", rounds, round => round.Latency, 0.999);
        run.Report.Write($"{name} meanwhile, MB/s", rounds, round => round.MegabytesPerSecond);

        Round RunBesideConsumer()
        {
            using var consumer = new CatchUpConsumer(port, large, isCold);
            var latency = load.Run(port, run.Plan.HotWindow);
            return new(latency, consumer.Stop());
        }
    }

    sealed record Round(LatencyHistogram Latency, double MegabytesPerSecond);
}
