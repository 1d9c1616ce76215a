using Confluent.Kafka;
using NettyKafka.Codec.Messages;
using NettyKafka.Testing;
using Broker = NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Testing;

/// <summary>Answers that are made up: what a cluster would say in states that it comes to rarely.</summary>
public sealed class InterceptionTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_follower_that_is_behind_sends_consumers_back_to_the_leader()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Nodes = 2, Records = { new("orders", null, "1"), new("orders", null, "2") } });
        var follower = kafka.Nodes.ReplicasOf("orders", 0)[1];
        kafka.Nodes.SetPreferredReadReplica("orders", 0, follower);
        var behind = kafka.Faults.Add(new() { Apis = ["Fetch"], Nodes = [follower], Topic = "orders", Error = Broker.ErrorCode.OffsetOutOfRange, Count = 1 });
        using var consumer = Consumer(kafka, "behind");
        consumer.Assign(new TopicPartitionOffset("orders", 0, Offset.Beginning));

        var values = new[] { consumer.Consume(patience)?.Message.Value, consumer.Consume(patience)?.Message.Value };

        Assert.That(values, Is.EqualTo(new[] { "1", "2" }));
        Assert.That(behind.Hits, Is.EqualTo(1));
    }

    [Test]
    public async Task Metadata_that_is_out_of_date_leads_clients_to_a_node_that_does_not_lead()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Nodes = 2, Topics = { new("orders") } });
        kafka.Journal.Start();
        var other = kafka.Nodes.ReplicasOf("orders", 0)[1];
        bool HasAskedOther() => kafka.Journal.Entries.Any(entry => entry.Api == "Produce" && entry.NodeId == other);
        kafka.Faults.Intercept<MetadataRequest, MetadataResponse>(new() { Topic = "orders" }, async (_, next) =>
        {
            var response = await next();
            if (HasAskedOther())
                return response;
            var partitions = response!.Topics.Single().Partitions;
            partitions[0] = partitions[0] with { LeaderId = other };
            return response;
        });
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, RetryBackoffMs = 10 }).Build();

        await producer.ProduceAsync("orders", new() { Value = "v" });

        var produced = kafka.Journal.Entries.Where(entry => entry.Api == "Produce").ToList();
        Assert.That((produced[0].NodeId, produced[0].PartitionErrors.Single().Error), Is.EqualTo((other, Broker.ErrorCode.NotLeaderOrFollower)));
        Assert.That(produced[^1].NodeId, Is.EqualTo(kafka.Nodes.LeaderOf("orders", 0)));
    }

    [Test]
    public async Task A_member_takes_the_assignment_that_it_is_told()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders", 3) } });
        kafka.Faults.Intercept<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>(new() { Group = "told" }, async (_, next) =>
        {
            var response = await next();
            if (response?.Assignment is { TopicPartitions: [var topic] } assignment)
                response.Assignment = assignment with { TopicPartitions = [topic with { Partitions = [2] }] };
            return response;
        });
        using var consumer = Consumer(kafka, "told", GroupProtocol.Consumer);
        consumer.Subscribe("orders");
        await kafka.ProduceAsync(new EmbeddedRecord("orders", null, "for nobody"), new EmbeddedRecord("orders", null, "for this member") { Partition = 2 });

        Assert.That(consumer.Consume(patience)?.Message.Value, Is.EqualTo("for this member"));
        Assert.That(consumer.Assignment.Select(partition => partition.Partition.Value), Is.EqualTo(new[] { 2 }));
    }

    static IConsumer<Ignore, string> Consumer(EmbeddedKafka kafka, string group, GroupProtocol protocol = GroupProtocol.Classic) => new ConsumerBuilder<Ignore, string>(new ConsumerConfig
    {
        BootstrapServers = kafka.BootstrapServers,
        GroupId = group,
        GroupProtocol = protocol,
        AutoOffsetReset = AutoOffsetReset.Earliest,
    }).Build();
}
