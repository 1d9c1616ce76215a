using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>When a log begins a new segment, and what happens to the old ones.</summary>
public sealed class LogRollTests : IDisposable
{
    const int BatchSize = 70;

    readonly TestLog log = new(config: TopicConfig.Default with { SegmentBytes = 3 * BatchSize, SegmentMs = 1000, IndexIntervalBytes = 0, FileDeleteDelayMs = 500 });

    public void Dispose() => log.Dispose();

    [Test]
    public async Task A_batch_that_does_not_fit_begins_a_segment()
    {
        await AppendAsync(7);

        Assert.That(LogNames(), Is.EqualTo(["00000000000000000000.log", "00000000000000000003.log", "00000000000000000006.log"]));
        Assert.That((await log.ReadAsync(0)).Select(batch => batch.BaseOffset), Is.EqualTo([0, 1, 2]), "a read ends with its segment");
        Assert.That((await log.ReadAsync(5)).Select(batch => batch.BaseOffset), Is.EqualTo([5]));
    }

    [Test]
    public async Task Batches_larger_than_a_segment_are_refused()
    {
        var info = await log.AppendAsync(new string('x', 4 * BatchSize));

        Assert.That(info.Error, Is.EqualTo(ErrorCode.RecordListTooLarge));
    }

    [Test]
    public async Task A_batch_larger_than_a_message_may_be_is_refused()
    {
        log.Log.Config = log.Config with { MaxMessageBytes = BatchSize - 1 };

        Assert.That((await log.AppendAsync("v0")).Error, Is.EqualTo(ErrorCode.MessageTooLarge));
    }

    [TestCase(1000, 1)]
    [TestCase(1001, 2)]
    public async Task The_time_in_the_records_begins_a_segment(long laterMs, int segments)
    {
        await log.AppendAsync("v");
        await log.AppendAsync(new TestBatch { Timestamp = TestBatch.Now + laterMs }.Build("v"));

        Assert.That(log.Log.SegmentCount, Is.EqualTo(segments));
    }

    [Test]
    public async Task An_index_without_room_begins_a_segment()
    {
        log.Log.Config = log.Config with { SegmentBytes = 1 << 20, SegmentIndexBytes = 3 * TimeIndex.EntrySize };

        await AppendAsync(6);

        Assert.That(LogNames(), Is.EqualTo(["00000000000000000000.log", "00000000000000000005.log"]));
    }

    [Test]
    public async Task An_index_with_no_room_for_an_entry_rolls_no_empty_segment([Values(4, 8, 12, 23)] int indexBytes)
    {
        log.Log.Config = TopicConfig.Default with { SegmentIndexBytes = indexBytes };

        await AppendAsync(3);

        Assert.That(LogNames(), Is.Unique);
        Assert.That(log.Log.SegmentCount, Is.EqualTo(LogNames().Count()));
        Assert.That(await AllOffsetsAsync(), Is.EqualTo(Enumerable.Range(0, 3)));
    }

    [Test]
    public async Task An_offset_too_far_from_the_base_begins_a_segment()
    {
        await log.AppendAsync("v");
        var far = TestBatch.Of("v");
        new RecordBatch(far.Span).BaseOffset = 1L + int.MaxValue;

        var info = await log.AppendAsync(far, AppendOrigin.Replication);

        Assert.That(info.BaseOffset, Is.EqualTo(1L + int.MaxValue));
        Assert.That(LogNames(), Is.EqualTo(["00000000000000000000.log", "00000000002147483648.log"]));
    }

    [Test]
    public async Task Segments_below_the_log_start_are_deleted_after_the_delay()
    {
        await AppendAsync(7);

        Assert.That(await log.Log.AdvanceLogStartAsync(4), Is.EqualTo((ErrorCode.None, 4L)));
        Assert.That(LogNames(), Is.EqualTo(["00000000000000000003.log", "00000000000000000006.log"]));
        Assert.That(log.Files.ListFiles(log.Path), Has.Member("00000000000000000000.log.deleted"));
        Assert.That((await log.Log.ReadAsync(3, 1000, FetchIsolation.LogEnd, minOneBatch: true)).Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
        Assert.That(log.Log.Bounds.LogStartOffset, Is.EqualTo(4));

        log.Time.Advance(TimeSpan.FromMilliseconds(500));
        log.DrainExecutor();
        Assert.That(log.Files.ListFiles(log.Path).Where(name => name.EndsWith(".deleted", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void A_reader_of_a_deleted_segment_finishes_its_read()
    {
        var segment = LogSegment.Create(log.Files, log.Path, 500, 0, now: 0);
        var bytes = TestBatch.Of("v").Span;
        segment.Write(bytes);
        segment.Publish(bytes, 0);
        Assert.That(segment.TryRetain(), Is.True);

        segment.RenameToDeleted();
        segment.Delete();

        Assert.That(segment.TryRetain(), Is.True, "while a reader is there, another may come");
        segment.Release();
        Assert.That(segment.Reader.TryReadHeader(0, new byte[100], out _), Is.True);
        segment.Release();
        Assert.That(segment.TryRetain(), Is.False);
        Assert.That(log.Files.ListFiles(log.Path).Where(name => name.StartsWith("00000000000000000500", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task The_log_start_goes_no_further_than_the_high_watermark_and_never_back()
    {
        await AppendAsync(2);

        Assert.That(await log.Log.AdvanceLogStartAsync(10), Is.EqualTo((ErrorCode.None, 2L)));
        Assert.That(await log.Log.AdvanceLogStartAsync(1), Is.EqualTo((ErrorCode.None, 2L)));
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(5)]
    public async Task A_truncated_log_goes_on_at_the_offset(int offset)
    {
        await AppendAsync(7);

        Assert.That(await log.Log.TruncateAsync(offset), Is.EqualTo(ErrorCode.None));

        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(0, offset, offset, offset)));
        Assert.That((await log.AppendAsync("v")).BaseOffset, Is.EqualTo(offset));
        Assert.That(await AllOffsetsAsync(), Is.EqualTo(Enumerable.Range(0, offset + 1)));
    }

    [Test]
    public async Task A_clean_stop_leaves_trimmed_files()
    {
        await AppendAsync(4);
        log.Log.Close();

        Assert.That(SizeOf("00000000000000000000.index"), Is.EqualTo(2 * OffsetIndex.EntrySize));
        Assert.That(SizeOf("00000000000000000000.timeindex"), Is.EqualTo(TimeIndex.EntrySize));
        Assert.That(SizeOf("00000000000000000003.index"), Is.Zero);
        Assert.That(SizeOf("00000000000000000003.timeindex"), Is.EqualTo(TimeIndex.EntrySize));
        Assert.That(log.Files.ListFiles(log.Path).Where(name => name.EndsWith(".snapshot", StringComparison.Ordinal)), Is.EquivalentTo(["00000000000000000003.snapshot", "00000000000000000004.snapshot"]));
    }

    [Test]
    public async Task The_files_are_kafkas_byte_for_byte()
    {
        await AppendAsync(2);
        log.Log.Close();

        const string Batch = "0000003A" + "00000003" + "02" + "{0}" + "0000" + "00000000" + "0000018BCFE56800" + "0000018BCFE56800" + "FFFFFFFFFFFFFFFF" + "FFFF" + "FFFFFFFF" + "00000001" + "10000000010476" + "3000";
        var written = Convert.ToHexString(log.Files.ReadAllBytes(PathOf("00000000000000000000.log")));
        var crc = written.Substring(34, 8);
        Assert.That(written, Is.EqualTo("0000000000000000" + Batch.Replace("{0}", crc, StringComparison.Ordinal) + "0000000000000001" + Batch.Replace("{0}", crc, StringComparison.Ordinal)));
        Assert.That(Convert.ToHexString(log.Files.ReadAllBytes(PathOf("00000000000000000000.index"))), Is.EqualTo("00000001" + "00000046"));
        Assert.That(Convert.ToHexString(log.Files.ReadAllBytes(PathOf("00000000000000000000.timeindex"))), Is.EqualTo("0000018BCFE56800" + "00000000"));
    }

    async Task AppendAsync(int batches)
    {
        for (var i = 0; i < batches; i++)
            Assert.That((await log.AppendAsync("v0")).Error, Is.EqualTo(ErrorCode.None));
    }

    async Task<List<long>> AllOffsetsAsync()
    {
        var offsets = new List<long>();
        for (long offset = 0; offset < log.Log.Bounds.LogEndOffset; offset = offsets[^1] + 1)
            offsets.AddRange((await log.ReadAsync(offset)).Select(batch => batch.BaseOffset));
        return offsets;
    }

    IEnumerable<string> LogNames() => log.Files.ListFiles(log.Path).Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Order();

    int SizeOf(string name) => log.Files.ReadAllBytes(PathOf(name)).Length;

    string PathOf(string name) => Path.Combine(log.Path, name);
}
