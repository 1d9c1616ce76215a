using NettyKafka.Codec.Records;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Offsets for times: the exact record, whatever stands around it.</summary>
public sealed class TimestampSearchTests : IDisposable
{
    readonly TestLog log = new(config: TopicConfig.Default with { IndexIntervalBytes = 100, SegmentBytes = 700, SegmentMs = long.MaxValue });

    public void Dispose() => log.Dispose();

    [Test]
    public async Task The_first_record_not_earlier_is_found([Range(0, 41)] int timestamp, [Values(CompressionType.None, CompressionType.Zstd)] CompressionType compression)
    {
        for (var i = 0; i < 10; i++)
            await log.AppendAsync(new TestBatch { Timestamp = 1 + (4 * i), CompressionType = compression }.Build("a", "b", "c"));

        var (_, found) = await log.Log.FindOffsetByTimestampAsync(timestamp);

        var expected = Enumerable.Range(0, 30).Select(offset => new OffsetAtTimestamp(offset, 1 + (4 * (offset / 3)) + (offset % 3), TestLog.LeaderEpoch)).Cast<OffsetAtTimestamp?>().FirstOrDefault(record => record!.Value.Timestamp >= timestamp);
        Assert.That(found, Is.EqualTo(expected));
    }

    [Test]
    public async Task Records_out_of_order_are_found_by_their_offset()
    {
        foreach (var timestamp in (long[])[50, 10, 70, 60, 20])
            await log.AppendAsync(new TestBatch { Timestamp = timestamp }.Build("v"));

        Assert.That((await log.Log.FindOffsetByTimestampAsync(11)).Found?.Offset, Is.EqualTo(0));
        Assert.That((await log.Log.FindOffsetByTimestampAsync(55)).Found?.Offset, Is.EqualTo(2));
        Assert.That((await log.Log.FindOffsetByTimestampAsync(71)).Found, Is.Null);
    }

    [Test]
    public async Task Records_below_the_log_start_are_not_found()
    {
        await log.AppendAsync("a", "b", "c");
        await log.Log.AdvanceLogStartAsync(1);

        Assert.That((await log.Log.FindOffsetByTimestampAsync(0)).Found?.Offset, Is.EqualTo(1));
    }

    [Test]
    public async Task The_greatest_timestamp_is_that_of_its_first_record()
    {
        foreach (var timestamp in (long[])[50, 80, 20])
            await log.AppendAsync(new TestBatch { Timestamp = timestamp }.Build("a", "b"));
        await log.AppendAsync(new TestBatch { Timestamp = 81 }.Build("v"));

        Assert.That((await log.Log.FindMaxTimestampAsync()).Found, Is.EqualTo(new OffsetAtTimestamp(3, 81, TestLog.LeaderEpoch)));
    }

    [Test]
    public async Task An_empty_log_has_no_timestamp()
    {
        Assert.That((await log.Log.FindMaxTimestampAsync()).Found, Is.Null);
        Assert.That((await log.Log.FindOffsetByTimestampAsync(0)).Found, Is.Null);
    }
}
