using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Confluent.Kafka under quotas: it is told the throttle, and held to the rate.</summary>
public sealed class ConfluentQuotaTests : BrokerFixture
{
    const int Rate = 200_000;
    const int RecordSize = 10_000;
    const int Records = 100;

    // A second's worth may be used at once: the tests need not last for long.
    protected override string[] Overrides => ["quota.window.num=2"];

    ConfluentClient Client => new(Broker);

    [Test]
    public async Task A_producer_is_held_to_its_rate()
    {
        await RawAdmin.SetQuotaAsync(BootstrapServers, "producer_byte_rate", Rate, "client-id", "limited-producer");
        var topic = await Client.CreateTopicAsync(partitions: 1);

        var (limited, throttleMs) = Produce(topic, "limited-producer");
        var (free, _) = Produce(topic, "free-producer");

        Assert.That(limited, Is.GreaterThan(TimeSpan.FromSeconds(2.5)), $"{Records * RecordSize} bytes at {Rate} per second, less what may be used at once");
        Assert.That(throttleMs, Is.GreaterThan(0));
        Assert.That(free, Is.LessThan(limited / 2));
        Assert.That(Client.ReadAll(topic, partitions: 1), Has.Count.EqualTo(2 * Records), "nothing is lost, nothing twice");
    }

    [Test]
    public async Task A_consumer_is_held_to_its_rate_and_gets_everything()
    {
        await RawAdmin.SetQuotaAsync(BootstrapServers, "consumer_byte_rate", Rate, "client-id", "limited-consumer");
        var topic = await Client.CreateTopicAsync(partitions: 1);
        Produce(topic, "producer");
        using var consumer = Client.Consumer(config => (config.ClientId, config.FetchMaxBytes, config.MaxPartitionFetchBytes, config.MessageMaxBytes) = ("limited-consumer", 50_000, 50_000, 50_000));
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));

        var started = Stopwatch.GetTimestamp();
        var count = 0;
        while (!consumer.Consume(TimeSpan.FromSeconds(30)).IsPartitionEOF)
            count++;

        Assert.That(count, Is.EqualTo(Records));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.GreaterThan(TimeSpan.FromSeconds(2.5)));
    }

    [Test]
    [Platform(Include = "Linux,Win", Reason = "elsewhere the loopback interface has one address")]
    public async Task An_address_that_connects_too_often_is_closed_later()
    {
        const int Allowed = 5;
        await using var broker = await BrokerProcess.StartAsync("quota.window.num=2");
        // An address of its own: connections of the broker's start and of the quota do not count.
        const string Address = "127.0.0.2";
        await RawAdmin.SetQuotaAsync(broker.BootstrapServers, "connection_creation_rate", Allowed, "ip", Address);

        var started = Stopwatch.GetTimestamp();
        var connections = Enumerable.Range(0, 4 * Allowed).Select(_ => ConnectFrom(Address, broker.BootstrapServers)).ToList();
        var read = await connections[^1].GetStream().ReadAsync(new byte[1]);

        Assert.That(read, Is.Zero);
        Assert.That(Stopwatch.GetElapsedTime(started), Is.GreaterThan(TimeSpan.FromMilliseconds(200)));
        Assert.That(connections[0].Client.Poll(0, SelectMode.SelectRead), Is.False, "the first one stays");
        connections.ForEach(connection => connection.Dispose());
        await broker.StopAsync();
    }

    static TcpClient ConnectFrom(string address, string bootstrapServers)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(address), 0));
        client.Connect(IPEndPoint.Parse(bootstrapServers));
        return client;
    }

    (TimeSpan Elapsed, long ThrottleMs) Produce(string topic, string clientId)
    {
        var throttleMs = 0L;
        var config = new ProducerConfig { BootstrapServers = BootstrapServers, ClientId = clientId, BatchSize = 50_000, LingerMs = 5, StatisticsIntervalMs = 200 };
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(config).SetStatisticsHandler((_, json) => throttleMs = Math.Max(throttleMs, ThrottleOf(json))).Build();
        var started = Stopwatch.GetTimestamp();
        ConfluentClient.Produce(producer, topic, Enumerable.Range(0, Records).Select(_ => new ClientRecord(0, -1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), null, new byte[RecordSize], [])));
        return (Stopwatch.GetElapsedTime(started), throttleMs);
    }

    static long ThrottleOf(string statistics)
    {
        using var json = JsonDocument.Parse(statistics);
        return json.RootElement.GetProperty("brokers").EnumerateObject().Max(broker => broker.Value.TryGetProperty("throttle", out var throttle) ? throttle.GetProperty("max").GetInt64() : 0);
    }
}
