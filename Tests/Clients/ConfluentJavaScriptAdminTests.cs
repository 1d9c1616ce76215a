using System.Text.Json.Nodes;

namespace NettyKafka.Tests.Clients;

/// <summary>Every method of the admin client of @confluentinc/kafka-javascript.</summary>
[Explicit("./build.sh --target=ConfluentJavaScript runs them")]
public sealed class ConfluentJavaScriptAdminTests : BrokerFixture
{
    protected override Task RequireClientAsync() => Node.RequireConfluentAsync();

    [Test]
    public async Task Topics_are_created_described_listed_and_deleted()
    {
        var results = await AdminAsync("""
            [["createTopics", {"topics": [{"topic": "orders", "numPartitions": 2, "configEntries": [{"name": "retention.ms", "value": "86400000"}]}]}],
             ["createTopics", {"topics": [{"topic": "orders"}]}],
             ["fetchTopicMetadata", {"topics": ["orders"]}],
             ["fetchTopicMetadata", {"topics": ["orders"], "includeAuthorizedOperations": true}],
             ["listTopics"],
             ["deleteTopics", {"topics": ["orders"]}],
             ["listTopics"]]
            """);

        Assert.That(results[0]!.GetValue<bool>(), Is.True);
        Assert.That(results[1]!.GetValue<bool>(), Is.False, "it was there");
        Assert.That(results[2]![0]!["partitions"]!.AsArray().Select(partition => partition!["leader"]!.GetValue<int>()), Is.EqualTo(new[] { 1, 1 }));
        Assert.That(results[3]![0]!["authorizedOperations"]!.AsArray(), Is.Not.Empty);
        Assert.That(results[4]!.AsArray().Select(topic => topic!.GetValue<string>()), Does.Contain("orders"));
        Assert.That(results[6]!.AsArray().Select(topic => topic!.GetValue<string>()), Does.Not.Contain("orders"));
    }

    [Test]
    public async Task Offsets_are_told_by_position_and_time_and_records_deleted()
    {
        var client = new ConfluentClient(Broker);
        var topic = await client.CreateTopicAsync(partitions: 1);
        var start = DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeMilliseconds();
        using (var producer = client.Producer())
            ConfluentClient.Produce(producer, topic, Enumerable.Range(0, 3).Select(i => new ClientRecord(0, -1, start + (1000 * i), null, [1], [])));

        var results = await AdminAsync($$"""
            [["fetchTopicOffsets", "{{topic}}"],
             ["fetchTopicOffsetsByTimestamp", "{{topic}}", {{start + 1}}],
             ["deleteTopicRecords", {"topic": "{{topic}}", "partitions": [{"partition": 0, "offset": "2"}]}],
             ["fetchTopicOffsets", "{{topic}}"]]
            """);

        Assert.That((Text(results[0]![0]!["low"]), Text(results[0]![0]!["high"])), Is.EqualTo(("0", "3")));
        Assert.That(Text(results[1]![0]!["offset"]), Is.EqualTo("1"));
        Assert.That(results[2]![0]!["lowWatermark"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That(Text(results[3]![0]!["low"]), Is.EqualTo("2"));
    }

    [Test]
    public async Task Groups_are_listed_described_and_deleted_and_their_offsets_fetched()
    {
        var client = new ConfluentClient(Broker);
        var topic = await client.CreateTopicAsync(partitions: 1);
        using (var consumer = client.Consumer(config => config.GroupId = "clerks"))
            consumer.Commit([new(topic, 0, 42)]);

        var results = await AdminAsync($$"""
            [["listGroups"],
             ["describeGroups", ["clerks"]],
             ["fetchOffsets", {"groupId": "clerks", "topics": ["{{topic}}"]}],
             ["deleteGroups", ["clerks"]],
             ["listGroups"]]
            """);

        Assert.That(Groups(results[0]!), Does.Contain("clerks"));
        Assert.That(results[1]!["groups"]![0]!["groupId"]!.GetValue<string>(), Is.EqualTo("clerks"));
        Assert.That(Text(results[2]![0]!["partitions"]![0]!["offset"]), Is.EqualTo("42"));
        Assert.That(results[3]![0]!["errorCode"]?.GetValue<int>() ?? 0, Is.Zero);
        Assert.That(Groups(results[4]!), Does.Not.Contain("clerks"));

        static IEnumerable<string> Groups(JsonNode listed) => listed["groups"]!.AsArray().Select(group => group!["groupId"]!.GetValue<string>());
    }

    static string Text(JsonNode? node) => node!.GetValue<string>();

    async Task<JsonArray> AdminAsync(string calls) =>
        JsonNode.Parse((await Programs.RunAsync("node", [Node.Script("confluent/admin.js"), BootstrapServers], [calls])).Single())!.AsArray();
}
