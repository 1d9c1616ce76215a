using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Cleaner;

/// <summary>Appends, reads and deletes while a log is cleaned again and again.</summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class CleaningConcurrencyTests : IDisposable
{
    const int Appends = 1500;
    const int Keys = 40;

    readonly TemporaryDirectory temporary = new();
    readonly BlockingExecutor cleaners = new(1, NullLogger.Instance);
    readonly CompactedLog log;
    bool isDone;

    public CleaningConcurrencyTests(bool onDisk) =>
        log = new(onDisk ? new DiskFileSystem() : new MemoryFileSystem(), CompactedLog.Config with { SegmentBytes = 3000 }, temporary.Path);

    public void Dispose()
    {
        cleaners.Dispose();
        log.Dispose();
        temporary.Dispose();
    }

    [Test]
    public async Task Readers_go_forward_and_find_every_latest_record([Values] bool deletesRecords)
    {
        var cleaning = cleaners.RunAsync(static test => test.CleanAgainAndAgain(), this);
        var readers = Enumerable.Range(0, 2).Select(_ => ReadToEndAsync()).ToList();
        for (var i = 0; i < Appends; i++)
        {
            Assert.That((await log.AppendAsync(($"{i % Keys}", $"value {i}"))).BaseOffset, Is.EqualTo(i));
            if (deletesRecords && i % 200 == 199)
                await log.Log.AdvanceLogStartAsync(i - 150);
        }

        Assert.That(await Task.WhenAll(readers), Is.All.EqualTo(Appends));
        Volatile.Write(ref isDone, true);
        Assert.That(await cleaning, Is.GreaterThan(0));
        var latest = (await log.RecordsAsync()).TakeLast(Keys).Select(record => record.Split('=')[1]);
        Assert.That(latest, Is.EqualTo(Enumerable.Range(Appends - Keys, Keys).Select(i => $"value {i}")));
    }

    int CleanAgainAndAgain()
    {
        var count = 0;
        while (!Volatile.Read(ref isDone))
        {
            try
            {
                log.Clean();
                count++;
            }
            catch (OperationCanceledException)
            {
                // Its first segments have been deleted meanwhile.
            }
        }

        return count;
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
                continue;
            }

            offset = Check(read, offset);
            read.Records.Release();
            if (read.Records.SizeInBytes == 0)
                await Task.Yield();
        }

        return offset;
    }

    static long Check(FetchDataInfo read, long offset)
    {
        Assert.That(read.Error, Is.EqualTo(ErrorCode.None));
        var rest = read.Records.Span;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            Assert.That((batch.IsCrcValid, batch.LastOffset >= offset), Is.EqualTo((true, true)));
            offset = batch.NextOffset;
        }

        Assert.That(rest.Length, Is.Zero);
        return offset;
    }
}
