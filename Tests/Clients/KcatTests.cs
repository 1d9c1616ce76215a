using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace NettyKafka.Tests.Clients;

/// <summary>kcat: an older librdkafka, as distributions ship it.</summary>
public sealed class KcatTests : BrokerFixture
{
    protected override Task RequireClientAsync() => Programs.Require("kcat", "kcat", "-V");

    [TestCase("none")]
    [TestCase("gzip")]
    [TestCase("snappy")]
    [TestCase("lz4")]
    [TestCase("zstd")]
    public async Task Every_record_comes_back_also_after_a_restart(string codec)
    {
        var topic = await new ConfluentClient(Broker).CreateTopicAsync();
        for (var partition = 0; partition < Samples.Partitions; partition++)
            await ProduceAsync(topic, partition, codec);

        await AssertReadBackAsync(topic);
        await Broker.RestartAsync();
        await AssertReadBackAsync(topic);
    }

    /// <summary>0.9 has message sets of magic 0, 0.10 those of magic 1.</summary>
    [Test]
    public async Task Old_versions_read_and_write_what_new_ones_write_and_read(
        [Values("0.8.2", "0.9.0", "0.10.0")] string version, [Values("none", "gzip", "snappy", "lz4")] string codec)
    {
        string[] old = ["-X", "api.version.request=false", "-X", $"broker.version.fallback={version}"];
        var topic = await new ConfluentClient(Broker).CreateTopicAsync(partitions: 1);
        var (first, second) = (Enumerable.Range(0, 2000).Select(i => $"old {i}"), Enumerable.Range(0, 2000).Select(i => $"new {i}"));

        await KcatAsync(["-P", "-t", topic, "-p", "0", "-z", codec, .. old], first);
        await KcatAsync(["-P", "-t", topic, "-p", "0", "-z", codec], second);

        var expected = first.Concat(second).Select((value, i) => $"{i} {value}");
        foreach (var reader in (string[][])[old, []])
            Assert.That(await KcatAsync(["-C", "-t", topic, "-p", "0", "-o", "beginning", "-e", "-q", "-f", "%o %s\\n", .. reader]), Is.EqualTo(expected));
        Assert.That(await KcatAsync(["-C", "-t", topic, "-p", "0", "-o", "1234", "-c", "1", "-q", "-f", "%o %s\\n", .. old]), Is.EqualTo(new[] { "1234 old 1234" }));
    }

    [Test]
    public async Task Producing_to_an_unknown_topic_creates_it()
    {
        var topic = $"auto-{Guid.NewGuid():N}";

        await KcatAsync(["-P", "-t", topic], ["hello"]);

        Assert.That(await KcatAsync(["-C", "-t", topic, "-o", "beginning", "-e", "-q"]), Is.EqualTo(new[] { "hello" }));
        var metadata = JsonNode.Parse(string.Concat(await KcatAsync(["-L", "-J", "-t", topic])))!;
        Assert.That(metadata["brokers"]![0]!["name"]!.GetValue<string>(), Is.EqualTo(BootstrapServers));
        Assert.That(metadata["topics"]![0]!["partitions"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Offsets_for_times_are_those_of_the_first_record_not_older()
    {
        var client = new ConfluentClient(Broker);
        var topic = await client.CreateTopicAsync(partitions: 1);
        var start = DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeMilliseconds();
        using (var producer = client.Producer())
            ConfluentClient.Produce(producer, topic, Enumerable.Range(0, 3).Select(i => new ClientRecord(0, -1, start + (1000 * i), null, [1], [])));

        Assert.That(await QueryAsync(topic, start + 1), Is.EqualTo($"{topic} [0] offset 1"));
        Assert.That(await QueryAsync(topic, start + 2000), Is.EqualTo($"{topic} [0] offset 2"));
    }

    async Task ProduceAsync(string topic, int partition, string codec) => await KcatAsync(
        ["-P", "-t", topic, "-p", Text(partition), "-z", codec, "-K", ":", "-Z", "-H", $"partition={partition}", "-H", "client=kcat"],
        Enumerable.Range(0, Samples.Count / Samples.Partitions).Select(i => $"{Key(i)}{(Key(i) is null ? "" : ":")}{Value(i)}"));

    async Task AssertReadBackAsync(string topic)
    {
        for (var partition = 0; partition < Samples.Partitions; partition++)
        {
            var read = await KcatAsync(["-C", "-t", topic, "-p", Text(partition), "-o", "beginning", "-e", "-q", "-J"]);
            var expected = Enumerable.Range(0, Samples.Count / Samples.Partitions).Select(i => (i, Key(i), Value(i), $"partition={partition} client=kcat"));
            Assert.That(read.Select(Parse), Is.EqualTo(expected));
        }
    }

    static (int Offset, string? Key, string? Value, string Headers) Parse(string line)
    {
        var record = JsonNode.Parse(line)!;
        var headers = record["headers"]!.AsArray().Select(h => h!.GetValue<string>()).Chunk(2).Select(h => string.Join('=', h));
        return (record["offset"]!.GetValue<int>(), record["key"]?.GetValue<string>(), record["payload"]?.GetValue<string>(), string.Join(' ', headers));
    }

    // kcat sends an empty key or value as null.
    static string? Key(int i) => i % 7 == 0 ? null : $"key-{i % 100}";

    static string? Value(int i) => i % 11 == 1 && Key(i) is not null ? null : new StringBuilder("value").Insert(5, "-of-a-record", i % 20).Append(i).ToString();

    async Task<string> QueryAsync(string topic, long timestamp) => (await KcatAsync(["-Q", "-t", $"{topic}:0:{timestamp}"])).Single();

    Task<string[]> KcatAsync(string[] arguments, IEnumerable<string>? input = null) => Programs.RunAsync("kcat", ["-b", BootstrapServers, .. arguments], input);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
