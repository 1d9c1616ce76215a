using System.Diagnostics;
using NettyKafka.Benchmarks.Groups;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Scenarios;

namespace NettyKafka.Benchmarks.Transactions;

/// <summary>Transactions, begun by their first record and committed, beside the same records produced without one.</summary>
static class TransactionRates
{
    const int ManyProducers = 100;

    public static void Run(TransactionPlan plan, GroupBroker broker, PairReport report, string how)
    {
        foreach (var producers in new[] { 1, ManyProducers })
        {
            foreach (var partitions in new[] { 1, 10 })
                Run(plan, broker, report, producers, partitions, how);
        }
    }

    static void Run(TransactionPlan plan, GroupBroker broker, PairReport report, int count, int partitions, string how)
    {
        using var connections = new Connections(broker, count);
        using var topic = new TestTopic(broker.Control, $"transactions-{count}-{partitions}", count * partitions);
        var producers = Enumerable.Range(0, count).Select(i => new BenchProducer(connections[i], topic, $"{topic.Name}-{i}", i * partitions, partitions)).ToList();
        producers.ForEach(producer => producer.Init());
        var waves = count == 1 ? plan.Transactions : plan.Waves;
        var rounds = GroupRun.TakeTurns(plan.Rounds, () => Time(waves, () => Commit(producers)), () => Time(waves, () => Produce(producers, isTransactional: false)));

        var name = $"{count} {(count == 1 ? "producer" : "producers")}, {partitions} {(partitions == 1 ? "partition" : "partitions")} each{how}";
        report.Write($"{name}: per second", rounds, time => count * waves / time.TotalSeconds);
        report.Write($"{name}: ms", rounds, time => time.TotalMilliseconds / waves);
    }

    static TimeSpan Time(int waves, Action wave)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < waves; i++)
            wave();
        return Stopwatch.GetElapsedTime(start);
    }

    static void Commit(List<BenchProducer> producers)
    {
        Produce(producers, isTransactional: true);
        producers.ForEach(producer => producer.PostEnd());
        producers.ForEach(producer => producer.TakeEnd());
    }

    static void Produce(List<BenchProducer> producers, bool isTransactional)
    {
        producers.ForEach(producer => producer.PostProduce(isTransactional));
        producers.ForEach(producer => producer.TakeProduce());
    }
}
