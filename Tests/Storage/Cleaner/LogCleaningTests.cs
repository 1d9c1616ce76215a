using NettyKafka.Codec.Records;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Cleaner;

/// <summary>What a cleaning leaves of a log's records.</summary>
public sealed class LogCleaningTests : IDisposable
{
    readonly CompactedLog log = new();

    public void Dispose() => log.Dispose();

    [Test]
    public async Task The_latest_record_of_each_key_stays_at_its_offset()
    {
        await log.AppendAsync(("a", "1"), ("b", "1"), ("a", "2"));
        await log.AppendAsync(("c", "1"), ("b", "2"));
        log.Roll();
        await log.AppendAsync(("a", "3"));

        var stats = await log.SealAndCleanAsync();

        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["3:c=1", "4:b=2", "5:a=3"]));
        Assert.That((stats.EndOffset, stats.RecordsRead, stats.RecordsWritten), Is.EqualTo((6L, 6L, 3L)));
        Assert.That(log.Log.SegmentCount, Is.EqualTo(2), "one for all that has been cleaned, and the active one");
    }

    [Test]
    public async Task The_active_segment_is_not_cleaned()
    {
        await log.AppendAsync(("a", "1"));
        log.Roll();
        await log.AppendAsync(("a", "2"), ("a", "3"));
        log.Clean();

        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["0:a=1", "1:a=2", "2:a=3"]));
    }

    [Test]
    public async Task A_second_cleaning_reads_only_keys_that_are_new()
    {
        await log.AppendAsync(("a", "1"), ("b", "1"));
        await log.SealAndCleanAsync();
        await log.AppendAsync(("a", "2"));
        var stats = await log.SealAndCleanAsync();

        Assert.That(stats.MapRecordsRead, Is.EqualTo(2));
        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["1:b=1", "3:a=2"]));
    }

    [Test]
    public async Task A_batch_that_stays_whole_is_copied_byte_for_byte([Values] CompressionType codec)
    {
        var whole = new TestBatch { CompressionType = codec, ProducerId = 7, ProducerEpoch = 1, BaseSequence = 0 };
        await log.AppendAsync(whole, ("a", "1"), ("b", "1"));
        await log.AppendAsync(("c", "1"), ("c", "2"));
        var before = (await log.BatchesAsync())[0].Bytes;

        await log.SealAndCleanAsync();

        Assert.That((await log.BatchesAsync())[0].Bytes, Is.EqualTo(before));
    }

    [Test]
    public async Task A_batch_that_loses_records_keeps_its_codec_offsets_sequences_and_epochs([Values] CompressionType codec)
    {
        var batch = new TestBatch { CompressionType = codec, ProducerId = 7, ProducerEpoch = 1, BaseSequence = 40 };
        await log.AppendAsync(("x", "x"));
        await log.AppendAsync(batch, ("a", "1"), ("b", "1"), ("a", "2"), ("b", "2"), ("c", "late"), ("d", "1"));
        await log.AppendAsync(("c", "2"), ("d", "2"));

        await log.SealAndCleanAsync();

        var cleaned = new RecordBatch((await log.BatchesAsync())[1].Bytes);
        Assert.That((cleaned.CompressionType, cleaned.BaseOffset, cleaned.LastOffset, cleaned.RecordCount), Is.EqualTo((codec, 1L, 6L, 2)));
        Assert.That((cleaned.ProducerId, cleaned.ProducerEpoch, cleaned.BaseSequence, cleaned.LastSequence), Is.EqualTo((7L, (short)1, 40, 45)));
        Assert.That((cleaned.PartitionLeaderEpoch, cleaned.BaseTimestamp, cleaned.MaxTimestamp), Is.EqualTo((TestLog.LeaderEpoch, TestBatch.Now + 2, TestBatch.Now + 3)));
        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["0:x=x", "3:a=2", "4:b=2", "7:c=2", "8:d=2"]));
    }

    [Test]
    public async Task A_batch_in_append_time_keeps_it()
    {
        var batch = new TestBatch { LogAppendTime = TestBatch.Now + 50 };
        await log.AppendAsync(batch, ("a", "1"), ("a", "2"), ("b", null));

        await log.SealAndCleanAsync();

        var cleaned = new RecordBatch((await log.BatchesAsync())[0].Bytes);
        Assert.That((cleaned.TimestampType, cleaned.MaxTimestamp), Is.EqualTo((TimestampType.LogAppendTime, TestBatch.Now + 50)));
        foreach (var record in cleaned.ReadRecords())
            Assert.That(record.Timestamp, Is.EqualTo(TestBatch.Now + 50));
    }

    [Test]
    public async Task Records_without_a_key_are_dropped_and_counted()
    {
        await log.AppendAsync((null, "1"), ("a", "1"), (null, "2"));

        var stats = await log.SealAndCleanAsync();

        Assert.That(stats.InvalidRecords, Is.EqualTo(2));
        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["1:a=1"]));
    }

    [Test]
    public async Task A_tombstone_stays_until_delete_retention_after_the_cleaning_that_first_saw_it()
    {
        await log.AppendAsync(("a", "1"), ("b", "1"));
        await log.AppendAsync(("a", null));
        await log.SealAndCleanAsync();
        var horizon = log.NowMs + 1000;
        Assert.That((await log.BatchesAsync()).Select(batch => batch.DeleteHorizonMs), Is.EqualTo((long?[])[null, horizon, null]));

        log.Test.Time.Advance(TimeSpan.FromMilliseconds(999));
        log.Clean();
        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["1:b=1", "2:a=null"]));

        log.Test.Time.Advance(TimeSpan.FromMilliseconds(1));
        log.Clean();
        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["1:b=1"]));
    }

    [Test]
    public async Task The_records_of_a_batch_with_a_delete_horizon_keep_their_timestamps()
    {
        await log.AppendAsync(("a", null), ("b", "1"));
        await log.SealAndCleanAsync();

        var timestamps = new List<long>();
        foreach (var record in new RecordBatch((await log.BatchesAsync())[0].Bytes).ReadRecords())
            timestamps.Add(record.Timestamp);
        Assert.That(timestamps, Is.EqualTo((long[])[TestBatch.Now, TestBatch.Now + 1]));
        Assert.That((await log.Log.FindOffsetByTimestampAsync(TestBatch.Now + 1)).Found?.Offset, Is.EqualTo(1));
    }

    [Test]
    public async Task The_last_batch_of_what_is_cleaned_stays_if_only_its_header_does()
    {
        await log.AppendAsync(("a", "1"), ("b", "1"));
        await log.AppendAsync((null, "1"), (null, "2"));
        await log.SealAndCleanAsync();

        var last = (await log.BatchesAsync())[1];
        Assert.That((last.BaseOffset, last.LastOffset, last.Records.Count, last.Bytes.Length), Is.EqualTo((2L, 3L, 0, RecordBatch.HeaderSize)));
    }

    [Test]
    public async Task What_does_not_fit_into_the_map_is_left_for_the_next_cleaning()
    {
        log.Map = new(4 * OffsetMap.EntrySize, 1);
        await log.AppendAsync(("a", "1"), ("b", "1"));
        await log.AppendAsync(("a", "2"), ("c", "1"), ("d", "1"), ("a", "3"), ("b", "2"));
        await log.SealAsync();

        Assert.That(log.Clean().EndOffset, Is.EqualTo(4));
        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["1:b=1", "2:a=2", "3:c=1", "4:d=1", "5:a=3", "6:b=2"]));
        Assert.That(log.Clean().EndOffset, Is.EqualTo(7));
        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["3:c=1", "4:d=1", "5:a=3", "6:b=2"]));
    }

    [Test]
    public async Task What_the_high_watermark_has_not_reached_is_not_cleaned()
    {
        await log.AppendAsync(("a", "1"));
        await log.AppendAsync(new TestBatch { ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true }, ("t", "1"));
        log.Roll();
        await log.AppendAsync(("a", "2"));
        await log.SealAsync();
        log.Clean();

        Assert.That(await log.RecordsAsync(), Has.Count.EqualTo(3), "a transaction is open in the first segment");
    }

    [Test]
    public async Task A_record_younger_than_the_minimum_lag_is_not_cleaned()
    {
        log.Log.Config = CompactedLog.Config with { MinCompactionLagMs = 5000 };
        await log.AppendAsync(("a", "1"));
        log.Roll();
        await log.AppendAsync(new TestBatch { Timestamp = TestBatch.Now + 1000 }, ("a", "2"));
        await log.SealAsync();
        log.Test.Time.Advance(TimeSpan.FromMilliseconds(5000));
        log.Clean();
        Assert.That((await log.RecordsAsync(), log.CleanerPoint), Is.EqualTo((new List<string> { "0:a=1", "1:a=2" }, 1L)));

        log.Test.Time.Advance(TimeSpan.FromMilliseconds(1000));
        log.Clean();
        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["1:a=2"]));
    }

    [Test]
    public async Task Segments_are_put_together_as_far_as_they_fit_into_one()
    {
        for (var i = 0; i < 6; i++)
        {
            log.Roll();
            await log.AppendAsync(($"key {i}", "a value of some length"));
        }

        var size = (int)log.Log.SizeInBytes / 6;
        log.Log.Config = CompactedLog.Config with { SegmentBytes = 2 * size };
        await log.SealAndCleanAsync();

        Assert.That(log.Log.SegmentStarts().Select(segment => segment.Offset), Is.EqualTo((long[])[0, 2, 4, 6]));
        Assert.That(await log.RecordsAsync(), Has.Count.EqualTo(6));
    }

    [Test]
    public async Task An_aborted_cleaning_leaves_the_log_and_no_file()
    {
        await log.AppendAsync(("a", "1"), ("a", "2"));
        await log.SealAsync();

        Assert.That(() => log.Clean(new(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await log.RecordsAsync(), Has.Count.EqualTo(2));
        Assert.That(log.Test.Files.ListFiles(log.Log.Path).Where(name => name.EndsWith(LogFiles.CleanedSuffix, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_cleaned_segment_does_not_bring_back_what_has_been_deleted_meanwhile()
    {
        await log.AppendAsync(("a", "1"));
        log.Roll();
        await log.AppendAsync(("a", "2"));
        await log.SealAsync();
        var group = log.Log.Segments.All[..2].ToArray().ToList();
        await log.Log.AdvanceLogStartAsync(1);
        var cleaned = LogSegment.Create(log.Test.Files, log.Log.Path, 0, 100, 0, fileSuffix: LogFiles.CleanedSuffix);

        Assert.That(log.Log.TryReplaceSegments(group, cleaned), Is.False);
        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["1:a=2"]));
    }

    [Test]
    public async Task A_corrupt_batch_is_refused_with_file_and_position()
    {
        await log.AppendAsync(("a", "1"));
        await log.AppendAsync(("a", "2"));
        await log.SealAsync();
        var position = (await log.BatchesAsync())[0].Bytes.Length;
        var path = LogFiles.PathOf(log.Log.Path, 0, LogFiles.LogSuffix);
        using (var file = log.Test.Files.Open(path))
            file.Write([0xff], position + RecordBatch.HeaderSize + 4);

        Assert.That(() => log.Clean(), Throws.TypeOf<InvalidRecordException>().With.Message.EqualTo($"{path} has a corrupt batch at position {position}"));
    }
}
