using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Readers, appends, flushes and deletes at the same time.</summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class LogConcurrencyTests : IDisposable
{
    const int Appends = 1500;

    readonly TemporaryDirectory temporary = new();
    readonly TestLog log;

    public LogConcurrencyTests(bool onDisk)
    {
        var config = TopicConfig.Default with { SegmentBytes = 4000, IndexIntervalBytes = 300, SegmentMs = long.MaxValue, FileDeleteDelayMs = 0 };
        log = new(onDisk ? new DiskFileSystem() : new MemoryFileSystem(), config, temporary.Path);
    }

    public void Dispose()
    {
        log.Dispose();
        temporary.Dispose();
    }

    [Test]
    public async Task Readers_see_whole_batches_in_order_while_segments_come_and_go()
    {
        var readers = Enumerable.Range(0, 3).Select(_ => ReadToEndAsync()).ToList();
        for (var i = 0; i < Appends; i++)
        {
            Assert.That((await log.AppendAsync($"value {i}")).BaseOffset, Is.EqualTo(i));
            if (i % 100 == 99)
                await log.Log.AdvanceLogStartAsync(i - 50);
            if (i % 40 == 39)
                await log.Log.FlushAsync();
        }

        Assert.That(await Task.WhenAll(readers), Is.All.EqualTo(Appends));
    }

    async Task<long> ReadToEndAsync()
    {
        await Task.Yield();
        var offset = 0L;
        while (offset < Appends)
        {
            var read = await log.Log.ReadAsync(offset, 700, FetchIsolation.HighWatermark, minOneBatch: true);
            if (read.Error == ErrorCode.OffsetOutOfRange)
            {
                Assert.That(offset, Is.LessThan(log.Log.Bounds.LogStartOffset), "only what has been deleted is out of range");
                offset = log.Log.Bounds.LogStartOffset;
            }
            else
            {
                offset = CheckBatches(read, offset);
            }

            read.Records.Release();
            if (read.Records.SizeInBytes == 0)
                await Task.Yield();
        }

        return offset;
    }

    static long CheckBatches(FetchDataInfo read, long offset)
    {
        Assert.That(read.Error, Is.EqualTo(ErrorCode.None));
        var rest = read.Records.Span;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            Assert.That((batch.BaseOffset, batch.IsCrcValid), Is.EqualTo((offset, true)));
            offset = batch.NextOffset;
        }

        Assert.That(rest.Length, Is.Zero);
        return offset;
    }
}
