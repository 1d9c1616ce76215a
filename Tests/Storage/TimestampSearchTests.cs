using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
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
    public async Task Of_equal_greatest_timestamps_the_first_counts_also_across_segments([Values] CompressionType compression)
    {
        await log.AppendAsync(new TestBatch { Timestamp = 10, CompressionType = compression }.Build("a", "b"));
        for (var i = 0; i < 20; i++)
            await log.AppendAsync(new TestBatch { Timestamp = 80, CompressionType = compression }.Build("v"));

        Assert.That(log.Log.SegmentCount, Is.GreaterThan(1));
        Assert.That((await log.Log.FindMaxTimestampAsync()).Found, Is.EqualTo(new OffsetAtTimestamp(2, 80, TestLog.LeaderEpoch)));
    }

    [Test]
    public async Task What_compaction_has_taken_is_not_found([Values] CompressionType compression)
    {
        await AppendGapsAsync(compression, lastOffset: 19, (3, 30), (7, 70));
        await AppendGapsAsync(compression, lastOffset: 24);
        await AppendGapsAsync(compression, lastOffset: 30, (29, 90));

        Assert.That(await FindOffsetAsync(1), Is.EqualTo(3));
        Assert.That(await FindOffsetAsync(31), Is.EqualTo(7));
        Assert.That(await FindOffsetAsync(71), Is.EqualTo(29));
        Assert.That((await log.Log.FindMaxTimestampAsync()).Found?.Offset, Is.EqualTo(29));
    }

    [Test]
    public async Task Where_append_time_counts_a_batch_is_found_by_it_and_not_by_its_records_times([Values] CompressionType compression)
    {
        foreach (var appendTime in (long[])[1000, 2000])
        {
            using var builder = new RecordBatchBuilder { CompressionType = compression, LogAppendTime = appendTime };
            builder.Append(5000, null, [1]);
            builder.Append(1, null, [2]);
            await log.AppendAsync(Records.View(builder.ToArray()));
        }

        Assert.That((await log.Log.FindOffsetByTimestampAsync(1001)).Found, Is.EqualTo(new OffsetAtTimestamp(2, 2000, TestLog.LeaderEpoch)));
        Assert.That(await FindOffsetAsync(2001), Is.Null);
        Assert.That((await log.Log.FindMaxTimestampAsync()).Found, Is.EqualTo(new OffsetAtTimestamp(2, 2000, TestLog.LeaderEpoch)));
    }

    [Test]
    public async Task A_batch_that_cannot_be_read_is_a_corrupt_message([Values] CompressionType compression)
    {
        await log.AppendAsync(new TestBatch { Timestamp = 10, CompressionType = compression }.Build("a", "b"));
        using (var file = log.Files.Open(Path.Combine(log.Path, "00000000000000000000.log")))
            file.Write([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], RecordBatch.HeaderSize);

        Assert.That(await log.Log.FindOffsetByTimestampAsync(10), Is.EqualTo(new TimestampSearchResult(ErrorCode.CorruptMessage, null)));
        Assert.That(await log.Log.FindMaxTimestampAsync(), Is.EqualTo(new TimestampSearchResult(ErrorCode.CorruptMessage, null)));
    }

    [Test]
    public async Task An_offline_directory_is_a_storage_error()
    {
        await log.AppendAsync("a");
        log.Log.Directory.Fail(new IOException("the disk is gone"));

        Assert.That(await log.Log.FindOffsetByTimestampAsync(0), Is.EqualTo(new TimestampSearchResult(ErrorCode.KafkaStorageError, null)));
        Assert.That(await log.Log.FindMaxTimestampAsync(), Is.EqualTo(new TimestampSearchResult(ErrorCode.KafkaStorageError, null)));
    }

    [Test]
    public async Task An_empty_log_has_no_timestamp()
    {
        Assert.That((await log.Log.FindMaxTimestampAsync()).Found, Is.Null);
        Assert.That((await log.Log.FindOffsetByTimestampAsync(0)).Found, Is.Null);
    }

    async Task<long?> FindOffsetAsync(long timestamp) => (await log.Log.FindOffsetByTimestampAsync(timestamp)).Found?.Offset;

    /// <summary>A batch as compaction leaves it: from the log's end to an offset, with what is left of its records.</summary>
    async Task AppendGapsAsync(CompressionType compression, long lastOffset, params (long Offset, long Timestamp)[] records)
    {
        using var builder = new RecordBatchBuilder(log.Log.Bounds.LogEndOffset) { CompressionType = compression, PartitionLeaderEpoch = TestLog.LeaderEpoch };
        foreach (var (offset, timestamp) in records)
            builder.AppendWithOffset(offset, timestamp, [1], null);
        var bytes = builder.ToArray();
        var batch = new RecordBatch(bytes);
        batch.LastOffsetDelta = (int)(lastOffset - batch.BaseOffset);
        batch.UpdateCrc();
        var appended = await log.AppendAsync(Records.View(bytes), AppendOrigin.Replication);
        Assert.That(appended.Error, Is.EqualTo(ErrorCode.None), appended.ErrorMessage);
    }
}
