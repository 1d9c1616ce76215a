using System.Net;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using NettyKafka.Http;
using NettyKafka.Testing;

namespace NettyKafka.Tests.Testing;

/// <summary>The control of a broker over HTTP, as a test in any language would use it.</summary>
public sealed class ControlServerTests : IAsyncDisposable
{
    readonly HttpClient client = new();
    EmbeddedKafka kafka = null!;
    ControlServer server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        kafka = await EmbeddedKafka.StartAsync(new() { Nodes = 2, FaultyDisk = true });
        server = await ControlServer.StartAsync(kafka, new(IPAddress.Loopback, 0));
        client.BaseAddress = new($"http://{server.Address}");
    }

    [TearDown]
    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await kafka.DisposeAsync();
    }

    [Test]
    public async Task Records_are_written_and_read()
    {
        await DoneAsync("CreateTopic", """{"name": "orders", "partitions": 2, "configs": {"cleanup.policy": "compact"}}""");
        var written = await DoneAsync("Produce", """{"records": [{"topic": "orders", "partition": 1, "key": "1", "value": "hello", "headers": [{"key": "h", "value": "x"}]}, {"topic": "orders", "keyBase64": "/w=="}]}""");
        var read = await DoneAsync("ReadAll", """{"topic": "orders"}""");

        Assert.That(written.GetProperty("records").EnumerateArray().Select(record => (record.GetProperty("partition").GetInt32(), record.GetProperty("offset").GetInt64())), Is.EqualTo(new[] { (1, 0L), (0, 0L) }));
        Assert.That(read.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("partition").GetInt32()), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(read.GetProperty("records")[0].GetProperty("keyBase64").GetString(), Is.EqualTo("/w=="));
        Assert.That((await kafka.ReadAllAsync("orders")).Single(record => record.Partition == 1).ValueText, Is.EqualTo("hello"));
    }

    [Test]
    public async Task The_cluster_and_its_groups_are_shown()
    {
        await DoneAsync("CreateTopic", """{"name": "orders"}""");
        using (var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "g" }).Build())
        {
            consumer.Commit([new("orders", 0, 7)]);
            var groups = (await DoneAsync("Groups", "{}")).GetProperty("groups");
            Assert.That((groups[0].GetProperty("groupId").GetString(), groups[0].GetProperty("offsets")[0].GetProperty("offset").GetInt64()), Is.EqualTo(("g", 7L)));
        }

        var cluster = await DoneAsync("Cluster", "");

        Assert.That(cluster.GetProperty("bootstrapServers").GetString(), Is.EqualTo(kafka.BootstrapServers));
        Assert.That(cluster.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("isUp").GetBoolean()), Is.EqualTo(new[] { true, true }));
        var orders = cluster.GetProperty("topics").EnumerateArray().Single(topic => topic.GetProperty("name").GetString() == "orders");
        Assert.That(orders.GetProperty("partitions")[0].GetProperty("leader").GetInt32(), Is.EqualTo(kafka.Nodes.LeaderOf("orders", 0)));
    }

    [Test]
    public async Task Nodes_and_leaders_move()
    {
        await DoneAsync("CreateTopic", """{"name": "orders"}""");
        var other = kafka.Nodes.ReplicasOf("orders", 0)[1];

        await DoneAsync("MoveLeader", $$"""{"topic": "orders", "partition": 0, "node": {{other}}}""");
        Assert.That(kafka.Nodes.LeaderOf("orders", 0), Is.EqualTo(other));
        await DoneAsync("BumpLeaderEpoch", """{"topic": "orders", "partition": 0}""");
        await DoneAsync("StopNode", $$"""{"node": {{other}}}""");
        Assert.That(kafka.Nodes.LeaderOf("orders", 0), Is.Not.EqualTo(other));
        await DoneAsync("StartNode", $$"""{"node": {{other}}}""");
        var added = (await DoneAsync("AddNode", "{}")).GetProperty("node").GetInt32();
        await DoneAsync("SetReplicas", $$"""{"topic": "orders", "partition": 0, "nodes": [{{added}}]}""");
        Assert.That(kafka.Nodes.ReplicasOf("orders", 0), Is.EqualTo(new[] { added }));
        await DoneAsync("MoveGroupCoordinator", $$"""{"group": "g", "node": {{added}}}""");
        Assert.That(await kafka.Nodes.GroupCoordinatorOfAsync("g"), Is.EqualTo(added));
    }

    [Test]
    public async Task Faults_are_added_seen_and_taken_away()
    {
        await DoneAsync("CreateTopic", """{"name": "orders"}""");
        await DoneAsync("StartJournal", "{}");
        var fault = await DoneAsync("AddFault", """{"apis": ["Produce"], "topic": "orders", "error": "NOT_ENOUGH_REPLICAS", "count": 1}""");
        var id = fault.GetProperty("id").GetInt32();
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, RetryBackoffMs = 10 }).Build();

        await producer.ProduceAsync("orders", new() { Value = "v" });

        await DoneAsync("WaitForFault", $$"""{"id": {{id}}, "hits": 1}""");
        var listed = (await DoneAsync("ListFaults", "{}")).GetProperty("faults")[0];
        Assert.That((listed.GetProperty("hits").GetInt32(), listed.GetProperty("rule").GetProperty("error").GetString()), Is.EqualTo((1, "NOT_ENOUGH_REPLICAS")));
        var entries = (await DoneAsync("Journal", """{"api": "Produce"}""")).GetProperty("entries");
        Assert.That(entries.EnumerateArray().Select(entry => entry.GetProperty("faults").GetArrayLength()), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(entries[0].GetProperty("partitionErrors")[0].GetProperty("error").GetString(), Is.EqualTo("NOT_ENOUGH_REPLICAS"));
        await DoneAsync("RemoveFault", $$"""{"id": {{id}}}""");
        await FailsAsync(HttpStatusCode.BadRequest, "RemoveFault", $$"""{"id": {{id}}}""", $"There is no fault rule {id}; there are none");
    }

    [Test]
    public async Task Time_goes_forward_and_what_is_waited_for_comes_or_does_not()
    {
        await DoneAsync("Produce", """{"records": [{"topic": "orders", "value": "old"}]}""");
        await DoneAsync("WaitForOffset", """{"topic": "orders", "partition": 0, "offset": 1}""");
        await FailsAsync(HttpStatusCode.RequestTimeout, "WaitForTopic", """{"topic": "never", "timeoutMs": 50}""", "never");

        Assert.That((await DoneAsync("AdvanceClock", """{"ms": 864000000}""")).GetProperty("skippedMs").GetInt64(), Is.EqualTo(864_000_000));

        Assert.That((await DoneAsync("ReadAll", """{"topic": "orders"}""")).GetProperty("records").GetArrayLength(), Is.Zero, "its retention is over");
    }

    [Test]
    public async Task A_broker_that_has_crashed_is_in_no_state_for_commands_until_it_is_recovered()
    {
        await DoneAsync("Crash", """{"losesUnflushed": true}""");
        await FailsAsync(HttpStatusCode.Conflict, "Cluster", "{}", "crashed");
        await FailsAsync(HttpStatusCode.Conflict, "Crash", "{}", "crashed");

        await DoneAsync("Recover", "{}");

        await DoneAsync("Cluster", "{}");
    }

    [TestCase("CreateTopic", "", "name is missing")]
    [TestCase("CreateTopic", "[]", "The body is to be a JSON object")]
    [TestCase("CreateTopic", """{"name": 3}""", "name: a string is expected")]
    [TestCase("CreateTopic", """{"name": "a", "colour": 1}""", "colour is unknown; valid: name, partitions, replicationFactor, configs")]
    [TestCase("CreateTopic", """{"name": "a b"}""", "The topic a b cannot be created")]
    [TestCase("CreateTopic", """{"name": """, "The body is not JSON")]
    [TestCase("ReadAll", """{"topic": "none"}""", "There is no topic none")]
    [TestCase("MoveLeader", """{"topic": "none", "partition": 0, "node": 1}""", "There is no partition none-0")]
    [TestCase("StopNode", """{"node": 77}""", "There is no node 77; there are 1, 2")]
    [TestCase("AddFault", """{"error": "NO_SUCH_ERROR"}""", "NOT_LEADER_OR_FOLLOWER")]
    [TestCase("AddFault", """{"apis": ["Prduce"], "drop": true}""", "Produce")]
    [TestCase("AdvanceClock", """{"ms": -1}""", "ms: -1 is not between 0")]
    [TestCase("ActAs", """{"release": "9.9"}""", "There is no release 9.9")]
    [TestCase("WaitForGroup", """{"group": "g", "timeoutMs": -5}""", "timeoutMs: -5 is less than 0")]
    public Task What_cannot_be_is_refused_and_says_what_can(string command, string body, string error) => FailsAsync(HttpStatusCode.BadRequest, command, body, error);

    [Test]
    public async Task Other_requests_are_refused()
    {
        await FailsAsync(HttpStatusCode.NotFound, "Explode", "{}", "There is no command Explode; valid: CreateTopic, ");
        Assert.That((await client.GetAsync("/control/Cluster")).StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That((await client.GetAsync("/other")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        using var large = new StringContent(new string(' ', 2 << 20));
        Assert.That((await client.PostAsync("/control/Produce", large)).StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [TestCase("Host", "evil.example", HttpStatusCode.Forbidden)]
    [TestCase("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [TestCase("Origin", "null", HttpStatusCode.Forbidden)]
    [TestCase("Host", "localhost:1", HttpStatusCode.OK)]
    public async Task Pages_of_other_sites_control_nothing(string header, string value, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/control/Cluster") { Content = new StringContent("{}") };
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task The_document_and_the_page_describe_every_command()
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync("/openapi.json"));
        var page = await client.GetStringAsync("/");

        var root = document.RootElement;
        Assert.That(root.GetProperty("openapi").GetString(), Is.EqualTo("3.1.0"));
        var names = root.GetProperty("paths").EnumerateObject().Select(path => path.Name["/control/".Length..]).ToList();
        Assert.That(names, Is.SupersetOf(new[] { "CreateTopic", "MoveLeader", "AddFault", "AdvanceClock", "Journal", "WaitForGroup" }).And.Unique);
        foreach (var name in names)
            Assert.That(page, Does.Contain($"/control/{name}"));
        foreach (var reference in ReferencesIn(root))
            Assert.That(Resolves(root, reference), reference);
    }

    [Test]
    public async Task Whatever_is_sent_the_broker_goes_on([Values(1, 2, 3)] int seed)
    {
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        using var document = JsonDocument.Parse(await client.GetStringAsync("/openapi.json"));
        // Those that are to end the broker, or to break its disk, do so.
        string[] left = ["Crash", "FailDisk", "FillUpDisk", "RefuseConnections", "ActAs", "CapVersions", "AddFault", "RemoveNode", "StopNode", "KillNode"];
        var commands = document.RootElement.GetProperty("paths").EnumerateObject().Select(path => (path.Name, Example: path.Value.GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText()))
            .Where(command => !left.Contains(command.Name["/control/".Length..])).ToList();
        for (var i = 0; i < 200; i++)
        {
            var (path, example) = commands[random.Next(commands.Count)];
            using var content = new StringContent(Mangled(example, random));
            using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(path.Contains("WaitFor", StringComparison.Ordinal) ? 20 : 20_000));
            try
            {
                using var response = await client.PostAsync(path, content, timeout.Token);
                Assert.That((int)response.StatusCode, Is.LessThan(500), $"{path} {await response.Content.ReadAsStringAsync()}");
            }
            catch (OperationCanceledException) when (path.Contains("WaitFor", StringComparison.Ordinal))
            {
                continue;
            }
        }

        await kafka.ProduceAsync(new EmbeddedRecord("after", null, "all"));
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig { BootstrapServers = kafka.BootstrapServers, GroupId = "g" }).Build();
        consumer.Assign(new TopicPartitionOffset("after", 0, Offset.Beginning));
        Assert.That(consumer.Consume(TimeSpan.FromSeconds(20))?.Message.Value, Is.EqualTo("all"));
    }

    static string Mangled(string json, Random random)
    {
        var text = new StringBuilder(json);
        for (var changes = random.Next(4); changes > 0 && text.Length > 1; changes--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(3))
            {
                case 0:
                    text.Remove(at, 1);
                    break;
                case 1:
                    text[at] = (char)random.Next(32, 300);
                    break;
                default:
                    text.Insert(at, "\",{}[]:-0e9\\u"[random.Next(12)]);
                    break;
            }
        }

        return text.ToString();
    }

    async Task<JsonElement> DoneAsync(string command, string body)
    {
        using var content = new StringContent(body);
        using var response = await client.PostAsync($"/control/{command}", content);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), answer);
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.Clone();
    }

    async Task FailsAsync(HttpStatusCode status, string command, string body, string error)
    {
        using var content = new StringContent(body);
        using var response = await client.PostAsync($"/control/{command}", content);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.That(answer.RootElement.GetProperty("error").GetString(), Does.Contain(error));
        Assert.That(response.StatusCode, Is.EqualTo(status));
    }

    static IEnumerable<string> ReferencesIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => property.Name == "$ref" ? [property.Value.GetString()!] : ReferencesIn(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(ReferencesIn),
        _ => [],
    };

    static bool Resolves(JsonElement root, string reference)
    {
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (root.ValueKind == JsonValueKind.Array ? int.TryParse(part, out var index) && index < root.GetArrayLength() : root.TryGetProperty(part, out _))
                root = root.ValueKind == JsonValueKind.Array ? root[int.Parse(part)] : root.GetProperty(part);
            else
                return false;
        }

        return true;
    }
}
