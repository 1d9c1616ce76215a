using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>What is left of a log after its broker died, at any point.</summary>
public sealed class LogRecoveryTests
{
    const int Producers = 3;

    readonly FaultyFileSystem files = new();
    readonly TopicConfig config = TopicConfig.Default with { SegmentBytes = 1000, IndexIntervalBytes = 150, SegmentMs = long.MaxValue };

    [Test]
    public async Task After_a_crash_at_any_write_all_that_was_flushed_is_there([Range(0, 149)] int seed)
    {
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        using var log = new TestLog(files, config);
        files.WritesBeforeFailure = random.Next(120);
        var appended = await AppendUntilFailureAsync(log, random);
        var flushed = log.Log.RecoveryPoint;
        var keepsAll = random.Next(3) == 0;

        files.Crash(unflushed => keepsAll ? unflushed : random.NextInt64(unflushed + 1));
        log.Reopen(new(0, random.Next(2) == 0 ? flushed : 0, HadCleanShutdown: false));

        var found = await BatchesAsync(log);
        Assert.That(found, Is.SubsetOf(appended).And.Unique);
        Assert.That(found.Select(BaseOffsetOf), Is.Ordered);
        Assert.That(found.Where(batch => BaseOffsetOf(batch) < flushed), Is.EqualTo(appended.Where(batch => BaseOffsetOf(batch) < flushed)), "what was flushed is there");
        Assert.That(log.Log.Bounds.LogEndOffset, Is.GreaterThanOrEqualTo(flushed));
        await ExpectReplayedStateAsync(log, found);
    }

    [Test]
    public async Task An_index_that_is_missing_or_damaged_is_built_again([Values(".index", ".timeindex")] string suffix, [Values("", "00", "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")] string content)
    {
        using var log = new TestLog(files, config);
        for (var i = 0; i < 30; i++)
            await log.AppendAsync(new TestBatch { Timestamp = TestBatch.Now + i }.Build("value"));
        log.Log.Close();
        var path = LogFiles.PathOf(log.Path, 0, suffix);
        var before = files.ReadAllBytes(path);
        files.WriteAtomically(path, Convert.FromHexString(content));
        if (content.Length == 0)
            files.DeleteFile(path);

        log.Reopen(new(0, 0, HadCleanShutdown: true));

        Assert.That(log.Log.Bounds.LogEndOffset, Is.EqualTo(30));
        log.Log.Close();
        Assert.That(files.ReadAllBytes(path), Is.EqualTo(before));
    }

    [Test]
    public async Task A_segment_that_ends_at_the_recovery_point_may_have_been_rolled_after_it_was_checkpointed([Values(".index", ".timeindex")] string suffix)
    {
        using var log = new TestLog(files, config);
        for (var i = 0; log.Log.SegmentCount == 1; i++)
            await log.AppendAsync(new TestBatch { Timestamp = TestBatch.Now + i }.Build("value"));
        var recoveryPoint = log.Log.Segments.Active.BaseOffset;
        log.Log.Close();
        var path = LogFiles.PathOf(log.Path, 0, suffix);
        var before = files.ReadAllBytes(path);
        // As the power may leave what was not flushed: as long as it is to be, and without its beginning.
        files.WriteAtomically(path, [.. new byte[before.Length / 2], .. before.AsSpan(before.Length / 2)]);

        log.Reopen(new(0, recoveryPoint, HadCleanShutdown: false));
        log.Log.Close();

        Assert.That(files.ReadAllBytes(path), Is.EqualTo(before));
    }

    [Test]
    public async Task A_batch_with_a_wrong_crc_ends_the_log()
    {
        using var log = new TestLog(files, config);
        for (var i = 0; i < 30; i++)
            await log.AppendAsync("value");
        log.Log.Close();
        using (var file = files.Open(LogFiles.PathOf(log.Path, 0, ".log")))
            file.Write([0xff], 300);

        log.Reopen();

        var found = await BatchesAsync(log);
        Assert.That(log.Log.SegmentCount, Is.EqualTo(1));
        Assert.That(found, Has.Count.EqualTo(4), "the fifth batch of 73 bytes is damaged");
        Assert.That((await log.AppendAsync("next")).BaseOffset, Is.EqualTo(4));
    }

    [Test]
    public async Task A_gap_between_segments_is_kept([Values(0, 8, 9)] long recoveryPoint, [Values("delete", "compact")] string cleanupPolicy)
    {
        using var log = new TestLog(files, config with { CleanupPolicy = cleanupPolicy, SegmentBytes = 600 });
        for (var i = 0; i < 8; i++)
            await log.AppendAsync("value");
        log.Log.Close();
        files.WriteAtomically(LogFiles.PathOf(log.Path, 20, ".log"), BatchAt(20));

        log.Reopen(new(0, recoveryPoint, HadCleanShutdown: false));

        Assert.That((log.Log.SegmentCount, log.Log.Bounds.LogEndOffset), Is.EqualTo((2, 21L)), "it may be what compaction left");
        Assert.That((await log.ReadAsync(8)).Single().BaseOffset, Is.EqualTo(20));
    }

    [Test]
    public async Task A_segment_that_the_one_below_the_recovery_point_reaches_into_is_deleted()
    {
        using var log = new TestLog(files, config with { SegmentBytes = 600 });
        for (var i = 0; i < 8; i++)
            await log.AppendAsync("value");
        log.Log.Close();
        files.WriteAtomically(LogFiles.PathOf(log.Path, 7, ".log"), BatchAt(7));

        log.Reopen(new(0, RecoveryPoint: 7, HadCleanShutdown: false));

        Assert.That((log.Log.SegmentCount, log.Log.Bounds.LogEndOffset), Is.EqualTo((1, 8L)));
    }

    [Test]
    public void A_log_with_messages_of_an_older_format_is_refused_and_stays_as_it_is([Values(0, 1)] byte magic, [Values] bool hadCleanShutdown)
    {
        using var log = new TestLog(files, config);
        log.Log.Close();
        using var builder = new MessageSetBuilder(magic);
        foreach (var record in new RecordBatch(TestBatch.Of("a", "b").Span).ReadRecords())
            Assert.That(builder.TryAppend(record));
        var path = LogFiles.PathOf(log.Path, 0, ".log");
        files.WriteAtomically(path, builder.Build());

        Assert.That(() => log.Reopen(new(0, 0, hadCleanShutdown)), Throws.InstanceOf<InvalidDataException>().With.Message.Contains($"{path} has messages of magic {magic}"));

        Assert.That(files.ReadAllBytes(path), Is.EqualTo(builder.ToArray()));
    }

    [Test]
    public async Task An_index_that_is_built_again_says_nothing_about_later_segments()
    {
        using var log = new TestLog(files, config with { SegmentBytes = 300 });
        for (var i = 0; i < 16; i++)
            await log.AppendAsync("value");
        log.Log.Close();
        files.DeleteFile(LogFiles.PathOf(log.Path, 0, ".index"));
        using (var damaged = files.Open(LogFiles.PathOf(log.Path, 4, ".log")))
            damaged.Write([0xff], 100);

        log.Reopen(new(0, 0, HadCleanShutdown: true));

        Assert.That((log.Log.SegmentCount, log.Log.Bounds.LogEndOffset), Is.EqualTo((4, 16L)));
        Assert.That((await log.ReadAsync(8)).Select(batch => batch.BaseOffset), Is.EqualTo([8, 9, 10, 11]));
        Assert.That(files.FileExists(LogFiles.PathOf(log.Path, 0, ".index")));
    }

    [Test]
    public async Task What_recovery_cuts_off_is_gone_for_good()
    {
        using var log = new TestLog(files, config with { SegmentBytes = 600 });
        for (var i = 0; i < 12; i++)
            await log.AppendAsync("value");
        log.Log.Close();
        using (var file = files.Open(LogFiles.PathOf(log.Path, 0, ".log")))
        {
            file.Write([0xff], 300);
            file.Flush();
        }

        log.Reopen();
        files.Crash(unflushed => 0);
        using var crashed = files.Open(LogFiles.PathOf(log.Path, 0, ".log"));

        Assert.That(crashed.Length, Is.EqualTo(4 * 73));
        Assert.That(files.ListFiles(log.Path).Where(name => name.EndsWith(".log", StringComparison.Ordinal)), Is.EqualTo(["00000000000000000000.log"]));
    }

    [Test]
    public async Task With_a_flush_per_append_a_recovered_log_is_flushed_before_it_is_read()
    {
        using var log = new TestLog(files, config);
        await log.AppendAsync("a", "b");
        Assert.That(log.Log.RecoveryPoint, Is.Zero);

        log.Config = config with { FlushMessages = 1 };
        log.Reopen();

        Assert.That((log.Log.RecoveryPoint, log.Log.Bounds.HighWatermark), Is.EqualTo((2L, 2L)));
        files.Crash(unflushed => 0);
        log.Reopen();
        Assert.That(log.Log.Bounds.LogEndOffset, Is.EqualTo(2));
    }

    [Test]
    public async Task What_a_crash_left_of_deleted_and_cleaned_segments_is_removed()
    {
        using var log = new TestLog(files, config);
        await log.AppendAsync("value");
        log.Log.Close();
        foreach (var name in (string[])["00000000000000000000.log.deleted", "00000000000000000007.log.cleaned", "00000000000000000009.index"])
            files.Open(Path.Combine(log.Path, name)).Dispose();

        log.Reopen(new(0, 0, HadCleanShutdown: true));

        Assert.That(files.ListFiles(log.Path), Is.EquivalentTo(
            ["00000000000000000000.log", "00000000000000000000.index", "00000000000000000000.timeindex", "00000000000000000001.snapshot", "leader-epoch-checkpoint"]));
    }

    [Test]
    public async Task A_log_start_offset_outlives_a_restart()
    {
        using var log = new TestLog(files, config);
        await log.AppendAsync("a", "b", "c");
        log.Log.Close();

        log.Reopen(new(LogStartOffset: 2, 0, HadCleanShutdown: true));

        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(2, 3, 3, 3)));
    }

    [Test]
    public async Task A_log_that_ends_below_its_start_goes_on_at_the_start()
    {
        using var log = new TestLog(files, config);
        await log.AppendAsync("a");
        log.Log.Close();

        log.Reopen(new(LogStartOffset: 20, 0, HadCleanShutdown: true));

        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(20, 20, 20, 20)));
        Assert.That((await log.AppendAsync("b")).BaseOffset, Is.EqualTo(20));
    }

    static byte[] BatchAt(long offset)
    {
        var batch = TestBatch.Of("value");
        new RecordBatch(batch.Span).BaseOffset = offset;
        return batch.Span.ToArray();
    }

    static long BaseOffsetOf(string batch) => new RecordBatch(Convert.FromHexString(batch)).BaseOffset;

    static async Task<List<string>> AppendUntilFailureAsync(TestLog log, Random random)
    {
        var appended = new List<string>();
        var sequences = new int[Producers];
        for (var i = 0; i < 100; i++)
        {
            var producer = random.Next(Producers + 1);
            var values = Enumerable.Range(0, 1 + random.Next(3)).Select(value => new string('x', random.Next(60))).ToArray();
            var batch = producer == Producers
                ? TestBatch.Of(values)
                : new TestBatch { ProducerId = producer, ProducerEpoch = 0, BaseSequence = sequences[producer], Timestamp = TestBatch.Now + i }.Build(values);
            if ((await log.AppendAsync(batch)).Error != ErrorCode.None)
                return appended;
            if (producer < Producers)
                sequences[producer] += values.Length;
            appended.Add(Convert.ToHexString(batch.Span));
            if (random.Next(10) == 0)
                await log.Log.FlushAsync();
        }

        return appended;
    }

    static async Task<List<string>> BatchesAsync(TestLog log)
    {
        var batches = new List<string>();
        for (var offset = 0L; offset < log.Log.Bounds.LogEndOffset;)
        {
            var read = await log.Log.ReadAsync(offset, int.MaxValue, FetchIsolation.LogEnd, minOneBatch: true);
            // The last segment is empty, and the end of the one before it is lost.
            if (read.Records.SizeInBytes == 0)
                break;
            offset = Take(read.Records.Span, batches);
            read.Records.Release();
        }

        return batches;
    }

    static long Take(Span<byte> bytes, List<string> batches)
    {
        var offset = 0L;
        while (RecordBatch.TryTakeFirst(ref bytes, out var batch))
        {
            Assert.That(batch.IsCrcValid, Is.True);
            batches.Add(Convert.ToHexString(batch.Bytes));
            offset = batch.NextOffset;
        }

        return offset;
    }

    /// <summary>The recovered log takes the same sequences as one to which the same batches have just been appended.</summary>
    static async Task ExpectReplayedStateAsync(TestLog log, List<string> batches)
    {
        using var replayed = new TestLog();
        foreach (var batch in batches)
            await replayed.AppendAsync(Records.View(Convert.FromHexString(batch)), AppendOrigin.Replication);
        for (var producer = 0; producer < Producers; producer++)
        {
            for (var sequence = 0; sequence < 20; sequence++)
            {
                Records Probe() => new TestBatch { ProducerId = producer, ProducerEpoch = 0, BaseSequence = sequence, Timestamp = TestBatch.Now }.Build("v");
                var (one, other) = (await log.AppendAsync(Probe()), await replayed.AppendAsync(Probe()));
                Assert.That(IsAppended(one), Is.EqualTo(IsAppended(other)), $"producer {producer}, sequence {sequence}");
            }
        }
    }

    static bool IsAppended(LogAppendInfo info) => info is { Error: ErrorCode.None, IsDuplicate: false };
}
