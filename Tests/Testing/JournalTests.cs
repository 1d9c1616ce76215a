using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Testing;
using NettyKafka.Testing.Journal;
using ErrorCode = NettyKafka.Codec.Wire.ErrorCode;

namespace NettyKafka.Tests.Testing;

/// <summary>What clients have asked, and been told.</summary>
public sealed class JournalTests
{
    [Test]
    public async Task A_request_is_noted_with_its_outcome()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.Journal.Start();
        using var producer = FaultTests.Producer(kafka, config => config.ClientId = "orders-service");

        await producer.ProduceAsync("orders", new() { Value = "hello" });

        var produce = kafka.Journal.Entries.Single(entry => entry.Api == "Produce");
        Assert.That((produce.ClientId, produce.Principal, produce.Outcome, produce.Error), Is.EqualTo(("orders-service", "User:ANONYMOUS", RequestOutcome.Answered, ErrorCode.None)));
        Assert.That(((ProduceRequest)produce.Request).TopicData[0].Name, Is.EqualTo("orders"));
        Assert.That(((ProduceRequest)produce.Request).TopicData[0].PartitionData[0].Records, Is.Null, "they were views of a frame that is gone");
        Assert.That(((ProduceResponse)produce.Response!).Responses[0].PartitionResponses[0].BaseOffset, Is.Zero);
        Assert.That((produce.RecordsSizeInBytes > 5, produce.SizeInBytes > produce.RecordsSizeInBytes), Is.EqualTo((true, true)));
        Assert.That(kafka.Journal.Entries[0].Api, Is.EqualTo("ApiVersions"));
    }

    [Test]
    public async Task A_fault_is_noted_with_its_rule()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders") } });
        kafka.Journal.Start();
        var refused = kafka.Faults.Add(new() { Apis = ["Produce"], Error = ErrorCode.NotLeaderOrFollower, Count = 1 });
        var closed = kafka.Faults.Add(new() { Apis = ["Produce"], CloseConnection = true, Skip = 1, Count = 1 });
        using var producer = FaultTests.Producer(kafka);

        await producer.ProduceAsync("orders", new() { Value = "hello" });

        var entries = kafka.Journal.Entries.Where(entry => entry.Api == "Produce").ToList();
        Assert.That(entries.Select(entry => entry.Outcome), Is.EqualTo(new[] { RequestOutcome.Answered, RequestOutcome.ConnectionClosed, RequestOutcome.Answered }));
        Assert.That(entries.Select(entry => entry.Faults), Is.EqualTo(new[] { [refused.Id], [closed.Id], Array.Empty<int>() }));
        Assert.That(entries[0].PartitionErrors, Is.EqualTo(new[] { new PartitionError("orders", 0, ErrorCode.NotLeaderOrFollower) }));
        Assert.That(entries[2].Connection, Is.Not.EqualTo(entries[1].Connection));
    }

    [Test]
    public async Task Records_that_are_fetched_reach_the_client_and_not_the_journal()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Records = { new("orders", null, "a") } });
        kafka.Journal.Start();
        using var consumer = FaultTests.Consumer(kafka);
        consumer.Assign(new TopicPartitionOffset("orders", 0, 0));

        Assert.That(consumer.Consume(TimeSpan.FromSeconds(10))?.Message.Value, Is.EqualTo("a"));
        var fetch = kafka.Journal.Entries.First(entry => entry.RecordsSizeInBytes > 0);
        Assert.That(((FetchResponse)fetch.Response!).Responses[0].Partitions[0].Records, Is.Null);
    }

    [Test]
    public async Task Only_the_last_are_kept()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.Journal.Start(capacity: 2);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        for (var i = 0; i < 3; i++)
            admin.GetMetadata(TimeSpan.FromSeconds(5));

        Assert.That(kafka.Journal.Entries, Has.Count.EqualTo(2));
        Assert.That(kafka.Journal.Dropped, Is.GreaterThanOrEqualTo(2));
        kafka.Journal.Stop();
        kafka.Journal.Clear();
        admin.GetMetadata(TimeSpan.FromSeconds(5));
        Assert.That((kafka.Journal.Entries.Count, kafka.Journal.Dropped), Is.EqualTo((0, 0L)));
        Assert.That(() => kafka.Journal.Start(0), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task How_long_it_took_is_told_by_the_clock_of_the_broker()
    {
        var clock = new FakeTimeProvider(new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var kafka = await EmbeddedKafka.StartAsync(new() { TimeProvider = clock, Topics = { new("orders") } });
        kafka.Journal.Start();
        var delay = kafka.Faults.Add(new() { Apis = ["Produce"], Delay = TimeSpan.FromSeconds(7) });
        using var producer = FaultTests.Producer(kafka);
        var producing = producer.ProduceAsync("orders", new() { Value = "a" });

        await delay.WaitAsync();
        clock.Advance(TimeSpan.FromSeconds(7));
        await producing;

        Assert.That(kafka.Journal.Entries.Single(entry => entry.Api == "Produce").Duration, Is.EqualTo(TimeSpan.FromSeconds(7)));
    }
}
