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

    [Test]
    public async Task The_last_stable_offset_is_no_less_than_the_log_start()
    {
        using var log = new TestLog();
        await log.AppendAsync(new TestBatch { ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true }.Build("open", "transaction"));
        await log.AppendAsync("a", "b");
        await log.Log.AdvanceLogStartAsync(3);

        await log.AppendAsync("c");

        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(3, 3, 5, 5)));
    }

    [Test]
    public async Task A_read_of_a_closed_log_says_nothing_about_the_offset()
    {
        using var log = new TestLog();
        await log.AppendAsync("a");
        log.Log.Discard();

        Assert.That((await log.Log.ReadAsync(0, 100, FetchIsolation.LogEnd, minOneBatch: true)).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [Test]
    public async Task Records_of_the_time_0_have_a_sane_index()
    {
        using var log = new TestLog();
        await log.AppendAsync(new TestBatch { Timestamp = 0 }.Build("a"));
        log.Log.Close();

        log.Reopen(new(0, 1, HadCleanShutdown: true));

        Assert.That(log.Logger.Messages.Where(message => message.Contains("built again", StringComparison.Ordinal)), Is.Empty);
        Assert.That((await log.Log.FindOffsetByTimestampAsync(0)).Found?.Offset, Is.Zero);
    }
}
