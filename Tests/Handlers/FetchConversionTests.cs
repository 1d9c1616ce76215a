using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

/// <summary>Who holds the records of a fetch while they are converted, and where that is done.</summary>
public sealed class FetchConversionTests : IDisposable
{
    const short Version = 3;
    const int Large = 100_000;

    readonly BlockingExecutor executor = new(1, NullLogger.Instance);
    readonly ManualResetEventSlim busy = new();

    public void Dispose()
    {
        busy.Set();
        executor.Dispose();
        busy.Dispose();
    }

    [TestCase(Version, true)]
    [TestCase(4, false)]
    public void Only_old_versions_need_it(short version, bool isNeeded) => Assert.That(FetchConversion.For(version, executor, int.MaxValue, CancellationToken.None), isNeeded ? Is.Not.Null : Is.Null);

    [TestCase(10, true)]
    [TestCase(Large, false)]
    public async Task What_is_large_is_converted_by_the_executor(int size, bool isDoneAtOnce)
    {
        executor.Post(busy.Wait);

        var conversion = ConvertAsync(Read(Batch(size))).AsTask();

        Assert.That(conversion.IsCompleted, Is.EqualTo(isDoneAtOnce));
        busy.Set();
        FetchReader.Release(await conversion);
    }

    [Test]
    public async Task What_decompresses_to_much_is_converted_by_the_executor()
    {
        executor.Post(busy.Wait);

        var conversion = ConvertAsync(Read(Batch(1 << 20, CompressionType.Gzip, value: 0))).AsTask();

        Assert.That(conversion.IsCompleted, Is.False);
        busy.Set();
        FetchReader.Release(await conversion);
    }

    [TestCase(7, true, CompressionType.None, Description = "what is read and what it becomes counts")]
    [TestCase(9, false, CompressionType.None)]
    [TestCase(1, true, CompressionType.Gzip, Description = "what is compressed counts")]
    [TestCase(2, false, CompressionType.Gzip)]
    public async Task All_partitions_of_a_request_share_what_is_converted_at_once(int partitions, bool isDoneAtOnce, CompressionType codec)
    {
        executor.Post(busy.Wait);

        var conversion = ConvertAsync([.. Enumerable.Range(0, partitions).Select(_ => Read(Batch(15_000, codec)))]).AsTask();

        Assert.That(conversion.IsCompleted, Is.EqualTo(isDoneAtOnce));
        busy.Set();
        var reads = await conversion;
        Assert.That(reads.Select(read => read.Error), Is.All.EqualTo(ErrorCode.None));
        Assert.That(reads.Select(read => read.Data.Records.SizeInBytes), Is.All.GreaterThan(0));
        FetchReader.Release(reads);
    }

    [Test]
    public async Task What_is_read_behind_batches_that_hold_nothing_fits_in_what_the_others_left([Values(1, 2)] int followUps)
    {
        using var broker = new TestBroker();
        broker.CreateTopic("orders");
        var partition = broker.Partitions.Find(new("orders", 0))!;
        for (var i = 0; i < 3; i++)
            broker.Produce("orders", 0, new string('x', 1000));
        var marker = TestBatch.Marker(7, 0, isAbort: true).Span.ToArray();
        _ = new RecordBatch(marker) { BaseOffset = -1 };
        var other = Batch(5000);
        var conversion = FetchConversion.For(Version, executor, other.ReadableBytes + (followUps * 1100), CancellationToken.None)!;

        var reads = await conversion.ConvertAsync(new ValueTask<List<FetchRead>>([Read(Unpooled.WrappedBuffer(marker), partition, int.MaxValue), Read(other)]));

        Assert.That(reads[0].Data.Records.SizeInBytes, Is.InRange(followUps * 1000, followUps * 1100));
        FetchReader.Release(reads);
    }

    [Test]
    public async Task Nothing_more_is_read_for_a_connection_that_is_closed()
    {
        using var broker = new TestBroker();
        broker.CreateTopic("orders");
        broker.Produce("orders", 0, "x");
        var marker = TestBatch.Marker(7, 0, isAbort: true).Span.ToArray();
        _ = new RecordBatch(marker) { BaseOffset = -1 };
        var conversion = FetchConversion.For(Version, executor, int.MaxValue, new(canceled: true))!;

        var reads = await conversion.ConvertAsync(new ValueTask<List<FetchRead>>([Read(Unpooled.WrappedBuffer(marker), broker.Partitions.Find(new("orders", 0)), int.MaxValue)]));

        Assert.That((reads[0].Error, reads[0].Data.Records.SizeInBytes), Is.EqualTo((ErrorCode.None, 0)));
    }

    [Test]
    public async Task What_was_read_is_released_and_what_is_converted_is_held_once([Values(10, Large)] int size)
    {
        var source = Batch(size);

        var converted = (await ConvertAsync(Read(source))).Single().Data.Records;

        Assert.That(source.ReferenceCount, Is.Zero);
        Assert.That(converted.SizeInBytes, Is.GreaterThan(size));
        var buffer = converted.ToBuffer();
        Assert.That(buffer.ReferenceCount, Is.EqualTo(1));
        buffer.Release();
    }

    [Test]
    public async Task What_cannot_be_converted_is_released_too([Values(10, Large)] int size)
    {
        var (zstd, other) = (Batch(size, CompressionType.Zstd), Batch(size));

        var reads = await ConvertAsync(Read(zstd), Read(other));

        Assert.That(reads.Select(read => read.Error), Is.EqualTo(new[] { ErrorCode.UnsupportedCompressionType, ErrorCode.None }));
        Assert.That((zstd.ReferenceCount, other.ReferenceCount), Is.EqualTo((0, 0)));
        FetchReader.Release(reads);
    }

    [Test]
    public void Where_the_executor_has_ended_everything_is_released()
    {
        var (first, second, third) = (Batch(10), Batch(Large), Batch(10));
        executor.Dispose();

        Assert.That(async () => await ConvertAsync(Read(first), Read(second), Read(third)), Throws.InstanceOf<ObjectDisposedException>());

        Assert.That((first.ReferenceCount, second.ReferenceCount, third.ReferenceCount), Is.EqualTo((0, 0, 0)));
    }

    ValueTask<List<FetchRead>> ConvertAsync(params List<FetchRead> reads) =>
        FetchConversion.For(Version, executor, int.MaxValue, CancellationToken.None)!.ConvertAsync(new ValueTask<List<FetchRead>>(reads));

    static FetchRead Read(IByteBuffer batch, Partition? partition = null, int maxBytes = 0) =>
        new(new(new(Uuid.Zero, "orders", 0)) { MaxBytes = maxBytes }, partition, new(ErrorCode.None, Records.Own(batch), new(0, 1, 1, 1)));

    /// <summary>A batch of one record that is as large as it says, whatever the codec makes of it.</summary>
    static IByteBuffer Batch(int size, CompressionType codec = CompressionType.None, byte? value = null)
    {
        var bytes = new byte[size];
        if (value is null)
            new Random(size).NextBytes(bytes);
        using var builder = new RecordBatchBuilder { CompressionType = codec };
        builder.Append(TestBatch.Now, null, bytes);
        return Unpooled.WrappedBuffer(builder.ToArray());
    }
}
