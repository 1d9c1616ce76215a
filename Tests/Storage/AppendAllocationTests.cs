using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Appends and reads near the end must not feed the garbage collector.</summary>
public sealed class AppendAllocationTests : IDisposable
{
    const int Rounds = 2000;

    readonly TemporaryDirectory temporary = new();
    readonly BlockingExecutor executor = new(1, NullLogger.Instance);
    bool completedAtOnce = true;

    public void Dispose()
    {
        executor.Dispose();
        temporary.Dispose();
    }

    [TestCase(true, 8)]
    [TestCase(false, 140, Description = "memory itself grows by the 125 bytes of a batch")]
    public async Task An_append_allocates_next_to_nothing(bool onDisk, int allowedBytes)
    {
        var log = Open(onDisk);
        var batch = new TestBatch { ProducerId = 1, ProducerEpoch = 0, BaseSequence = -1 }.Build(new string('x', 57));
        await AppendAsync(log, batch, Rounds);

        var before = GC.GetAllocatedBytesForCurrentThread();
        await AppendAsync(log, batch, Rounds);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;

        await TestContext.Out.WriteLineAsync($"{allocated} bytes per append of {batch.SizeInBytes}");
        Assert.That(completedAtOnce, Is.True);
        Assert.That(allocated, Is.LessThanOrEqualTo(allowedBytes));
        log.Close();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_read_near_the_end_allocates_little_beside_its_buffer(bool onDisk)
    {
        var log = Open(onDisk);
        await AppendAsync(log, TestBatch.Of(new string('x', 60)), 100);
        await ReadAsync(log, Rounds);

        var before = GC.GetAllocatedBytesForCurrentThread();
        await ReadAsync(log, Rounds);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;

        await TestContext.Out.WriteLineAsync($"{allocated} bytes per read");
        Assert.That(completedAtOnce, Is.True);
        Assert.That(allocated, Is.LessThanOrEqualTo(2000), "the pooled buffer, the records and, without optimisation, the state of the await");
    }

    async Task AppendAsync(UnifiedLog log, Records batch, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var append = log.AppendAsync(batch, 0, AppendOrigin.Coordinator);
            completedAtOnce &= append.IsCompletedSuccessfully;
            completedAtOnce &= (await append).Error == ErrorCode.None;
        }
    }

    async Task ReadAsync(UnifiedLog log, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var read = log.ReadAsync(90, 1000, FetchIsolation.HighWatermark, minOneBatch: true);
            completedAtOnce &= read.IsCompletedSuccessfully;
            (await read).Records.Release();
        }
    }

    UnifiedLog Open(bool onDisk)
    {
        IFileSystem files = onDisk ? new DiskFileSystem() : new MemoryFileSystem();
        return UnifiedLog.Open(
            TestLog.Partition,
            new(temporary.Path, files, NullLogger.Instance),
            Path.Combine(temporary.Path, "orders-0"),
            TopicConfig.Default,
            new(executor, PooledByteBufferAllocator.Default, TimeProvider.System, NullLogger.Instance),
            new(0, 0, HadCleanShutdown: true));
    }
}
