using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>What a log answers when its disk fails.</summary>
public sealed class LogFaultTests : IDisposable
{
    readonly FaultyFileSystem files = new();
    readonly TestLog log;

    public LogFaultTests() => log = new(files);

    public void Dispose() => log.Dispose();

    [Test]
    public async Task A_full_disk_takes_the_directory_offline_until_a_restart_finds_room([Range(0, 80, 20)] int freeBytes)
    {
        await log.AppendAsync("first");
        files.FreeBytes = freeBytes;

        var refused = await log.AppendAsync("a second batch of more than eighty bytes");
        files.FreeBytes = long.MaxValue;

        Assert.That(refused.Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That((await log.AppendAsync("third")).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That((await log.Log.ReadAsync(0, 100, FetchIsolation.LogEnd, minOneBatch: true)).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        log.Reopen();
        Assert.That((await log.AppendAsync("fourth")).BaseOffset, Is.EqualTo(1));
        Assert.That(await log.ReadAsync(0), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_producer_can_send_again_what_was_not_written()
    {
        var batch = new TestBatch { ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0 };
        files.FreeBytes = 10;
        var refused = await log.AppendAsync(batch.Build("v"));
        files.FreeBytes = long.MaxValue;
        log.Reopen();

        var again = await log.AppendAsync(batch.Build("v"));

        Assert.That((refused.Error, again.Error, again.IsDuplicate), Is.EqualTo((ErrorCode.KafkaStorageError, ErrorCode.None, false)));
    }

    [Test]
    public async Task A_failed_fsync_is_never_tried_again()
    {
        await log.AppendAsync("first");
        files.FailsFlush = true;
        Assert.That(await log.Log.FlushAsync(), Is.EqualTo(ErrorCode.KafkaStorageError));
        files.FailsFlush = false;

        Assert.That(await log.Log.FlushAsync(), Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That((await log.AppendAsync("second")).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That(log.Log.RecoveryPoint, Is.Zero);
    }

    [Test]
    public async Task With_a_flush_per_append_nothing_unflushed_is_below_the_high_watermark()
    {
        log.Log.Config = TopicConfig.Default with { FlushMessages = 1 };
        await log.AppendAsync("first");
        Assert.That((log.Log.RecoveryPoint, log.Log.Bounds.HighWatermark), Is.EqualTo((1L, 1L)));

        files.FailsFlush = true;
        var info = await log.AppendAsync("second");

        Assert.That(info.Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That(log.Log.Bounds.HighWatermark, Is.EqualTo(1));
    }

    [Test]
    public async Task A_segment_that_cannot_be_created_loses_nothing_of_the_one_before()
    {
        log.Log.Config = TopicConfig.Default with { SegmentBytes = 100 };
        await log.AppendAsync("first");
        files.FreeBytes = 0;
        Assert.That((await log.AppendAsync("second")).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        files.FreeBytes = long.MaxValue;

        log.Reopen();

        Assert.That((await log.AppendAsync("second")).BaseOffset, Is.EqualTo(1));
        Assert.That(await log.ReadAsync(0), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_search_by_time_in_a_log_that_is_offline_is_a_storage_error()
    {
        await log.AppendAsync("first");
        files.FailsFlush = true;
        await log.Log.FlushAsync();

        Assert.That((await log.Log.FindOffsetByTimestampAsync(0)).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That((await log.Log.FindMaxTimestampAsync()).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That((await log.Log.AdvanceLogStartAsync(1)).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [Test]
    public async Task A_search_by_time_through_corrupt_records_is_a_corrupt_message()
    {
        await log.AppendAsync("value");
        using (var file = files.Open(LogFiles.PathOf(log.Path, 0, ".log")))
            file.Write([0x01], RecordBatch.HeaderSize);

        Assert.That((await log.Log.FindOffsetByTimestampAsync(0)).Error, Is.EqualTo(ErrorCode.CorruptMessage));
        Assert.That(await log.AppendAsync("value"), Has.Property("Error").EqualTo(ErrorCode.None), "the directory is as good as before");
    }
}
