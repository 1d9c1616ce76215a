using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Cleaner;

/// <summary>Logs that Kafka 4.2 has written and compacted are compacted on.</summary>
public sealed class SampleCleaningTests : IDisposable
{
    readonly BlockingExecutor executor = new(2, NullLogger.Instance);

    public void Dispose() => executor.Dispose();

    [TestCase("compacted")]
    [TestCase("__consumer_offsets")]
    [TestCase("__transaction_state")]
    public async Task The_latest_of_each_key_is_what_kafka_left(string topic)
    {
        using var sample = new SampleDirectory("clean");
        using var manager = await OpenAsync(sample.Path);
        var cleaned = 0;
        foreach (var log in manager.Logs.Where(log => log.Partition.Topic == topic && log.Bounds.LogEndOffset > 0).ToList())
        {
            var (before, endOffset) = (await LatestAsync(log), log.Bounds.LogEndOffset);
            await SealAsync(log);

            var stats = await manager.Cleaner.CompactAsync(log.Partition);

            Assert.That(stats?.EndOffset, Is.EqualTo(endOffset), $"{log.Partition}");
            Assert.That(await LatestAsync(log), Is.EqualTo(before), $"{log.Partition}");
            Assert.That(stats!.RecordsWritten, Is.EqualTo(before.Count), $"{log.Partition}: one record for each key, tombstones still among them");
            cleaned++;
        }

        Assert.That(cleaned, Is.GreaterThan(0));
        await manager.CloseAsync();
        using var again = await OpenAsync(sample.Path);
        Assert.That(again.Directories.Single().IsOffline, Is.False);
    }

    async Task<LogManager> OpenAsync(string path)
    {
        var manager = new LogManager([path], new DiskFileSystem(), new(executor, UnpooledByteBufferAllocator.Default, TimeProvider.System, NullLogger.Instance));
        await manager.OpenAsync(nodeId: 1, clusterId: null, _ => CompactedLog.Config with { DeleteRetentionMs = 86_400_000 });
        return manager;
    }

    /// <summary>Begins a new segment: what is to be cleaned must not be in the active one.</summary>
    static async Task SealAsync(UnifiedLog log)
    {
        var config = log.Config;
        log.Config = config with { SegmentIndexBytes = 0 };
        var info = await log.AppendAsync(new TestBatch().BuildKeyed(("sealed", "1")), 0, AppendOrigin.Client);
        log.Config = config;
        Assert.That(info.Error, Is.EqualTo(ErrorCode.None));
    }

    /// <summary>The offset and the value of each key's latest record.</summary>
    static async Task<Dictionary<string, string>> LatestAsync(UnifiedLog log)
    {
        var latest = new Dictionary<string, string>();
        for (var offset = log.Bounds.LogStartOffset; offset < log.Bounds.LogEndOffset;)
        {
            var read = await log.ReadAsync(offset, 1 << 20, FetchIsolation.LogEnd, minOneBatch: true);
            var rest = read.Records.Span;
            while (RecordBatch.TryTakeFirst(ref rest, out var batch))
            {
                foreach (var record in batch.ReadRecords())
                    latest[Convert.ToHexString(record.Key)] = $"{record.Offset}: {record.Timestamp} {record.HasValue} {Convert.ToHexString(record.Value)}";
                offset = batch.NextOffset;
            }

            read.Records.Release();
        }

        latest.Remove(Convert.ToHexString("sealed"u8));
        return latest;
    }
}
