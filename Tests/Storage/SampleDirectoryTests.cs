using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Data directories by Apache Kafka 4.2 are read as Kafka's own consumer reads them, and left as Kafka leaves them.</summary>
public sealed class SampleDirectoryTests : IDisposable
{
    readonly BlockingExecutor executor = new(2, NullLogger.Instance);

    public void Dispose() => executor.Dispose();

    [Test]
    public async Task Every_record_is_there([Values("clean", "killed")] string kind, [Values] bool committed)
    {
        using var sample = new SampleDirectory(kind);
        using var manager = await OpenAsync(sample.Path);

        var partitions = 0;
        foreach (var expected in SampleRecords.Expected().Where(partition => partition.IsCommitted == committed))
        {
            await ExpectAsync(manager, expected, committed);
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

    static async Task ExpectAsync(LogManager manager, SamplePartition expected, bool committed)
    {
        var partition = new TopicPartition(expected.Topic, expected.Partition);
        var log = manager.FindLog(partition);
        Assert.That(log, Is.Not.Null, $"{partition}");
        var bounds = log!.Bounds;
        Assert.That(bounds.LogStartOffset, Is.EqualTo(expected.LogStartOffset), $"{partition}");
        Assert.That(committed ? bounds.LastStableOffset : bounds.HighWatermark, Is.EqualTo(expected.End), $"{partition}");
        Assert.That(await ConsumeAsync(log, committed), Is.EqualTo(expected.Records), $"{partition}");
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
            offset = SampleRecords.Consume(read.Records.Span, (read.AbortedTransactions ?? []).Select(transaction => (transaction.ProducerId, transaction.FirstOffset)), offset, records);
            read.Records.Release();
        }

        return records;
    }

    async Task<LogManager> OpenAsync(string path)
    {
        var manager = new LogManager([path], new DiskFileSystem(), new(executor, UnpooledByteBufferAllocator.Default, TimeProvider.System, NullLogger.Instance) { ProducerIdExpirationMs = long.MaxValue });
        await manager.OpenAsync(nodeId: 1, clusterId: null, _ => TopicConfig.Default);
        Assert.That(manager.Directories.Single().IsOffline, Is.False);
        return manager;
    }
}
