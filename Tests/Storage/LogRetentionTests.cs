using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Which segments a log lets go, and what is left when they are gone.</summary>
public sealed class LogRetentionTests : IDisposable
{
    const int BatchSize = 70;

    static readonly TopicConfig twoBatchesPerSegment = TopicConfig.Default with { SegmentBytes = 2 * BatchSize, IndexIntervalBytes = 0, FileDeleteDelayMs = 500, RetentionMs = -1 };

    readonly TestLog log = new(config: twoBatchesPerSegment);

    public void Dispose() => log.Dispose();

    [TestCase(6 * BatchSize, 0, Description = "as much as there is")]
    [TestCase(4 * BatchSize + 1, 0, Description = "a segment is only deleted when enough is left without it")]
    [TestCase(4 * BatchSize, 2)]
    [TestCase(1, 4)]
    [TestCase(-1, 0, Description = "no limit")]
    public async Task Size_takes_whole_segments_off_the_beginning(long retentionBytes, long logStartOffset)
    {
        await AppendAsync(6);
        log.Log.Config = twoBatchesPerSegment with { RetentionBytes = retentionBytes };

        log.Log.DeleteOldSegments();

        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(logStartOffset, 6, 6, 6)));
        Assert.That((await log.Log.ReadAsync(logStartOffset - 1, 100, FetchIsolation.LogEnd, minOneBatch: true)).Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public async Task Nothing_is_kept_of_a_log_that_may_have_no_bytes_at_all()
    {
        await AppendAsync(5);
        log.Log.Config = twoBatchesPerSegment with { RetentionBytes = 0 };

        log.Log.DeleteOldSegments();

        Assert.That((log.Log.Bounds, log.Log.SegmentCount), Is.EqualTo((new LogBounds(5, 5, 5, 5), 1)));
        Assert.That((await log.AppendAsync("next")).BaseOffset, Is.EqualTo(5));
    }

    [TestCase(1000, 0, Description = "not older than the retention")]
    [TestCase(1001, 2)]
    [TestCase(2001, 4)]
    public async Task Time_takes_the_segments_whose_latest_record_is_too_old(long laterMs, long logStartOffset)
    {
        foreach (var age in (long[])[0, 0, 1000, 1000, 100_000, 100_000])
            await log.AppendAsync(new TestBatch { Timestamp = TestBatch.Now + age }.Build("v"));
        log.Log.Config = twoBatchesPerSegment with { RetentionMs = 1000 };
        log.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now + laterMs));

        log.Log.DeleteOldSegments();

        Assert.That(log.Log.Bounds.LogStartOffset, Is.EqualTo(logStartOffset));
    }

    [Test]
    public async Task An_active_segment_that_has_expired_is_rolled_and_deleted()
    {
        await AppendAsync(3);
        log.Log.Config = twoBatchesPerSegment with { RetentionMs = 1000 };
        log.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(log.Log.DeleteOldSegments(), Is.EqualTo(2));

        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(3, 3, 3, 3)));
        Assert.That(log.Log.DeleteOldSegments(), Is.Zero, "an empty log stays as it is");
    }

    [Test]
    public async Task An_old_segment_behind_a_younger_one_stays()
    {
        foreach (var timestamp in (long[])[TestBatch.Now, TestBatch.Now, 1, 1])
            await log.AppendAsync(new TestBatch { Timestamp = timestamp }.Build("v"));
        log.Log.Config = twoBatchesPerSegment with { RetentionMs = 1000 };

        log.Log.DeleteOldSegments();

        Assert.That(log.Log.Bounds.LogStartOffset, Is.Zero);
    }

    [Test]
    public async Task A_clock_that_was_ahead_for_a_while_deletes_nothing_that_is_young()
    {
        await AppendAsync(4);
        log.Log.Config = twoBatchesPerSegment with { RetentionMs = 1000 };
        await log.AppendAsync(new TestBatch { Timestamp = TestBatch.Now + 1_000_000 }.Build("from the future"));

        log.Log.DeleteOldSegments();

        Assert.That(log.Log.Bounds.LogStartOffset, Is.Zero);
    }

    [Test]
    public async Task Records_without_a_time_are_as_old_as_the_last_write_to_their_segment()
    {
        log.Time.Advance(TimeSpan.FromDays(8));
        await log.AppendAsync(new TestBatch { Timestamp = RecordBatch.NoTimestamp }.Build("v"));
        log.Log.Config = twoBatchesPerSegment with { RetentionMs = 1000 };
        log.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(log.Log.DeleteOldSegments(), Is.Zero);

        log.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(log.Log.DeleteOldSegments(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_compacted_log_keeps_its_segments_but_for_those_below_the_log_start()
    {
        log.Log.Config = twoBatchesPerSegment with { CleanupPolicy = "compact", RetentionBytes = 0, RetentionMs = 0 };
        await AppendAsync(4);

        Assert.That(log.Log.DeleteOldSegments(), Is.Zero);
    }

    [Test]
    public async Task Deleted_files_are_gone_after_the_delay_with_their_producer_snapshots()
    {
        await AppendAsync(6);
        log.Log.Config = twoBatchesPerSegment with { RetentionBytes = 2 * BatchSize };

        log.Log.DeleteOldSegments();
        Assert.That(Names(".deleted"), Is.Not.Empty);
        log.Time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.That(Names(".deleted"), Is.Empty);
        Assert.That(Names(".log"), Is.EqualTo(["00000000000000000004.log"]));
        Assert.That(Names(".snapshot"), Is.EqualTo(["00000000000000000004.snapshot"]));
    }

    [Test]
    public async Task A_log_opens_where_retention_left_it()
    {
        await AppendAsync(6);
        log.Log.Config = twoBatchesPerSegment with { RetentionBytes = 2 * BatchSize };
        log.Log.DeleteOldSegments();

        log.Reopen();

        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(4, 6, 6, 6)));
    }

    [Test]
    public async Task The_log_start_is_checkpointed_until_a_crash_can_no_longer_bring_back_the_segments_below_it()
    {
        var files = new InterruptedFileSystem(new MemoryFileSystem());
        using var log = new TestLog(files, twoBatchesPerSegment);
        for (var i = 0; i < 6; i++)
            await log.AppendAsync($"v{i}");
        var meanwhile = new List<bool>();
        files.BeforeRename = path =>
        {
            if (path.EndsWith(".log", StringComparison.Ordinal))
                meanwhile.Add(log.Log.StartsBehindFirstSegment);
        };

        await log.Log.AdvanceLogStartAsync(4);

        Assert.That(meanwhile, Is.EqualTo((bool[])[true, true]));
        Assert.That(log.Log.StartsBehindFirstSegment, Is.False);
    }

    async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await log.AppendAsync($"v{i}");
    }

    List<string> Names(string suffix) => [.. log.Files.ListFiles(log.Path).Where(name => name.EndsWith(suffix, StringComparison.Ordinal)).Order()];
}
