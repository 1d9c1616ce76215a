using Confluent.Kafka;
using NettyKafka.Server.Config;
using NettyKafka.Testing;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Testing;

/// <summary>What takes days with Kafka, or a plug to pull.</summary>
public sealed class TimeAndCrashTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Records_are_gone_when_their_retention_is_over()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Records = { new("orders", null, "old") } });

        kafka.Clock.Advance(TimeSpan.FromDays(8));
        await kafka.ProduceAsync(new EmbeddedRecord("orders", null, "new"));

        Assert.That(await ValuesAsync(kafka), Is.EqualTo(new[] { "new" }));
    }

    [Test]
    public async Task A_broker_that_flushes_nothing_comes_back_after_a_power_cut()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { FaultyDisk = true, Topics = { new("orders") } });
        await kafka.ProduceAsync(new EmbeddedRecord("orders", null, "lost"));

        await kafka.CrashAsync(losesUnflushed: true);
        await kafka.RecoverAsync();

        Assert.That(await ValuesAsync(kafka), Is.Empty);
        await kafka.ProduceAsync(new EmbeddedRecord("orders", null, "new"));
        Assert.That(await ValuesAsync(kafka), Is.EqualTo(new[] { "new" }));
    }

    [Test]
    public async Task Retention_and_compaction_come_on_command()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new()
        {
            Topics = { new("orders") { Configs = { ["cleanup.policy"] = "compact" } }, new("events") { Configs = { ["retention.bytes"] = "0" } } },
            Records = { new("orders", "a", "1"), new("orders", "b", "1"), new("orders", "a", "2"), new("events", null, "e") },
        });

        await kafka.CompactAsync("orders");

        Assert.That((await kafka.ReadAllAsync("orders")).Select(record => (record.KeyText, record.ValueText, record.Offset)), Is.EqualTo(new[] { ("b", "1", 1L), ("a", "2", 2L) }));
        Assert.That(await kafka.ReadAllAsync("events"), Has.Count.EqualTo(1));
        Assert.That(kafka.ApplyRetention("events"), Is.EqualTo(1), "segments");
        Assert.That(await kafka.ReadAllAsync("events"), Is.Empty);
        Assert.That(() => kafka.CompactAsync("events"), Throws.ArgumentException.With.Message.Contains("cleanup.policy=delete"));
        Assert.That(() => kafka.ApplyRetention("none"), Throws.ArgumentException.With.Message.Contains("There is no topic none"));
    }

    [Test]
    public async Task A_member_is_out_of_its_group_when_its_session_is_over()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders") } });
        // It sends no heartbeat during the test.
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = "g",
            SessionTimeoutMs = 60_000,
            MaxPollIntervalMs = 60_000,
            HeartbeatIntervalMs = 50_000,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).Build();
        consumer.Subscribe("orders");
        while (consumer.Assignment.Count == 0)
            consumer.Consume(TimeSpan.FromMilliseconds(20));
        Assert.That(await StateAsync(kafka), Is.EqualTo(ConsumerGroupState.Stable));

        kafka.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.That(await StateAsync(kafka), Is.EqualTo(ConsumerGroupState.Empty));
    }

    [Test]
    public async Task A_transaction_is_aborted_when_its_time_is_over()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders") } });
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, TransactionalId = "t", TransactionTimeoutMs = 60_000 }).Build();
        producer.InitTransactions(patience);
        producer.BeginTransaction();
        await producer.ProduceAsync("orders", new() { Value = "never" });

        kafka.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.That(() => producer.CommitTransaction(patience), Throws.InstanceOf<KafkaException>());
        await kafka.ProduceAsync(new EmbeddedRecord("orders", null, "stable"));
        Assert.That(await ValuesAsync(kafka), Is.EqualTo(new[] { "stable" }));
    }

    [Test]
    public async Task A_clock_of_ones_own_is_the_one_to_put_forward()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { TimeProvider = new EmbeddedClock() });
        kafka.Clock.Advance(TimeSpan.FromDays(1));

        await using var other = await EmbeddedKafka.StartAsync(new() { TimeProvider = TimeProvider.System });
        Assert.That(() => other.Clock, Throws.InvalidOperationException.With.Message.Contains("TimeProvider"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task After_a_crash_what_was_acknowledged_is_there_and_clients_come_back(bool onDisk)
    {
        using var directory = onDisk ? new TemporaryDirectory() : null;
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Nodes = 2, Topics = { new("orders") }, DataDirectory = directory?.Path });
        var bootstrap = kafka.BootstrapServers;
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = bootstrap, EnableIdempotence = true, ReconnectBackoffMs = 10, ReconnectBackoffMaxMs = 100 }).Build();
        await producer.ProduceAsync("orders", new() { Value = "before" });

        await kafka.CrashAsync();
        var waiting = producer.ProduceAsync("orders", new() { Value = "meanwhile" });
        Assert.That(() => kafka.CrashAsync(), Throws.InvalidOperationException);
        await kafka.RecoverAsync();
        Assert.That(() => kafka.RecoverAsync(), Throws.InvalidOperationException);

        Assert.That(kafka.BootstrapServers, Is.EqualTo(bootstrap));
        await waiting;
        Assert.That(await ValuesAsync(kafka), Is.EqualTo(new[] { "before", "meanwhile" }));
    }

    [Test]
    public async Task A_power_cut_takes_what_was_not_flushed()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new()
        {
            FaultyDisk = true,
            Profile = Profile.Kafka,
            Topics = { new("safe") { Configs = { ["flush.messages"] = "1" } }, new("fast") },
            Records = { new("safe", null, "kept"), new("fast", null, "lost") },
        });

        await kafka.CrashAsync(losesUnflushed: true);
        await kafka.RecoverAsync();

        Assert.That((await kafka.ReadAllAsync("safe")).Select(record => record.ValueText), Is.EqualTo(new[] { "kept" }));
        Assert.That(await kafka.ReadAllAsync("fast"), Is.Empty);
    }

    [Test]
    public async Task A_disk_that_fails_is_told_to_clients_and_works_again_after_a_restart()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { FaultyDisk = true, Records = { new("orders", null, "before") } });
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, MessageSendMaxRetries = 0, EnableIdempotence = false, ReconnectBackoffMaxMs = 100 }).Build();

        kafka.Disk.FillUp();
        var refused = Assert.ThrowsAsync<ProduceException<Null, string>>(() => producer.ProduceAsync("orders", new() { Value = "refused" }));
        Assert.That(refused!.Error.Code, Is.EqualTo(ErrorCode.KafkaStorageError));
        kafka.Disk.Repair();
        await kafka.CrashAsync();
        await kafka.RecoverAsync();

        await kafka.ProduceAsync(new EmbeddedRecord("orders", null, "after"));
        Assert.That(await ValuesAsync(kafka), Is.EqualTo(new[] { "before", "after" }));
    }

    [Test]
    public async Task Only_a_faulty_disk_fails_or_loses_bytes()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();

        Assert.That(() => kafka.Disk, Throws.InvalidOperationException.With.Message.Contains("FaultyDisk"));
        Assert.That(() => kafka.CrashAsync(losesUnflushed: true), Throws.InvalidOperationException.With.Message.Contains("FaultyDisk"));
        Assert.That(async () => await EmbeddedKafka.StartAsync(new() { FaultyDisk = true, DataDirectory = "d" }), Throws.ArgumentException.With.Message.Contains("FaultyDisk"));
    }

    static async Task<IEnumerable<string?>> ValuesAsync(EmbeddedKafka kafka) => (await kafka.ReadAllAsync("orders")).Select(record => record.ValueText);

    static async Task<ConsumerGroupState> StateAsync(EmbeddedKafka kafka)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        return (await admin.DescribeConsumerGroupsAsync(["g"])).ConsumerGroupDescriptions.Single().State;
    }
}
