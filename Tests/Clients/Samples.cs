using System.Text;

namespace NettyKafka.Tests.Clients;

/// <summary>Records to produce, and how what was read is compared with them.</summary>
static class Samples
{
    public const int Count = 10_000;
    public const int Partitions = 4;

    static readonly string[] Words = ["broker", "topic", "partition", "offset", "leader", "epoch", "replica", "segment"];

    /// <summary>Random records over all partitions: null, empty and long keys and values, none to three headers, ascending times.</summary>
    public static List<ClientRecord> Create(int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var start = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();
        return [.. Enumerable.Range(0, Count).Select(i => Create(random, start + i))];
    }

    /// <summary>The same records for clients that cannot send a header without a value.</summary>
    public static List<ClientRecord> WithoutNullHeaders(this List<ClientRecord> records) =>
        records.ConvertAll(r => r with { Headers = [.. r.Headers.Where(h => h.Value is not null)] });

    /// <summary>The same records for clients older than headers.</summary>
    public static List<ClientRecord> WithoutHeaders(this List<ClientRecord> records) => records.ConvertAll(r => r with { Headers = [] });

    /// <summary>The same records for clients older than timestamps.</summary>
    public static List<ClientRecord> WithoutTimes(this List<ClientRecord> records) => records.ConvertAll(r => r with { Timestamp = -1 });

    /// <summary>Same records, same order in each partition, offsets without a gap from 0.</summary>
    public static void AssertSame(IEnumerable<ClientRecord> sent, IEnumerable<ClientRecord> received) =>
        Assert.That(Lines(received), Is.EqualTo(Lines(WithOffsets(sent))));

    static ClientRecord Create(Random random, long timestamp)
    {
        var kind = random.Next(20);
        var key = kind is 0 or 5 ? null : kind == 1 ? [] : Encoding.UTF8.GetBytes($"key-{random.Next(100)}");
        var value = kind is 2 or 5 ? null : kind == 3 ? [] : kind == 4 ? Bytes(random, random.Next(2_000)) : Encoding.UTF8.GetBytes(Text(random));
        return new(random.Next(Partitions), -1, timestamp, key, value, Headers(random));
    }

    static ClientHeader[] Headers(Random random) => random.Next(4) switch
    {
        0 => [],
        1 => [new("source", Encoding.UTF8.GetBytes("tests"))],
        2 => [new("trace", Bytes(random, 16)), new("empty", [])],
        _ => [new("source", Encoding.UTF8.GetBytes("first")), new("source", Encoding.UTF8.GetBytes("second")), new("none", null)],
    };

    static string Text(Random random) => string.Join(' ', random.GetItems(Words, random.Next(1, 30)));

    static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    static IEnumerable<ClientRecord> WithOffsets(IEnumerable<ClientRecord> sent)
    {
        var ends = new long[Partitions];
        foreach (var record in sent)
            yield return record with { Offset = ends[record.Partition]++ };
    }

    static List<string> Lines(IEnumerable<ClientRecord> records) => [.. records.OrderBy(r => r.Partition).Select(r => r.ToString())];
}
