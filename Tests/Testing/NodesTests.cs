using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Confluent.Kafka;
using NettyKafka.Testing;

namespace NettyKafka.Tests.Testing;

/// <summary>Several nodes in one process, as clients see them come and go.</summary>
public sealed class NodesTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Clients_see_a_cluster_whose_partitions_are_spread_over_the_nodes()
    {
        await using var kafka = await StartAsync(racks: ["a", "b", "c"]);
        using var admin = Admin(kafka);

        var metadata = admin.GetMetadata("orders", patience);

        Assert.That(metadata.Brokers.Select(broker => $"{broker.Host}:{broker.Port}"), Is.EquivalentTo(kafka.BootstrapServers.Split(',')));
        var partitions = metadata.Topics.Single().Partitions;
        Assert.That(partitions.Select(partition => partition.Leader), Is.EquivalentTo(kafka.Nodes.All.Select(node => node.Id)));
        Assert.That(partitions.Select(partition => partition.InSyncReplicas.Length), Is.All.EqualTo(3));
        Assert.That((await admin.DescribeClusterAsync()).Nodes.Select(node => node.Rack), Is.EquivalentTo(new[] { "a", "b", "c" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_a_node_led_is_led_by_others_when_it_is_gone_and_clients_go_on(bool isKilled)
    {
        await using var kafka = await StartAsync();
        using var producer = Producer(kafka);
        using var consumer = Consumer(kafka, "readers");
        consumer.Subscribe("orders");
        var gone = kafka.Nodes.LeaderOf("orders", 0)!.Value;
        await ProduceAsync(producer, 0, 30);
        // Before it has its offsets, librdkafka waits for ever when the coordinator moves (issue 5586 of it).
        Assert.That(Consume(consumer, 30), Is.EquivalentTo(Enumerable.Range(0, 30)));

        await (isKilled ? kafka.Nodes.KillAsync(gone) : kafka.Nodes.StopAsync(gone));
        Assert.That(kafka.Nodes.LeaderOf("orders", 0), Is.Not.EqualTo(gone).And.Not.Null);
        Assert.That(kafka.BootstrapServers.Split(','), Has.Length.EqualTo(2));
        await ProduceAsync(producer, 30, 30);
        await kafka.Nodes.StartAsync(gone);
        await kafka.Nodes.ElectPreferredLeadersAsync();
        Assert.That(kafka.Nodes.LeaderOf("orders", 0), Is.EqualTo(gone));
        await ProduceAsync(producer, 60, 30);

        Assert.That(Consume(consumer, 60), Is.EquivalentTo(Enumerable.Range(30, 60)), "each record once");
    }

    [Test]
    public async Task An_added_node_is_where_clients_are_told_that_it_is()
    {
        var port = FreePorts(2);
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Port = port, Configs = { ["advertised.listeners"] = $"PLAINTEXT://localhost:{port}" } });

        await kafka.Nodes.AddAsync();

        using var admin = Admin(kafka);
        Assert.That((await admin.DescribeClusterAsync()).Nodes.Select(node => $"{node.Host}:{node.Port}"), Is.EquivalentTo(new[] { $"localhost:{port}", $"localhost:{port + 1}" }));
        Assert.That(kafka.Nodes.All.Select(node => node.Address), Is.EqualTo(new[] { $"127.0.0.1:{port}", $"127.0.0.1:{port + 1}" }));
    }

    [Test]
    public async Task The_listeners_of_further_nodes_have_the_ports_behind_those_of_the_first()
    {
        var port = FreePorts(4);
        await using var kafka = await EmbeddedKafka.StartAsync(new()
        {
            Nodes = 2,
            Configs =
            {
                ["listeners"] = $"PLAINTEXT://127.0.0.1:{port},INNER://127.0.0.1:{port + 1}",
                ["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,INNER:PLAINTEXT",
            },
        });

        Assert.That(kafka.Nodes.All.Select(node => node.Address), Is.EqualTo(new[] { $"127.0.0.1:{port}", $"127.0.0.1:{port + 2}" }));
    }

    [Test]
    public async Task A_node_that_nobody_noticed_is_gone_still_leads_and_is_waited_for()
    {
        await using var kafka = await StartAsync();
        using var producer = Producer(kafka);
        var gone = kafka.Nodes.LeaderOf("orders", 0)!.Value;
        await ProduceAsync(producer, 0, 3);

        await kafka.Nodes.KillAsync(gone, elects: false);
        var waiting = producer.ProduceAsync(new TopicPartition("orders", 0), new() { Value = "3" });
        Assert.That(kafka.Nodes.LeaderOf("orders", 0), Is.EqualTo(gone));
        await kafka.Nodes.StartAsync(gone);

        Assert.That((await waiting).Offset.Value, Is.EqualTo(1));
    }

    [Test]
    public async Task A_partition_whose_only_node_is_down_has_no_leader_until_it_is_back()
    {
        await using var kafka = await StartAsync();
        await kafka.CreateTopicAsync(new EmbeddedTopic("alone") { ReplicationFactor = 1 });
        var only = kafka.Nodes.LeaderOf("alone", 0)!.Value;

        await kafka.Nodes.StopAsync(only);

        Assert.That(kafka.Nodes.LeaderOf("alone", 0), Is.Null);
        using var admin = Admin(kafka);
        Assert.That(admin.GetMetadata("alone", patience).Topics[0].Partitions[0].Error.Code, Is.EqualTo(ErrorCode.LeaderNotAvailable));
        await kafka.Nodes.StartAsync(only);
        Assert.That(kafka.Nodes.LeaderOf("alone", 0), Is.EqualTo(only));
    }

    [Test]
    public async Task With_too_few_replicas_in_sync_nothing_is_acknowledged()
    {
        await using var kafka = await StartAsync();
        await kafka.CreateTopicAsync(new EmbeddedTopic("safe") { Configs = { ["min.insync.replicas"] = "2" } });
        foreach (var node in kafka.Nodes.ReplicasOf("safe", 0).Skip(1))
            await kafka.Nodes.StopAsync(node);
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, MessageSendMaxRetries = 0, EnableIdempotence = false, Acks = Acks.All }).Build();

        var refused = Assert.ThrowsAsync<ProduceException<Null, string>>(() => producer.ProduceAsync("safe", new() { Value = "v" }));

        Assert.That(refused!.Error.Code, Is.EqualTo(ErrorCode.NotEnoughReplicas));
    }

    [Test]
    public async Task A_group_goes_on_when_its_coordinator_moves()
    {
        await using var kafka = await StartAsync();
        using var producer = Producer(kafka);
        using var consumer = Consumer(kafka, "movers");
        consumer.Subscribe("orders");
        await ProduceAsync(producer, 0, 10);
        Assert.That(Consume(consumer, 10), Has.Count.EqualTo(10));
        consumer.Commit();

        var next = OtherThan(kafka, await kafka.Nodes.GroupCoordinatorOfAsync("movers"));
        await kafka.Nodes.MoveGroupCoordinatorAsync("movers", next);
        Assert.That(await kafka.Nodes.GroupCoordinatorOfAsync("movers"), Is.EqualTo(next));
        await ProduceAsync(producer, 10, 10);
        Assert.That(Consume(consumer, 10), Is.EquivalentTo(Enumerable.Range(10, 10)));
        consumer.Commit();
        consumer.Close();
        // A client that still looks for the coordinator does not tell it that it leaves: its session has to end.
        kafka.Clock.Advance(TimeSpan.FromMinutes(1));

        using var successor = Consumer(kafka, "movers");
        successor.Subscribe("orders");
        await ProduceAsync(producer, 20, 1);
        Assert.That(Consume(successor, 1), Is.EqualTo(new[] { 20 }), "what was committed at either coordinator counts");
    }

    [Test]
    public async Task A_transaction_is_committed_though_its_coordinator_moves()
    {
        await using var kafka = await StartAsync();
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, TransactionalId = "t" }).Build();
        producer.InitTransactions(patience);
        producer.BeginTransaction();
        await ProduceAsync(producer, 0, 6);

        await kafka.Nodes.MoveTransactionCoordinatorAsync("t", OtherThan(kafka, await kafka.Nodes.TransactionCoordinatorOfAsync("t")));
        await kafka.Nodes.ShuffleLeadersAsync(seed: 7);
        producer.CommitTransaction(patience);

        Assert.That(await kafka.ReadAllAsync("orders"), Has.Count.EqualTo(6));
    }

    [Test]
    public async Task Shuffled_and_rehashed_leaders_are_the_same_for_the_same_seed()
    {
        var leaders = new List<List<int?>>();
        for (var run = 0; run < 2; run++)
        {
            await using var kafka = await StartAsync();
            var coordinator = await kafka.Nodes.GroupCoordinatorOfAsync("g");
            await kafka.Nodes.ShuffleLeadersAsync(seed: 3);
            var shuffled = Enumerable.Range(0, 3).Select(partition => kafka.Nodes.LeaderOf("orders", partition)).ToList();
            await kafka.Nodes.RehashCoordinatorsAsync(seed: 4);
            leaders.Add([.. shuffled, coordinator, await kafka.Nodes.GroupCoordinatorOfAsync("g")]);
        }

        Assert.That(leaders[0], Is.EqualTo(leaders[1]));
    }

    [Test]
    public async Task A_new_leader_epoch_does_not_disturb_clients_for_long()
    {
        await using var kafka = await StartAsync();
        using var producer = Producer(kafka);
        using var consumer = Consumer(kafka, "epochs");
        consumer.Assign(new TopicPartitionOffset("orders", 0, Offset.Beginning));
        await producer.ProduceAsync(new TopicPartition("orders", 0), new() { Value = "0" });
        Consume(consumer, 1);
        var (leader, epoch) = (kafka.Nodes.LeaderOf("orders", 0), kafka.Nodes.LeaderEpochOf("orders", 0));

        await kafka.Nodes.BumpLeaderEpochAsync("orders", 0);

        Assert.That((kafka.Nodes.LeaderOf("orders", 0), kafka.Nodes.LeaderEpochOf("orders", 0)), Is.EqualTo((leader, epoch + 1)));
        await producer.ProduceAsync(new TopicPartition("orders", 0), new() { Value = "1" });
        Assert.That(Consume(consumer, 1), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Consumers_read_from_the_replica_in_their_rack([Values] bool isByHand)
    {
        var options = new EmbeddedKafkaOptions { Nodes = 3, Topics = { new("orders", 3) } };
        if (!isByHand)
        {
            options.Racks.Add("a");
            options.Racks.Add("b");
            options.Racks.Add("c");
            options.Configs["replica.selector.class"] = "org.apache.kafka.common.replica.RackAwareReplicaSelector";
        }

        await using var kafka = await EmbeddedKafka.StartAsync(options);
        var follower = kafka.Nodes.ReplicasOf("orders", 0)[1];
        if (isByHand)
            kafka.Nodes.SetPreferredReadReplica("orders", 0, follower);
        var reading = new HashSet<int>();
        var config = new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "racks", AutoOffsetReset = AutoOffsetReset.Earliest, StatisticsIntervalMs = 50, ClientRack = kafka.Nodes.All.Single(node => node.Id == follower).Rack ?? "any" };
        using var consumer = new ConsumerBuilder<Ignore, string>(config).SetStatisticsHandler((_, json) => reading.UnionWith(ReadingFrom(json))).Build();
        consumer.Assign(new TopicPartitionOffset("orders", 0, Offset.Beginning));
        await kafka.ProduceAsync([.. Enumerable.Range(0, 5).Select(value => new EmbeddedRecord("orders", null, $"{value}"))]);

        Assert.That(Consume(consumer, 5), Is.EqualTo(Enumerable.Range(0, 5)));
        while (!reading.Contains(follower))
            consumer.Consume(TimeSpan.FromMilliseconds(50));
        await kafka.Nodes.KillAsync(follower);
        await kafka.ProduceAsync(new EmbeddedRecord("orders", null, "5"));
        Assert.That(Consume(consumer, 1), Is.EqualTo(new[] { 5 }), "without the follower the leader is read");
    }

    [Test]
    public async Task A_node_that_is_added_can_lead_and_one_that_is_removed_is_forgotten()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders") } });
        using var producer = Producer(kafka);
        await ProduceAsync(producer, 0, 3, partitions: 1);
        var first = kafka.Nodes.All.Single().Id;

        var added = await kafka.Nodes.AddAsync("rack");
        await kafka.Nodes.MoveLeaderAsync("orders", 0, added);
        Assert.That(kafka.Nodes.ReplicasOf("orders", 0), Is.EqualTo(new[] { added }));
        await kafka.Nodes.SetReplicasAsync("orders", 0, added, first);
        Assert.That(kafka.Nodes.ReplicasOf("orders", 0), Is.EqualTo(new[] { added, first }));
        await ProduceAsync(producer, 3, 3, partitions: 1);
        await kafka.Nodes.RemoveAsync(added);
        await ProduceAsync(producer, 6, 3, partitions: 1);

        Assert.That(kafka.Nodes.All.Select(node => node.Id), Is.EqualTo(new[] { first }));
        Assert.That((await kafka.ReadAllAsync("orders")).Select(record => record.ValueText), Is.EqualTo(Enumerable.Range(0, 9).Select(value => $"{value}")));
    }

    [Test]
    public async Task What_cannot_be_is_refused_and_says_what_can()
    {
        await using var kafka = await StartAsync();
        var ids = string.Join(", ", kafka.Nodes.All.Select(node => node.Id));

        Assert.That(() => kafka.Nodes.StopAsync(77), Throws.ArgumentException.With.Message.Contains($"There is no node 77; there are {ids}"));
        Assert.That(() => kafka.Nodes.StartAsync(1), Throws.ArgumentException.With.Message.Contains("Node 1 is up"));
        Assert.That(() => kafka.Nodes.MoveLeaderAsync("orders", 0, 77), Throws.ArgumentException.With.Message.Contains($"Node 77 is not up; there are {ids}"));
        Assert.That(() => kafka.Nodes.MoveLeaderAsync("none", 0, 1), Throws.ArgumentException.With.Message.Contains("There is no partition none-0"));
        Assert.That(() => kafka.Nodes.BumpLeaderEpochAsync("orders", 9), Throws.ArgumentException.With.Message.Contains("There is no partition orders-9"));
        Assert.That(() => kafka.Nodes.SetReplicasAsync("orders", 0, 1, 1), Throws.ArgumentException.With.Message.Contains("more than once"));
        Assert.That(() => kafka.Nodes.SetPreferredReadReplica("orders", 0, 77), Throws.ArgumentException.With.Message.Contains("Node 77 has no replica of orders-0"));
        Assert.That(() => kafka.Nodes.LeaderOf("orders", -1), Throws.ArgumentException);
        Assert.That(async () => await EmbeddedKafka.StartAsync(new() { Nodes = 0 }), Throws.ArgumentException.With.Message.Contains("one node at least"));
    }

    static Task<EmbeddedKafka> StartAsync(params string[] racks)
    {
        var options = new EmbeddedKafkaOptions { Nodes = 3, Topics = { new("orders", 3) } };
        foreach (var rack in racks)
            options.Racks.Add(rack);
        return EmbeddedKafka.StartAsync(options);
    }

    static int OtherThan(EmbeddedKafka kafka, int? node) => kafka.Nodes.All.First(other => other.Id != node).Id;

    static IAdminClient Admin(EmbeddedKafka kafka) => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();

    static IProducer<Null, string> Producer(EmbeddedKafka kafka) =>
        new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, EnableIdempotence = true, ReconnectBackoffMs = 10, ReconnectBackoffMaxMs = 50, RetryBackoffMs = 20 }).Build();

    static IConsumer<Ignore, string> Consumer(EmbeddedKafka kafka, string group) => new ConsumerBuilder<Ignore, string>(new ConsumerConfig
    {
        BootstrapServers = kafka.BootstrapServers,
        GroupId = group,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnableAutoCommit = false,
        ReconnectBackoffMs = 10,
        ReconnectBackoffMaxMs = 50,
    }).Build();

    static async Task ProduceAsync(IProducer<Null, string> producer, int from, int count, int partitions = 3) =>
        await Task.WhenAll(Enumerable.Range(from, count).Select(value => producer.ProduceAsync(new TopicPartition("orders", value % partitions), new() { Value = $"{value}" })));

    static List<int> Consume(IConsumer<Ignore, string> consumer, int count)
    {
        List<int> values = [];
        while (values.Count < count && consumer.Consume(patience) is { } result)
            values.Add(int.Parse(result.Message.Value));
        return values;
    }

    /// <summary>The first of some ports in a row that are free now, and that no connection is given as its own.</summary>
    static int FreePorts(int count)
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            var listeners = Enumerable.Range(port, count).Select(next => new TcpListener(IPAddress.Loopback, next)).ToList();
            try
            {
                listeners.ForEach(listener => listener.Start());
                return port;
            }
            catch (SocketException)
            {
                TestContext.Out.WriteLine($"{port} or a port behind it is in use.");
            }
            finally
            {
                listeners.ForEach(listener => listener.Dispose());
            }
        }
    }

    static IEnumerable<int> ReadingFrom(string statistics)
    {
        using var json = JsonDocument.Parse(statistics);
        return json.RootElement.GetProperty("topics").TryGetProperty("orders", out var topic) ? [topic.GetProperty("partitions").GetProperty("0").GetProperty("broker").GetInt32()] : [];
    }
}
