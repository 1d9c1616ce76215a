using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Confluent.Kafka on librdkafka: the newest protocol versions of a client that is not Java.</summary>
public sealed class ConfluentTests : BrokerFixture
{
    ConfluentClient Client => new(Broker);

    [Test]
    public async Task Every_record_comes_back_also_after_a_restart([Values] CompressionType codec)
    {
        var topic = await Client.CreateTopicAsync();
        var sent = Samples.Create(seed: (int)codec);
        using (var producer = Client.Producer(config => config.CompressionType = codec))
            ConfluentClient.Produce(producer, topic, sent);

        Samples.AssertSame(sent, Client.ReadAll(topic));
        await Broker.RestartAsync();
        Samples.AssertSame(sent, Client.ReadAll(topic));
    }

    [Test]
    public async Task Acknowledged_records_survive_the_kill_of_the_broker()
    {
        var topic = await Client.CreateTopicAsync();
        var sent = Samples.Create(seed: 10);
        using (var producer = Client.Producer())
            ConfluentClient.Produce(producer, topic, sent);

        await Broker.KillAndRestartAsync();

        Samples.AssertSame(sent, Client.ReadAll(topic));
    }

    [Test]
    public async Task An_idempotent_producer_goes_on_after_a_restart_without_gap_or_duplicate()
    {
        var topic = await Client.CreateTopicAsync();
        var sent = Samples.Create(seed: 11);
        using var producer = Client.Producer(config => config.EnableIdempotence = true);

        ConfluentClient.Produce(producer, topic, sent.Take(Samples.Count / 2));
        await Broker.RestartAsync();
        ConfluentClient.Produce(producer, topic, sent.Skip(Samples.Count / 2));

        Samples.AssertSame(sent, Client.ReadAll(topic));
    }

    [Test]
    public async Task A_batch_that_decompresses_to_much_more_than_it_is_comes_back()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        var value = new byte[5_000_000];
        using (var producer = Client.Producer(config => (config.CompressionType, config.MessageMaxBytes) = (CompressionType.Gzip, 10_000_000)))
            await producer.ProduceAsync(topic, new() { Value = value });
        using var consumer = Client.Consumer();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));

        Assert.That(consumer.Consume(TimeSpan.FromSeconds(30)).Message.Value, Has.Length.EqualTo(value.Length));
    }

    [Test]
    public async Task A_consumer_waits_for_records_that_come_later()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        using var producer = Client.Producer();
        using var consumer = Client.Consumer(config => config.EnablePartitionEof = false);
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var consumed = Task.Factory.StartNew(
            () => consumer.Consume(TimeSpan.FromSeconds(30)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        await producer.ProduceAsync(topic, new() { Value = [1, 2, 3] });

        Assert.That((await consumed)?.Message.Value, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Offsets_for_times_are_those_of_the_first_record_not_older()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        var start = DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeMilliseconds();
        using (var producer = Client.Producer())
            ConfluentClient.Produce(producer, topic, [At(start), At(start + 1000), At(start + 2000)]);
        using var consumer = Client.Consumer();

        Offset OffsetFor(long timestamp) =>
            consumer.OffsetsForTimes([new TopicPartitionTimestamp(topic, 0, new(timestamp, TimestampType.CreateTime))], TimeSpan.FromSeconds(10)).Single().Offset;

        Assert.That(OffsetFor(start - 1), Is.EqualTo(new Offset(0)));
        Assert.That(OffsetFor(start + 1), Is.EqualTo(new Offset(1)));
        Assert.That(OffsetFor(start + 2000), Is.EqualTo(new Offset(2)));
        Assert.That(OffsetFor(start + 2001), Is.EqualTo(Offset.End));
    }

    [Test]
    public async Task Without_acks_the_records_arrive_all_the_same()
    {
        var topic = await Client.CreateTopicAsync();
        var sent = Samples.Create(seed: 12);
        using (var producer = Client.Producer(config => config.Acks = Acks.None))
            ConfluentClient.Produce(producer, topic, sent);

        // No answer says when the last record has arrived.
        Assert.That(() => Client.ReadAll(topic), Has.Count.EqualTo(sent.Count).After(10).Seconds.PollEvery(100).MilliSeconds);
        Samples.AssertSame(sent, Client.ReadAll(topic));
    }

    static ClientRecord At(long timestamp) => new(0, -1, timestamp, null, [1], []);
}
