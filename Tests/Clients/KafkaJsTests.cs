using System.Text.Json.Nodes;

namespace NettyKafka.Tests.Clients;

/// <summary>kafkajs: a client with a protocol of its own. Confluent's client reads back what it produces; its consumers are members of groups, in tests of their own.</summary>
public sealed class KafkaJsTests : BrokerFixture
{
    protected override string[] Overrides => ["group.initial.rebalance.delay.ms=0"];

    protected override Task RequireClientAsync() => Node.RequireKafkaJsAsync();

    [TestCase("None", false)]
    [TestCase("None", true)]
    [TestCase("GZIP", false)]
    [TestCase("Snappy", false)]
    public async Task Every_record_comes_back_also_after_a_restart(string codec, bool idempotent)
    {
        var client = new ConfluentClient(Broker);
        var topic = await client.CreateTopicAsync();
        var sent = Samples.Create(seed: 20).WithoutNullHeaders();
        await NodeAsync("produce.js", [topic, codec, idempotent ? "idempotent" : "plain"], sent.Select(r => r.ToString()));

        Samples.AssertSame(sent, client.ReadAll(topic));
        await Broker.RestartAsync();
        Samples.AssertSame(sent, client.ReadAll(topic));
    }

    [Test]
    public async Task Topics_are_created_described_extended_and_deleted()
    {
        var results = await AdminAsync("""
            [["createTopics", {"topics": [{"topic": "orders", "numPartitions": 2, "configEntries": [{"name": "retention.ms", "value": "86400000"}]}]}],
             ["fetchTopicMetadata", {"topics": ["orders"]}],
             ["createPartitions", {"topicPartitions": [{"topic": "orders", "count": 3}]}],
             ["fetchTopicOffsets", "orders"],
             ["describeConfigs", {"includeSynonyms": false, "resources": [{"type": 2, "name": "orders", "configNames": ["retention.ms"]}]}],
             ["createTopics", {"topics": [{"topic": "orders"}]}],
             ["deleteTopics", {"topics": ["orders"]}],
             ["listTopics"],
             ["describeCluster"]]
            """);

        Assert.That(results[0]!.GetValue<bool>(), Is.True);
        Assert.That(results[1]!["topics"]![0]!["partitions"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That(results[3]!.AsArray(), Has.Count.EqualTo(3));
        Assert.That(results[4]!["resources"]![0]!["configEntries"]![0]!["configValue"]!.GetValue<string>(), Is.EqualTo("86400000"));
        Assert.That(results[5]!.GetValue<bool>(), Is.False, "kafkajs says false for TOPIC_ALREADY_EXISTS");
        Assert.That(results[7]!.AsArray().Select(t => t!.GetValue<string>()), Does.Not.Contain("orders"));
        Assert.That(results[8]!["brokers"]![0]!["port"]!.GetValue<int>(), Is.EqualTo(int.Parse(BootstrapServers.Split(':')[1], null)));
    }

    [Test]
    public async Task Offsets_for_times_and_deleted_records()
    {
        var client = new ConfluentClient(Broker);
        var topic = await client.CreateTopicAsync(partitions: 1);
        var start = DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeMilliseconds();
        await NodeAsync("produce.js", [topic, "None", "plain"], Enumerable.Range(0, 3).Select(i => new ClientRecord(0, -1, start + (1000 * i), null, [1], []).ToString()));

        var results = await AdminAsync($$"""
            [["fetchTopicOffsetsByTimestamp", "{{topic}}", {{start + 1}}],
             ["fetchTopicOffsetsByTimestamp", "{{topic}}", {{start + 2001}}],
             ["deleteTopicRecords", {"topic": "{{topic}}", "partitions": [{"partition": 0, "offset": "2"}]}],
             ["fetchTopicOffsets", "{{topic}}"]]
            """);

        Assert.That(results[0]![0]!["offset"]!.GetValue<string>(), Is.EqualTo("1"));
        Assert.That(results[1]![0]!["offset"]!.GetValue<string>(), Is.EqualTo("3"), "kafkajs says the end offset where no record is so new");
        Assert.That(results[3]![0]!["low"]!.GetValue<string>(), Is.EqualTo("2"));
    }

    [Test]
    public async Task A_group_is_listed_described_and_deleted_and_its_offsets_are_set()
    {
        var topic = await new ConfluentClient(Broker).CreateTopicAsync(partitions: 1);

        var results = await AdminAsync($$"""
            [["setOffsets", {"groupId": "clerks", "topic": "{{topic}}", "partitions": [{"partition": 0, "offset": "42"}]}],
             ["fetchOffsets", {"groupId": "clerks", "topics": ["{{topic}}"]}],
             ["listGroups"],
             ["describeGroups", ["clerks"]],
             ["resetOffsets", {"groupId": "clerks", "topic": "{{topic}}", "earliest": true}],
             ["fetchOffsets", {"groupId": "clerks", "topics": ["{{topic}}"]}],
             ["deleteGroups", ["clerks"]],
             ["deleteGroups", ["clerks"]],
             ["listGroups"]]
            """);

        Assert.That(results[1]![0]!["partitions"]![0]!["offset"]!.GetValue<string>(), Is.EqualTo("42"));
        Assert.That(Groups(results[2]!), Does.Contain("clerks"));
        Assert.That(results[3]!["groups"]![0]!["state"]!.GetValue<string>(), Is.EqualTo("Empty"));
        Assert.That(results[5]![0]!["partitions"]![0]!["offset"]!.GetValue<string>(), Is.Not.EqualTo("42"));
        Assert.That(results[6]![0]!["errorCode"]!.GetValue<int>(), Is.Zero);
        Assert.That(results[7]!["error"]!.GetValue<string>(), Is.EqualTo("Error in DeleteGroups"));
        Assert.That(Groups(results[8]!), Does.Not.Contain("clerks"));

        static IEnumerable<string> Groups(JsonNode listed) => listed["groups"]!.AsArray().Select(group => group!["groupId"]!.GetValue<string>());
    }

    [Test]
    public async Task Configs_are_altered_and_partitions_reassigned()
    {
        var topic = await new ConfluentClient(Broker).CreateTopicAsync(partitions: 1);

        var results = await AdminAsync($$"""
            [["alterConfigs", {"resources": [{"type": 2, "name": "{{topic}}", "configEntries": [{"name": "retention.ms", "value": "5000"}]}]}],
             ["describeConfigs", {"resources": [{"type": 2, "name": "{{topic}}", "configNames": ["retention.ms"]}]}],
             ["alterPartitionReassignments", {"topics": [{"topic": "{{topic}}", "partitionAssignment": [{"partition": 0, "replicas": [1]}]}]}],
             ["alterPartitionReassignments", {"topics": [{"topic": "{{topic}}", "partitionAssignment": [{"partition": 0, "replicas": [2]}]}]}],
             ["listPartitionReassignments", {"topics": [{"topic": "{{topic}}", "partitions": [0]}]}]]
            """);

        Assert.That(results[1]!["resources"]![0]!["configEntries"]![0]!["configValue"]!.GetValue<string>(), Is.EqualTo("5000"));
        Assert.That(results[2], Is.Null);
        Assert.That(results[3]!["error"]!.GetValue<string>(), Is.EqualTo("Errors altering partition reassignments"));
        Assert.That(results[4]!["topics"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task An_unknown_topic_is_an_error_with_its_name()
    {
        var results = await AdminAsync("""[["deleteTopics", {"topics": ["nowhere"], "timeout": 1000}]]""");

        Assert.That(results[0]!["error"]!.GetValue<string>(), Is.EqualTo("UNKNOWN_TOPIC_OR_PARTITION"));
    }

    async Task<JsonArray> AdminAsync(string calls) => JsonNode.Parse((await NodeAsync("admin.js", [], [calls])).Single())!.AsArray();

    Task<string[]> NodeAsync(string script, string[] arguments, IEnumerable<string> input) =>
        Programs.RunAsync("node", [Node.Script(script), BootstrapServers, .. arguments], input);
}
