using System.Diagnostics;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Testing;

namespace NettyKafka.Benchmarks.Embedded;

/// <summary>Embedded brokers beside the mock cluster of Confluent.Kafka, in this process and in turns; and what a hundred of them take.</summary>
sealed class EmbeddedBench(BenchOptions options, string dataDirectory, TextWriter output)
{
    readonly EmbeddedPlan plan = options.EmbeddedPlan;

    public async Task RunAsync()
    {
        Conditions.WriteTo(output, "embedded", "in this process", dataDirectory);
        await output.WriteLineAsync("Mock:       Confluent.Kafka with test.mock.num.brokers=1; the same clients for both, records of 100 B in one partition, ours with acks=all on the log in memory");
        await output.WriteLineAsync();
        var first = (Ours: await ClientLoad.StartToStopAsync(NettyKafkaCluster.StartAsync), Mock: await ClientLoad.StartToStopAsync(MockCluster.StartAsync));
        var report = new PairReport(output, "mock");
        report.Write("first start, a client's metadata, stop, ms", [first], start => start);
        List<(ClientLoad Ours, ClientLoad Mock)> rounds = [];
        for (var round = 0; round < plan.Rounds; round++)
            rounds.Add(await PairAsync(round));
        report.Write("each further one, ms", rounds, load => load.StartMs);
        report.Write("records produced per second", rounds, load => load.ProducedPerSecond);
        report.Write($"a new consumer reads {ClientLoad.Kept:#,0} records, ms", rounds, load => load.ReadMs);
        report.WritePercentile("produce one by one, p50 ms", rounds, load => load.Latency, 0.5);
        report.WritePercentile("produce one by one, p99 ms", rounds, load => load.Latency, 0.99);
        await output.WriteLineAsync();
        await MeasureManyAsync();
    }

    async Task<(ClientLoad Ours, ClientLoad Mock)> PairAsync(int round)
    {
        // Who comes first finds what the round before left in caches.
        if (round % 2 == 0)
            return (await ClientLoad.RunAsync(NettyKafkaCluster.StartAsync, plan), await ClientLoad.RunAsync(MockCluster.StartAsync, plan));
        var mock = await ClientLoad.RunAsync(MockCluster.StartAsync, plan);
        return (await ClientLoad.RunAsync(NettyKafkaCluster.StartAsync, plan), mock);
    }

    async Task MeasureManyAsync()
    {
        var (managed, resident, threads) = Use();
        List<EmbeddedKafka> brokers = [];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < plan.Brokers; i++)
            brokers.Add(await EmbeddedKafka.StartAsync());
        var starting = Stopwatch.GetElapsedTime(started);
        var with = Use();
        started = Stopwatch.GetTimestamp();
        await Task.WhenAll(brokers.Select(async broker => await broker.DisposeAsync()));
        var stopping = Stopwatch.GetElapsedTime(started);
        await output.WriteLineAsync($"{plan.Brokers} brokers at the same time: start {Each(starting)} ms, stop {Each(stopping)} ms, {(with.Managed - managed) / plan.Brokers / 1000.0:0} kB managed, {(with.Resident - resident) / plan.Brokers / 1000.0:0} kB resident, {(with.Threads - threads) / (double)plan.Brokers:0.0} threads each");

        string Each(TimeSpan time) => Figure.Format(time.TotalMilliseconds / plan.Brokers);
    }

    static (long Managed, long Resident, int Threads) Use()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64, process.Threads.Count);
    }
}
