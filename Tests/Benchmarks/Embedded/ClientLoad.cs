using System.Diagnostics;
using Confluent.Kafka;
using NettyKafka.Benchmarks.Load;

namespace NettyKafka.Benchmarks.Embedded;

/// <summary>What one client does with a cluster in a round.</summary>
sealed record ClientLoad(double StartMs, double ProducedPerSecond, double ReadMs, LatencyHistogram Latency)
{
    const string Topic = "load";
    const string ShortTopic = "read";

    /// <summary>The mock forgets what is more than 5 MB.</summary>
    public const int Kept = 30_000;

    const int RecordSize = 100;

    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>Starts a cluster, sends and reads records with clients of their own, and stops it.</summary>
    public static async Task<ClientLoad> RunAsync(Func<Task<IEmbeddedCluster>> start, EmbeddedPlan plan)
    {
        var startMs = await StartToStopAsync(start);
        await using var cluster = await start();
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, LingerMs = 5, QueueBufferingMaxMessages = plan.Records + 1 }).Build();
        // The topics are created by their first records, which do not count.
        foreach (var topic in (string[])[Topic, ShortTopic])
            await producer.ProduceAsync(new TopicPartition(topic, 0), new() { Value = new byte[RecordSize] });
        var produced = Produce(producer, Topic, plan.Records);
        Produce(producer, ShortTopic, Kept);
        var consumed = Consume(cluster, Kept);
        return new(startMs, plan.Records / produced.TotalSeconds, consumed.TotalMilliseconds, await LatencyAsync(cluster, plan.Single));
    }

    /// <summary>From the start until a client knows the cluster, and to the end of both.</summary>
    public static async Task<double> StartToStopAsync(Func<Task<IEmbeddedCluster>> start)
    {
        var started = Stopwatch.GetTimestamp();
        await using (var cluster = await start())
        {
            using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).Build();
            admin.GetMetadata(patience);
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    static TimeSpan Produce(IProducer<Null, byte[]> producer, string topic, int count)
    {
        var value = new byte[RecordSize];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
            producer.Produce(new TopicPartition(topic, 0), new() { Value = value });
        producer.Flush(patience);
        return Stopwatch.GetElapsedTime(started);
    }

    static TimeSpan Consume(IEmbeddedCluster cluster, int count)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig { BootstrapServers = cluster.BootstrapServers, GroupId = "load" }).Build();
        var started = Stopwatch.GetTimestamp();
        consumer.Assign(new TopicPartitionOffset(ShortTopic, 0, Offset.Beginning));
        for (var i = 0; i < count; i++)
        {
            if (consumer.Consume(patience) is null)
                throw new TimeoutException($"{i} of {count} records came");
        }

        return Stopwatch.GetElapsedTime(started);
    }

    static async Task<LatencyHistogram> LatencyAsync(IEmbeddedCluster cluster, int count)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, LingerMs = 0, Acks = Acks.All }).Build();
        var value = new byte[RecordSize];
        await producer.ProduceAsync(new TopicPartition(Topic, 0), new() { Value = value });
        var latency = new LatencyHistogram();
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await producer.ProduceAsync(new TopicPartition(Topic, 0), new() { Value = value });
            latency.Record(Stopwatch.GetTimestamp() - started);
        }

        return latency;
    }
}
