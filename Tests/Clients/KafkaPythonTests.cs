using System.Text.Json.Nodes;

namespace NettyKafka.Tests.Clients;

/// <summary>kafka-python 2.0.2: an old client that learns the broker's version by probing, and speaks still older ones when told to.</summary>
public sealed class KafkaPythonTests : BrokerFixture
{
    protected override Task RequireClientAsync() => Python.RequireKafkaAsync();

    [TestCase("none")]
    [TestCase("gzip")]
    [TestCase("snappy")]
    [TestCase("lz4")]
    [TestCase("zstd")]
    public async Task Every_record_comes_back_also_after_a_restart(string codec)
    {
        var topic = await new ConfluentClient(Broker).CreateTopicAsync();
        var sent = Samples.Create(seed: 30).WithoutNullHeaders().ConvertAll(WithKeyOrValue);
        await PythonAsync("produce.py", [topic, codec], sent.Select(r => r.ToString()));

        Samples.AssertSame(sent, await ReadAllAsync(topic));
        await Broker.RestartAsync();
        Samples.AssertSame(sent, await ReadAllAsync(topic));
    }

    /// <summary>0.9 has message sets of magic 0, without a time, and 0.10 those of magic 1.</summary>
    [Test]
    public async Task Every_record_that_an_old_version_sends_comes_back_in_any_version(
        [Values("0.9", "0.10")] string version, [Values("none", "gzip", "snappy", "lz4")] string codec)
    {
        var topic = await new ConfluentClient(Broker).CreateTopicAsync();
        var sent = Samples.Create(seed: 31).WithoutHeaders().ConvertAll(WithKeyOrValue);
        await PythonAsync("produce.py", [topic, codec, version], sent.Select(r => r.ToString()));

        if (version == "0.9")
            sent = sent.WithoutTimes();
        Samples.AssertSame(sent, await ReadAllAsync(topic));
        Samples.AssertSame(sent, await ReadAllAsync(topic, "0.10"));
        Samples.AssertSame(sent.WithoutTimes(), await ReadAllAsync(topic, "0.9"));
    }

    [Test]
    public async Task Every_record_but_its_headers_comes_to_an_old_version([Values("none", "gzip", "snappy", "lz4")] string codec)
    {
        var client = new ConfluentClient(Broker);
        var topic = await client.CreateTopicAsync();
        var sent = Samples.Create(seed: 32);
        using (var producer = client.Producer(config => config.CompressionType = Enum.Parse<Confluent.Kafka.CompressionType>(codec, ignoreCase: true)))
            ConfluentClient.Produce(producer, topic, sent);

        Samples.AssertSame(sent.WithoutHeaders(), await ReadAllAsync(topic, "0.10"));
        Samples.AssertSame(sent.WithoutHeaders().WithoutTimes(), await ReadAllAsync(topic, "0.9"));
    }

    [Test]
    public async Task Topics_are_created_described_extended_and_deleted()
    {
        var results = JsonNode.Parse((await PythonAsync("admin.py", ["payments"])).Single())!;

        Assert.That(results["created"]!["partitions"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That(results["retention.ms"]!.GetValue<string>(), Is.EqualTo("86400000"));
        Assert.That(results["extended"]!["partitions"]!.AsArray(), Has.Count.EqualTo(3));
        Assert.That(results["createdAgain"]!.GetValue<string>(), Is.EqualTo("TopicAlreadyExistsError"));
        Assert.That(results["deleted"]!["error_code"]!.GetValue<int>(), Is.EqualTo(3), "UNKNOWN_TOPIC_OR_PARTITION");
    }

    [Test]
    public async Task A_group_is_listed_described_and_deleted_with_its_offsets()
    {
        var topic = await new ConfluentClient(Broker).CreateTopicAsync();

        var results = JsonNode.Parse((await PythonAsync("groups.py", [topic, "bookkeepers"])).Single())!;

        Assert.That(results["committed"]!.ToJsonString(), Is.EqualTo("""[42,"a note"]"""));
        Assert.That(results["listed"]!.GetValue<bool>(), Is.True);
        Assert.That(results["described"]!.ToJsonString(), Is.EqualTo("""["bookkeepers","Empty",0]"""));
        Assert.That(results["offsets"]!.ToJsonString(), Is.EqualTo($"""[["{topic}",1,42,"a note"]]"""));
        Assert.That(results["deleted"]!.ToJsonString(), Is.EqualTo("""["NoError"]"""));
        Assert.That(results["deletedAgain"]!.ToJsonString(), Is.EqualTo("""["GroupIdNotFoundError"]"""));
        Assert.That(results["listedThen"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    public async Task Offsets_for_times_are_those_of_the_first_record_not_older()
    {
        var topic = await new ConfluentClient(Broker).CreateTopicAsync(partitions: 1);
        var start = DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeMilliseconds();
        await PythonAsync("produce.py", [topic, "none"], Enumerable.Range(0, 3).Select(i => new ClientRecord(0, -1, start + (1000 * i), null, [1], []).ToString()));

        var offsets = await PythonAsync("offsets.py", [topic, $"{start - 1}", $"{start + 1}", $"{start + 2000}", $"{start + 2001}"]);

        Assert.That(offsets, Is.EqualTo(new[] { "0", "1", "2", "None" }));
    }

    // The client refuses a record without both.
    static ClientRecord WithKeyOrValue(ClientRecord record) => record is { Key: null, Value: null } ? record with { Key = [] } : record;

    async Task<IEnumerable<ClientRecord>> ReadAllAsync(string topic, params string[] version) => (await PythonAsync("consume.py", [topic, .. version])).Select(ClientRecord.Parse);

    Task<string[]> PythonAsync(string script, string[] arguments, IEnumerable<string>? input = null) =>
        Programs.RunAsync(Python.Program, [Python.Script(script), BootstrapServers, .. arguments], input);
}
