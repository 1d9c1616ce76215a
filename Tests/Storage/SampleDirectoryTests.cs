using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Data directories by Apache Kafka 4.2 are read as Kafka's own consumer reads them, and left as Kafka leaves them.</summary>
public sealed class SampleDirectoryTests : IDisposable
{
    const int InlineValueBytes = 400;

    readonly BlockingExecutor executor = new(2, NullLogger.Instance);

    public void Dispose() => executor.Dispose();

    [Test]
    public async Task Every_record_is_there([Values("clean", "killed")] string kind, [Values] bool committed)
    {
        using var sample = new SampleDirectory(kind);
        using var manager = await OpenAsync(sample.Path);
        var isolation = committed ? "read_committed" : "read_uncommitted";

        var partitions = 0;
        foreach (var line in await ExpectedAsync())
        {
            using var expected = JsonDocument.Parse(line);
            if (!expected.RootElement.TryGetProperty("isolation", out var found) || found.GetString() != isolation)
                continue;
            await ExpectAsync(manager, expected.RootElement, committed);
            partitions++;
        }

        Assert.That(partitions, Is.EqualTo(7));
    }

    [Test]
    public async Task What_recovery_and_a_clean_stop_leave_of_a_killed_directory_is_what_kafka_leaves()
    {
        using var killed = new SampleDirectory("killed");
        using var clean = new SampleDirectory("clean");
        using (var manager = await OpenAsync(killed.Path))
            await manager.CloseAsync();

        var compared = 0;
        foreach (var path in Directory.EnumerateFiles(clean.Path, "*", SearchOption.AllDirectories).Where(IsComparable))
        {
            var ours = Path.Combine(killed.Path, Path.GetRelativePath(clean.Path, path));
            Assert.That(File.Exists(ours), Is.True, ours);
            Assert.That(Convert.ToHexString(Comparable(ours)), Is.EqualTo(Convert.ToHexString(Comparable(path))), ours);
            compared++;
        }

        await TestContext.Out.WriteLineAsync($"{compared} files compared");
        Assert.That(compared, Is.GreaterThan(60));
    }

    /// <summary>Kafka went on with the metadata log, and as the leader of a new epoch, before it stopped.</summary>
    static bool IsComparable(string path) =>
        !path.Contains("__cluster_metadata-0", StringComparison.Ordinal) && Path.GetFileName(path) != LeaderEpochCache.FileName && Path.GetFileName(Path.GetDirectoryName(path)) != "data";

    /// <summary>The entries of a snapshot stand in the order of a hash table.</summary>
    static byte[] Comparable(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (!path.EndsWith(".snapshot", StringComparison.Ordinal))
            return bytes;
        Assert.That(ProducerSnapshotFile.TryRead(bytes, out var entries), Is.True, path);
        return ProducerSnapshotFile.Write([.. entries!.OrderBy(entry => entry.ProducerId)]);
    }

    static async Task<string[]> ExpectedAsync()
    {
        await using var stream = new GZipStream(File.OpenRead(SampleDirectory.GoldenPath("expected.jsonl.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    static async Task ExpectAsync(LogManager manager, JsonElement expected, bool committed)
    {
        var partition = new TopicPartition(expected.GetProperty("topic").GetString()!, expected.GetProperty("partition").GetInt32());
        var log = manager.FindLog(partition);
        Assert.That(log, Is.Not.Null, $"{partition}");
        var bounds = log!.Bounds;
        Assert.That(bounds.LogStartOffset, Is.EqualTo(expected.GetProperty("logStartOffset").GetInt64()), $"{partition}");
        Assert.That(committed ? bounds.LastStableOffset : bounds.HighWatermark, Is.EqualTo(expected.GetProperty("end").GetInt64()), $"{partition}");
        var records = await ConsumeAsync(log, committed);
        Assert.That(records, Is.EqualTo(expected.GetProperty("records").EnumerateArray().Select(Text)), $"{partition}");
    }

    /// <summary>Reads as a consumer does: control batches are not shown, nor aborted transactions to who wants committed records.</summary>
    static async Task<List<string>> ConsumeAsync(UnifiedLog log, bool committed)
    {
        var isolation = committed ? FetchIsolation.TxnCommitted : FetchIsolation.HighWatermark;
        var records = new List<string>();
        for (var offset = log.Bounds.LogStartOffset; offset < log.Bounds.LimitOf(isolation);)
        {
            var read = await log.ReadAsync(offset, 64 << 10, isolation, minOneBatch: true);
            Assert.That((read.Error, read.Records.SizeInBytes > 0), Is.EqualTo((ErrorCode.None, true)), $"{log.Partition} at {offset}");
            offset = Consume(read, offset, records);
            read.Records.Release();
        }

        return records;
    }

    static long Consume(FetchDataInfo read, long offset, List<string> records)
    {
        var upcoming = new Queue<AbortedTransaction>((read.AbortedTransactions ?? []).OrderBy(transaction => transaction.FirstOffset));
        var aborting = new HashSet<long>();
        var rest = read.Records.Span;
        var from = offset;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            while (upcoming.TryPeek(out var next) && next.FirstOffset <= batch.LastOffset)
                aborting.Add(upcoming.Dequeue().ProducerId);
            if (batch.IsControl)
                aborting.Remove(batch.ProducerId);
            else if (!batch.IsTransactional || !aborting.Contains(batch.ProducerId))
                AddRecords(batch, from, records);
            offset = batch.NextOffset;
        }

        return offset;
    }

    static void AddRecords(RecordBatch batch, long from, List<string> records)
    {
        foreach (var record in batch.ReadRecords())
        {
            if (record.Offset < from)
                continue;
            var headers = new List<string>();
            foreach (var header in record.Headers)
                headers.Add($"{Encoding.UTF8.GetString(header.Key)}={(header.HasValue ? Encoding.UTF8.GetString(header.Value) : "null")}");
            records.Add($"{record.Offset} {record.Timestamp} {(record.HasKey ? Shown(record.Key) : "null")} {(record.HasValue ? Shown(record.Value) : "null")} [{string.Join(",", headers)}]");
        }
    }

    static string Shown(ReadOnlySpan<byte> bytes) => bytes.Length < InlineValueBytes ? Encoding.UTF8.GetString(bytes) : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    static string Text(JsonElement record)
    {
        var headers = record[4].EnumerateArray().Select(header => $"{header[0].GetString()}={header[1].GetString() ?? "null"}");
        return $"{record[0].GetInt64()} {record[1].GetInt64()} {record[2].GetString() ?? "null"} {record[3].GetString() ?? "null"} [{string.Join(",", headers)}]";
    }

    async Task<LogManager> OpenAsync(string path)
    {
        var manager = new LogManager([path], new DiskFileSystem(), new(executor, UnpooledByteBufferAllocator.Default, TimeProvider.System, NullLogger.Instance) { ProducerIdExpirationMs = long.MaxValue });
        await manager.OpenAsync(nodeId: 1, clusterId: null, _ => TopicConfig.Default);
        Assert.That(manager.Directories.Single().IsOffline, Is.False);
        return manager;
    }
}
