using System.Net.Sockets;
using Confluent.Kafka;
using NettyKafka.Testing;

namespace NettyKafka.Tests.Testing;

/// <summary>The embedded broker as a test would use it.</summary>
public sealed class EmbeddedKafkaTests
{
    [Test]
    public async Task A_client_gets_back_what_it_sends()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        using (var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = kafka.GetBootstrapAddress() }).Build())
            await producer.ProduceAsync("orders", new() { Key = "1", Value = "hello" });

        using var consumer = Consumer(kafka);
        consumer.Subscribe("orders");

        Assert.That(consumer.Consume(TimeSpan.FromSeconds(10))?.Message.Value, Is.EqualTo("hello"));
        Assert.That((await kafka.ReadAllAsync("orders")).Select(record => (record.KeyText, record.ValueText, record.Offset)), Is.EqualTo(new[] { ("1", "hello", 0L) }));
    }

    [Test]
    public async Task Topics_and_records_are_there_from_the_start()
    {
        var options = new EmbeddedKafkaOptions
        {
            Topics = { new("orders", 3) { Configs = { ["cleanup.policy"] = "compact" } } },
            Records = { new("orders", "a", "1") { Partition = 2, Headers = [new("h", [1])] }, new("orders", "b", null), new("auto", null, "x") },
        };
        await using var kafka = await EmbeddedKafka.StartAsync(options);

        using var consumer = Consumer(kafka);
        consumer.Assign(new TopicPartitionOffset("orders", 2, Offset.Beginning));
        var message = consumer.Consume(TimeSpan.FromSeconds(10)).Message;

        Assert.That((message.Key, message.Value, message.Headers[0].Key), Is.EqualTo(("a", "1", "h")));
        Assert.That((await kafka.ReadAllAsync("orders")).Select(record => (record.Partition, record.KeyText, record.ValueText)), Is.EqualTo(new[] { (0, "b", null), (2, "a", "1") }));
        Assert.That((await kafka.ReadAllAsync("auto")).Single().ValueText, Is.EqualTo("x"));
    }

    [Test]
    public async Task Only_committed_records_are_read_back()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, TransactionalId = "t" }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(10));
        foreach (var (value, commits) in new[] { ("one", true), ("two", false), ("three", true) })
        {
            producer.BeginTransaction();
            await producer.ProduceAsync("orders", new() { Value = value });
            if (commits)
                producer.CommitTransaction();
            else
                producer.AbortTransaction();
        }
        producer.BeginTransaction();
        await producer.ProduceAsync("orders", new() { Value = "open" });

        Assert.That((await kafka.ReadAllAsync("orders")).Select(record => record.ValueText), Is.EqualTo(new[] { "one", "three" }));
    }

    [Test]
    public async Task Users_log_in_and_others_do_not()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Users = { ["alice"] = "secret" } });

        Assert.That(TopicsSeenBy(kafka, "alice", "secret"), Is.Empty);
        Assert.That(() => TopicsSeenBy(kafka, "alice", "wrong"), Throws.TypeOf<KafkaException>());
    }

    [Test]
    public async Task Rights_count()
    {
        var options = new EmbeddedKafkaOptions
        {
            Users = { ["alice"] = "secret", ["bob"] = "geheim" },
            Acls = { new(NettyKafka.Server.Cluster.ResourceType.Topic, "orders", NettyKafka.Server.Cluster.PatternType.Literal, "User:alice", "*", NettyKafka.Server.Cluster.AclOperation.Read, NettyKafka.Server.Cluster.AclPermissionType.Allow) },
            Topics = { new("orders"), new("hidden") },
        };
        await using var kafka = await EmbeddedKafka.StartAsync(options);

        Assert.That(TopicsSeenBy(kafka, "alice", "secret"), Is.EqualTo(new[] { "orders" }));
        Assert.That(TopicsSeenBy(kafka, "bob", "geheim"), Is.Empty);
    }

    [Test]
    public async Task A_directory_keeps_what_is_written()
    {
        var directory = Directory.CreateTempSubdirectory("nettykafka-");
        try
        {
            string clusterId;
            await using (var kafka = await EmbeddedKafka.WithData(directory.FullName))
            {
                clusterId = kafka.ClusterId;
                await kafka.ProduceAsync(new EmbeddedRecord("orders", null, "kept"));
            }

            await using var again = await EmbeddedKafka.WithData(directory.FullName);

            Assert.That(again.ClusterId, Is.EqualTo(clusterId));
            Assert.That((await again.ReadAllAsync("orders")).Single().ValueText, Is.EqualTo("kept"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public async Task More_records_than_a_batch_may_hold_are_seeded()
    {
        var value = new string('x', 1000);
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders") } });

        var written = await kafka.ProduceAsync(Enumerable.Range(0, 3000).Select(i => new EmbeddedRecord("orders", $"{i}", value)));

        Assert.That(written.Select(record => record.Offset), Is.EqualTo(Enumerable.Range(0, 3000)));
        Assert.That((await kafka.ReadAllAsync("orders")).Select(record => record.KeyText), Is.EqualTo(Enumerable.Range(0, 3000).Select(i => $"{i}")));
    }

    [TestCase("a,b", "secret")]
    [TestCase("a:b", "secret")]
    [TestCase("a", "secret,bob:b")]
    [TestCase("a", " secret")]
    public void A_user_who_would_be_another_is_refused(string name, string password) =>
        Assert.That(() => EmbeddedKafka.StartAsync(new() { Users = { [name] = password } }), Throws.ArgumentException.With.Message.Contains($"The user '{name}'"));

    [Test]
    public async Task The_port_is_closed_when_it_is_disposed_of()
    {
        int port;
        await using (var kafka = await EmbeddedKafka.StartAsync())
            port = int.Parse(kafka.BootstrapServers.Split(':')[1]);

        using var client = new TcpClient();
        Assert.That(() => client.Connect("127.0.0.1", port), Throws.TypeOf<SocketException>());
    }

    [TestCase("no.such.config", "1", "no.such.config is not a broker config")]
    [TestCase("num.partitions", "many", "num.partitions")]
    [TestCase("num.partitions", "0", "num.partitions")]
    public void What_cannot_be_configured_says_so(string name, string value, string message) =>
        Assert.That(() => EmbeddedKafka.StartAsync(new() { Configs = { [name] = value } }), Throws.ArgumentException.With.Message.Contains(message));

    [Test]
    public async Task What_cannot_be_created_or_written_says_so()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders") } });

        Assert.That(() => kafka.CreateTopicAsync("orders"), Throws.ArgumentException.With.Message.Contains("already exists"));
        Assert.That(() => kafka.CreateTopicAsync("a/b"), Throws.ArgumentException.With.Message.Contains("a/b"));
        Assert.That(() => kafka.ProduceAsync(new EmbeddedRecord("orders", null, "x") { Partition = 9 }), Throws.ArgumentException.With.Message.Contains("orders-9"));
        Assert.That(() => kafka.ReadAllAsync("nowhere"), Throws.ArgumentException.With.Message.Contains("nowhere"));
        Assert.That(() => EmbeddedKafka.StartAsync(new() { Topics = { new("a b") } }), Throws.ArgumentException);
    }

    static IEnumerable<string> TopicsSeenBy(EmbeddedKafka kafka, string user, string password)
    {
        var config = new AdminClientConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            SecurityProtocol = SecurityProtocol.SaslPlaintext,
            SaslMechanism = SaslMechanism.ScramSha256,
            SaslUsername = user,
            SaslPassword = password,
        };
        using var admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).Build();
        return [.. admin.GetMetadata(TimeSpan.FromSeconds(5)).Topics.Select(topic => topic.Topic)];
    }

    static IConsumer<string, string> Consumer(EmbeddedKafka kafka) => new ConsumerBuilder<string, string>(new ConsumerConfig
    {
        BootstrapServers = kafka.BootstrapServers,
        GroupId = "test",
        AutoOffsetReset = AutoOffsetReset.Earliest,
    }).Build();
}
