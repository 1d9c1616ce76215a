using NettyKafka.Codec.Messages;
using NettyKafka.Testing;

namespace NettyKafka.Tests.Testing;

/// <summary>Connections that are refused, and versions that are not served.</summary>
public sealed class ConnectionFaultTests
{
    [Test]
    public async Task Connections_are_refused_until_they_are_accepted_again()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.Faults.RefuseConnections();
        using var producer = FaultTests.Producer(kafka);

        var producing = producer.ProduceAsync("orders", new() { Value = "a" });
        Assert.That(() => kafka.Wait.ForTopicAsync("orders", TimeSpan.FromMilliseconds(100)), Throws.TypeOf<TimeoutException>());
        kafka.Faults.AcceptConnections();

        Assert.That((await producing).Offset.Value, Is.Zero);
    }

    [Test]
    public async Task Another_node_that_refuses_is_none_of_a_clients_business()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.Faults.RefuseConnections(nodeId: 99);
        using var producer = FaultTests.Producer(kafka);

        await producer.ProduceAsync("orders", new() { Value = "a" });
        kafka.Faults.AcceptConnections(nodeId: 99);
    }

    [Test]
    public async Task A_client_speaks_the_versions_that_are_left()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.Faults.CapVersions("Produce", 0, 5);
        kafka.Journal.Start();
        using var producer = FaultTests.Producer(kafka);

        await producer.ProduceAsync("orders", new() { Value = "a" });
        Assert.That(kafka.Journal.Entries.Single(entry => entry.Api == "Produce").Version, Is.EqualTo(5));
        kafka.Faults.UncapVersions();
        using var next = FaultTests.Producer(kafka);
        await next.ProduceAsync("orders", new() { Value = "b" });

        Assert.That(kafka.Journal.Entries.Last(entry => entry.Api == "Produce").Version, Is.GreaterThan(5));
    }

    [Test]
    public async Task A_client_finds_the_version_of_ApiVersions_that_is_left()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.Faults.CapVersions("ApiVersions", 0, 0);
        kafka.Journal.Start();
        using var producer = FaultTests.Producer(kafka);

        await producer.ProduceAsync("orders", new() { Value = "a" });

        Assert.That(kafka.Journal.Entries.First(entry => entry.Api == "ApiVersions").Version, Is.Zero);
    }

    [TestCase("2.8", 9, 12)]
    [TestCase("3.1", 9, 13)]
    [TestCase("3.8", 11, 16)]
    public async Task It_acts_as_an_older_broker(string release, short produce, short fetch)
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        kafka.ActAs(release);
        kafka.Journal.Start();
        using var producer = FaultTests.Producer(kafka);
        await producer.ProduceAsync("orders", new() { Value = "a" });
        using var consumer = FaultTests.Consumer(kafka);
        consumer.Subscribe("orders");

        Assert.That(consumer.Consume(TimeSpan.FromSeconds(10))?.Message.Value, Is.EqualTo("a"));

        var told = (ApiVersionsResponse)kafka.Journal.Entries.First(entry => entry.Api == "ApiVersions").Response!;
        var latest = told.ApiKeys.ToDictionary(api => api.ApiKey, api => api.MaxVersion);
        Assert.That((latest[ApiKeys.Produce], latest[ApiKeys.Fetch]), Is.EqualTo((produce, fetch)));
        Assert.That(latest.ContainsKey(ApiKeys.ConsumerGroupHeartbeat), Is.EqualTo(release == "3.8"));
        Assert.That(told.FinalizedFeatures, Is.Empty);
    }

    [Test]
    public async Task It_cannot_act_as_a_release_that_it_does_not_know()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();

        Assert.That(() => kafka.ActAs("2.99"), Throws.ArgumentException.With.Message.Contains("there are 2.8, 3.0, 3.1"));
    }

    [TestCase("Prodce", 0, 1, "There is no API Prodce")]
    [TestCase("Produce", 3, 2, "of which 3 to 2 leave none")]
    [TestCase("Produce", 90, 99, "of which 90 to 99 leave none")]
    public async Task Versions_that_there_are_none_of_are_refused(string api, short min, short max, string message)
    {
        await using var kafka = await EmbeddedKafka.StartAsync();

        Assert.That(() => kafka.Faults.CapVersions(api, min, max), Throws.ArgumentException.With.Message.Contains(message));
    }
}
