using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>
/// kill -9 again and again while a client produces: whatever the moment, what was acknowledged is there, once and in order. The environment variable KILLS makes
/// a longer run of it.
/// </summary>
public sealed class KillTests : BrokerFixture
{
    const int Partitions = 3;
    const int Keys = 50;

    static readonly int kills = int.Parse(Environment.GetEnvironmentVariable("KILLS") ?? "4", CultureInfo.InvariantCulture);

    readonly ConcurrentBag<Error> errors = [];

    ConfluentClient Client => new(Broker);

    protected override string[] Overrides => ["log.flush.offset.checkpoint.interval.ms=200", "log.retention.check.interval.ms=1000", "log.cleaner.backoff.ms=100"];

    [TestCase("flush.messages=1")]
    [TestCase("flush.ms=20")]
    public async Task Acknowledged_records_are_there_once_and_in_order(string flush)
    {
        var topic = await CreateTopicAsync(flush, "segment.bytes=1048576");

        var acknowledged = await ProduceUnderKillsAsync(topic, new string('x', 2_000));

        var found = ValuesOf(topic).ToLookup(record => record.Partition, record => record.Number);
        for (var partition = 0; partition < Partitions; partition++)
        {
            Assert.That(found[partition], Is.Ordered.And.Unique);
            Assert.That(acknowledged.Where(sent => sent.Partition == partition).Select(sent => sent.Number), Is.SubsetOf(found[partition]));
        }
    }

    [Test]
    public async Task The_last_acknowledged_value_of_a_key_outlives_kills_and_compaction()
    {
        var topic = await CreateTopicAsync("cleanup.policy=compact", "segment.bytes=1048576", "min.cleanable.dirty.ratio=0.01", "segment.ms=300");

        var acknowledged = await ProduceUnderKillsAsync(topic, new string('x', 2_000));

        var last = ValuesOf(topic).GroupBy(record => (record.Partition, record.Number % Keys)).ToDictionary(group => group.Key, group => group.Max(record => record.Number));
        foreach (var sent in acknowledged.GroupBy(sent => (sent.Partition, sent.Number % Keys)))
            Assert.That(last.GetValueOrDefault(sent.Key), Is.GreaterThanOrEqualTo(sent.Max(record => record.Number)), $"key {sent.Key}");
    }

    Task<string> CreateTopicAsync(params string[] configs) => Client.CreateTopicAsync(Partitions, configs.Select(config => config.Split('=')).ToDictionary(config => config[0], config => config[1]));

    async Task<List<(int Partition, long Number)>> ProduceUnderKillsAsync(string topic, string filler)
    {
        var random = new Random(topic.Length);
        ConcurrentBag<(int, long)> acknowledged = [];
        using var producer = Client.Producer(config =>
        {
            config.EnableIdempotence = true;
            config.MessageTimeoutMs = 60_000;
            config.ReconnectBackoffMaxMs = 200;
            config.QueueBufferingMaxMessages = 2_000;
        });
        using var stop = new CancellationTokenSource();
        var producing = Task.Run(() => Produce(producer, topic, filler, acknowledged, stop.Token));
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(random.Next(100, 700));
            await Broker.KillAndRestartAsync();
        }

        await Task.Delay(300);
        await stop.CancelAsync();
        await producing;
        producer.Flush(TimeSpan.FromSeconds(60));
        Assert.That(errors, Is.Empty);
        Assert.That(acknowledged, Is.Not.Empty);
        return [.. acknowledged];
    }

    void Produce(IProducer<byte[]?, byte[]?> producer, string topic, string filler, ConcurrentBag<(int, long)> acknowledged, CancellationToken stop)
    {
        for (var number = 0L; !stop.IsCancellationRequested;)
        {
            var (partition, sent) = ((int)(number % Partitions), number);
            var message = new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes($"{sent % Keys}"), Value = Encoding.UTF8.GetBytes($"{sent} {filler}") };
            try
            {
                producer.Produce(new TopicPartition(topic, partition), message, report =>
                {
                    if (report.Error.IsError)
                        errors.Add(report.Error);
                    else
                        acknowledged.Add((partition, sent));
                });
                number++;
            }
            catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(10));
            }
        }
    }

    IEnumerable<(int Partition, long Number)> ValuesOf(string topic) => Client.ReadAll(topic, Partitions)
        .Select(record => (record.Partition, long.Parse(Encoding.UTF8.GetString(record.Value!).Split(' ')[0], CultureInfo.InvariantCulture)));
}
