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

    [TestCase("Prodce", 0, 1, "There is no API Prodce")]
    [TestCase("Produce", 3, 2, "of which 3 to 2 leave none")]
    [TestCase("Produce", 90, 99, "of which 90 to 99 leave none")]
    public async Task Versions_that_there_are_none_of_are_refused(string api, short min, short max, string message)
    {
        await using var kafka = await EmbeddedKafka.StartAsync();

        Assert.That(() => kafka.Faults.CapVersions(api, min, max), Throws.ArgumentException.With.Message.Contains(message));
    }
}
