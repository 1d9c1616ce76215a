using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

public sealed class UnifiedLogTests : IDisposable
{
    readonly TestLog log = new(config: TopicConfig.Default with { IndexIntervalBytes = 200 });

    public void Dispose() => log.Dispose();

    [Test]
    public async Task Appended_batches_get_the_next_offsets()
    {
        var first = await log.AppendAsync("a", "b");
        var second = await log.AppendAsync("c");

        Assert.That((first.BaseOffset, first.LastOffset), Is.EqualTo((0L, 1L)));
        Assert.That((second.BaseOffset, second.LastOffset), Is.EqualTo((2L, 2L)));
        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(0, 3, 3, 3)));
    }

    [Test]
    public async Task A_read_begins_with_the_batch_that_the_offset_falls_in([Range(0, 99)] int offset)
    {
        for (var i = 0; i < 50; i++)
            await log.AppendAsync("one", "two");

        var read = await log.ReadAsync(offset);

        Assert.That(read.Select(batch => batch.BaseOffset), Is.EqualTo(Enumerable.Range(offset / 2, 50 - (offset / 2)).Select(i => i * 2L)));
    }

    [Test]
    public async Task A_read_has_whole_batches_that_fit()
    {
        for (var i = 0; i < 3; i++)
            await log.AppendAsync("value");
        var size = (await log.ReadAsync(0))[0].Size;

        Assert.That(await log.ReadAsync(0, (2 * size) + 1), Has.Count.EqualTo(2));
        Assert.That(await log.ReadAsync(0, size - 1), Has.Count.EqualTo(1), "the first batch comes even if it is larger");
        Assert.That(await log.ReadAsync(0, size - 1, minOneBatch: false), Is.Empty);
    }

    [TestCase(-1)]
    [TestCase(2)]
    public async Task A_read_outside_the_log_is_out_of_range(long offset)
    {
        await log.AppendAsync("a");

        var read = await log.Log.ReadAsync(offset, 1000, FetchIsolation.HighWatermark, minOneBatch: true);

        Assert.That(read.Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public async Task A_read_at_the_end_is_empty()
    {
        await log.AppendAsync("a");

        Assert.That(await log.ReadAsync(1), Is.Empty);
    }
}
