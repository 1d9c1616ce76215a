using System.Collections.Concurrent;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>librdkafka pushes its metrics unless it is told not to: it does so when asked, and says nothing of it otherwise.</summary>
public sealed class ConfluentTelemetryTests : BrokerFixture
{
    readonly ConcurrentQueue<LogMessage> log = new();

    [Test]
    public async Task Metrics_are_pushed_while_somebody_is_subscribed_to_them()
    {
        await RawAdmin.SubscribeAsync(BootstrapServers, "all", ("metrics", "*"), ("interval.ms", "300"), ("match", "client_id=pushing-.*"));
        using (var producer = Producer("pushing-producer", Broker))
        {
            await producer.ProduceAsync(await new ConfluentClient(Broker).CreateTopicAsync(partitions: 1), new() { Value = [1] });
            await Eventually.TrueAsync(() => log.Count(line => line.Message.Contains("PushTelemetryRequest succeeded", StringComparison.Ordinal)) > 2, Log);
        }

        Assert.That(log.Where(line => line.Message.Contains("failed", StringComparison.OrdinalIgnoreCase)), Is.Empty, Log);
        Assert.That(Broker.Log, Does.Not.Contain("WARN").And.Not.Contain("ERROR"));
    }

    [Test]
    public async Task Without_a_subscription_it_says_nothing()
    {
        await using var broker = await BrokerProcess.StartAsync();
        using (var producer = Producer("quiet-producer", broker))
            await producer.ProduceAsync(await new ConfluentClient(broker).CreateTopicAsync(partitions: 1), new() { Value = [1] });
        await broker.StopAsync();

        Assert.That(log.Where(line => line.Level <= SyslogLevel.Info && line.Name.StartsWith("quiet", StringComparison.Ordinal)), Is.Empty, Log);
    }

    string Log() => string.Join('\n', log.Select(line => $"{line.Level} {line.Facility} {line.Message}"));

    IProducer<byte[]?, byte[]?> Producer(string clientId, BrokerProcess broker) => new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
    {
        BootstrapServers = broker.BootstrapServers,
        ClientId = clientId,
        Debug = "telemetry",
    }).SetLogHandler((_, line) => log.Enqueue(line)).Build();
}
