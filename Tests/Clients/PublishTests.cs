namespace NettyKafka.Tests.Clients;

/// <summary>The published binary, trimmed and compiled ahead of time, does what the built one does.</summary>
public sealed class PublishTests
{
    [OneTimeSetUp]
    public void RequirePublished()
    {
        if (!File.Exists(Repository.PublishedBroker))
            Programs.Skip("artifacts/nettykafka is missing; ./build.sh --target=Publish makes it.");
    }

    [Test]
    public async Task It_serves_clients_and_keeps_their_records_over_a_restart()
    {
        await using var broker = await BrokerProcess.StartAsync(Repository.PublishedBroker, []);
        var client = new ConfluentClient(broker);
        var topic = await client.CreateTopicAsync();
        var sent = Samples.Create(seed: 40);
        using (var producer = client.Producer(config => config.EnableIdempotence = true))
            ConfluentClient.Produce(producer, topic, sent);

        Samples.AssertSame(sent, client.ReadAll(topic));
        await broker.RestartAsync();
        Samples.AssertSame(sent, client.ReadAll(topic));
        await broker.StopAsync();
    }

    [Test]
    public async Task It_tells_its_version() =>
        Assert.That(string.Concat(await Programs.RunAsync(Repository.PublishedBroker, ["--version"])), Does.Match(@"\d+\.\d+\.\d+"));
}
