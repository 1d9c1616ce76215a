using System.Text;
using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Cleaner;

/// <summary>Which logs are cleaned, when, and what is known of them over a restart.</summary>
public sealed class LogCleanerTests : IDisposable
{
    static readonly TopicPartition orders = new("orders", 0);
    static readonly TopicPartition users = new("users", 0);

    readonly MemoryFileSystem files = new();
    readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));
    readonly BlockingExecutor executor = new(1, NullLogger.Instance);
    readonly OffsetMap map = new(1 << 20, 0.9);
    LogManager manager;

    public LogCleanerTests() => manager = Open(new());

    public void Dispose()
    {
        manager.Dispose();
        executor.Dispose();
    }

    [Test]
    public async Task The_log_with_the_greatest_share_of_dirty_bytes_is_cleaned_first()
    {
        await FillAsync(orders, clean: 4, dirty: 5);
        await FillAsync(users, clean: 1, dirty: 9);

        Assert.That(manager.Cleaner.CleanNext(map), Is.True);
        Assert.That(Checkpoint(), Is.EqualTo("0\n2\norders 0 4\nusers 0 10\n"));
        Assert.That(manager.Cleaner.CleanNext(map), Is.True);
        Assert.That(Checkpoint(), Is.EqualTo("0\n2\norders 0 9\nusers 0 10\n"));
        Assert.That(manager.Cleaner.CleanNext(map), Is.False);
    }

    [Test]
    public async Task Other_settings_are_in_effect_at_once_and_what_is_asked_for_is_still_done()
    {
        await FillAsync(orders, clean: 1, dirty: 9);
        manager.Cleaner.Reconfigure(new() { IsEnabled = false, Threads = 2 });
        Assert.That(manager.Cleaner.CleanNext(map), Is.False, "it is switched off");

        var asked = manager.Cleaner.CompactAsync(orders);
        manager.Cleaner.Reconfigure(new() { Threads = 2, DedupeBufferSize = 4 << 20 });

        // Either thread may have done it: the one before or the one after the change, which ends an unfinished cleaning.
        _ = await asked.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(await manager.Cleaner.CompactAsync(orders).WaitAsync(TimeSpan.FromSeconds(30)), Is.Not.Null);
    }

    [TestCase(5, 4, false)]
    [TestCase(4, 5, true)]
    public async Task A_log_is_cleaned_when_its_dirty_share_is_above_min_cleanable_dirty_ratio(int clean, int dirty, bool isCleaned)
    {
        await FillAsync(orders, clean, dirty);

        Assert.That(manager.Cleaner.CleanNext(map), Is.EqualTo(isCleaned));
    }

    [Test]
    public async Task What_has_waited_for_max_compaction_lag_is_cleaned_whatever_its_share()
    {
        var log = await FillAsync(orders, clean: 5, dirty: 2);
        log.Config = log.Config with { MaxCompactionLagMs = 1000 };
        time.Advance(TimeSpan.FromMilliseconds(1000));
        Assert.That(manager.Cleaner.CleanNext(map), Is.False);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(manager.Cleaner.CleanNext(map), Is.True);
    }

    [Test]
    public async Task The_active_segment_of_a_compacted_topic_is_rolled_at_max_compaction_lag([Values("compact", "delete")] string policy)
    {
        var config = TopicConfig.Default with { CleanupPolicy = policy, MaxCompactionLagMs = 1000 };
        var log = await manager.GetOrCreateLogAsync(orders, Uuid.Random(), config, isNew: true);
        await log.AppendAsync(new TestBatch().BuildKeyed(("a", "1")), 0, AppendOrigin.Client);
        await log.AppendAsync(new TestBatch { Timestamp = TestBatch.Now + 1000 }.BuildKeyed(("a", "2")), 0, AppendOrigin.Client);
        Assert.That(log.SegmentCount, Is.EqualTo(1));
        await log.AppendAsync(new TestBatch { Timestamp = TestBatch.Now + 1001 }.BuildKeyed(("a", "3")), 0, AppendOrigin.Client);

        Assert.That(log.SegmentCount, Is.EqualTo(policy == "compact" ? 2 : 1));
    }

    [Test]
    public async Task A_log_that_is_not_compacted_is_left_alone()
    {
        var log = await FillAsync(orders, clean: 0, dirty: 5);
        log.Config = log.Config with { CleanupPolicy = "delete" };

        Assert.That(manager.Cleaner.CleanNext(map), Is.False);
        Assert.That(manager.Cleaner.Compact(orders, map), Is.Null);
    }

    [Test]
    public async Task The_checkpoint_is_good_for_the_next_start_and_goes_with_the_log()
    {
        await FillAsync(orders, clean: 4, dirty: 1);
        await FillAsync(users, clean: 2, dirty: 1);
        await manager.CloseAsync();
        manager = Open(new());
        Assert.That(manager.Cleaner.Compact(orders, map)!.MapRecordsRead, Is.EqualTo(1));

        await manager.DeleteLogAsync(orders);
        Assert.That(Checkpoint(), Is.EqualTo("0\n1\nusers 0 2\n"));
        await manager.SetAsideAsync(users);
        Assert.That(Checkpoint(), Is.EqualTo("0\n0\n"));
    }

    [TestCase("3", 3)]
    [TestCase("1000", 5)]
    [TestCase("damaged", 5)]
    public async Task A_checkpoint_that_cannot_be_means_that_all_is_dirty(string offset, int recordsRead)
    {
        await FillAsync(orders, clean: 0, dirty: 6);
        await manager.FindLog(orders)!.AdvanceLogStartAsync(1);
        await manager.CloseAsync();
        using (var file = files.Open("/data/cleaner-offset-checkpoint"))
            file.Write(Encoding.UTF8.GetBytes($"0\n1\norders 0 {offset}\n"), 0);

        manager = Open(new());

        Assert.That(manager.Cleaner.Compact(orders, map)!.MapRecordsRead, Is.EqualTo(recordsRead));
    }

    [Test]
    public async Task Retention_moves_the_log_start_past_the_checkpoint()
    {
        var log = await FillAsync(orders, clean: 2, dirty: 4);
        log.Config = log.Config with { CleanupPolicy = "compact,delete" };
        await log.AdvanceLogStartAsync(4);

        Assert.That(manager.Cleaner.Compact(orders, map)!.MapRecordsRead, Is.EqualTo(2));
        Assert.That(Checkpoint(), Is.EqualTo("0\n1\norders 0 6\n"));
    }

    [Test]
    public async Task A_truncated_log_is_clean_no_further_than_its_end()
    {
        var log = await FillAsync(orders, clean: 6, dirty: 0);
        await log.TruncateAsync(3);
        manager.Cleaner.OnTruncated(log, 3);

        Assert.That(Checkpoint(), Is.EqualTo("0\n1\norders 0 3\n"));
    }

    [Test]
    public async Task A_corrupt_log_is_marked_once_and_the_others_go_on()
    {
        var corrupt = await FillAsync(orders, clean: 0, dirty: 9);
        await FillAsync(users, clean: 1, dirty: 9);
        var path = LogFiles.PathOf(corrupt.Path, 0, LogFiles.LogSuffix);
        using (var file = files.Open(path))
            file.Write([0xff], RecordBatch.HeaderSize + 1);

        Assert.That(manager.Cleaner.CleanNext(map), Is.False);
        Assert.That(manager.Cleaner.UncleanablePartitions, Is.EqualTo(new Dictionary<TopicPartition, string> { [orders] = $"{path} has a corrupt batch at position 0" }));
        Assert.That(manager.Cleaner.CleanNext(map), Is.True, "the other log");
        Assert.That(manager.Cleaner.CleanNext(map), Is.False);
        Assert.That(corrupt.Directory.IsOffline, Is.False);
    }

    [Test]
    public async Task A_paused_log_is_not_cleaned_until_all_have_resumed_it()
    {
        await FillAsync(orders, clean: 0, dirty: 9);
        Assert.That(manager.Cleaner.TryPause(orders), Is.True);
        await manager.Cleaner.AbortAndPauseAsync(orders);
        Assert.That(manager.Cleaner.CleanNext(map), Is.False);
        manager.Cleaner.Resume(orders);
        Assert.That(manager.Cleaner.CleanNext(map), Is.False);
        manager.Cleaner.Resume(orders);

        Assert.That(manager.Cleaner.CleanNext(map), Is.True);
    }

    [Test]
    public void Who_wants_a_log_that_is_being_cleaned_waits_for_the_end()
    {
        var states = new CleaningStates();
        Assert.That(states.TryBegin(orders, default, out var abort), Is.True);
        Assert.That(states.TryBegin(orders, default, out _), Is.False);
        Assert.That(states.TryPause(orders), Is.False);
        var paused = states.AbortAndPauseAsync(orders);
        Assert.That((abort.IsCancellationRequested, paused.IsCompleted), Is.EqualTo((true, false)));

        states.End(orders);

        Assert.That(() => paused, Throws.Nothing);
        Assert.That(states.TryBegin(orders, default, out _), Is.False);
        states.Resume(orders);
        Assert.That(states.TryBegin(orders, default, out _), Is.True);
    }

    [Test]
    public async Task A_thread_cleans_by_itself_and_ends_with_the_broker()
    {
        await FillAsync(orders, clean: 0, dirty: 9);
        manager.Cleaner.Start();
        Assert.That(await manager.Cleaner.CompactAsync(users), Is.Null, "asked for first, but there is no such log");
        var cleaned = await manager.Cleaner.CompactAsync(orders);
        await manager.CloseAsync();

        Assert.That(cleaned, Is.Not.Null);
        Assert.That(Checkpoint(), Is.EqualTo("0\n1\norders 0 9\n"));
        Assert.That(await manager.Cleaner.CompactAsync(orders), Is.Null, "the cleaner has ended");
    }

    [Test]
    public async Task Where_cleaning_is_switched_off_a_log_is_compacted_only_when_asked_for()
    {
        await manager.CloseAsync();
        manager = Open(new() { IsEnabled = false });
        await FillAsync(orders, clean: 0, dirty: 9);
        manager.Cleaner.Start();
        Assert.That(manager.Cleaner.CleanNext(map), Is.False);

        Assert.That((await manager.Cleaner.CompactAsync(orders))?.RecordsWritten, Is.EqualTo(1));
    }

    [Test]
    public async Task Reads_and_writes_are_held_to_the_bytes_per_second_and_a_stop_does_not_wait_for_them()
    {
        await manager.CloseAsync();
        manager = Open(new() { MaxIoBytesPerSecond = 1 });
        await FillAsync(orders, clean: 0, dirty: 9);
        manager.Cleaner.Start();
        var cleaning = manager.Cleaner.CompactAsync(orders);
        time.Advance(TimeSpan.FromSeconds(60));

        await manager.CloseAsync();

        Assert.That(await cleaning, Is.Null, "600 bytes take longer than a minute");
        Assert.That(files.ListFiles("/data/orders-0").Where(name => name.EndsWith(LogFiles.CleanedSuffix, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void A_throttle_lets_through_what_the_rate_allows()
    {
        var throttle = new CleanerThrottle(1000, time);
        var taken = 0;
        using var abort = new CancellationTokenSource();
        Assert.That(() => Enumerable.Range(0, 10).All(_ => Take()), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(taken, Is.EqualTo(4), "40 bytes are worth less than the shortest pause, 50 are not");

        bool Take()
        {
            if (taken == 4)
                abort.Cancel();
            throttle.Take(10, abort.Token);
            taken++;
            return true;
        }
    }

    [Test]
    public async Task A_disk_that_fails_takes_the_directory_offline()
    {
        var interrupted = new InterruptedFileSystem(files);
        await manager.CloseAsync();
        manager = Open(new(), interrupted);
        var log = await FillAsync(orders, clean: 0, dirty: 9);
        interrupted.OperationsLeft = 0;

        Assert.That(manager.Cleaner.CleanNext(map), Is.False);
        Assert.That(log.Directory.IsOffline, Is.True);
        Assert.That(manager.Cleaner.CleanNext(map), Is.False, "nothing is done in a directory that is offline");
    }

    string Checkpoint() => Encoding.UTF8.GetString(files.ReadAllBytes("/data/cleaner-offset-checkpoint"));

    LogManager Open(CleanerSettings settings, IFileSystem? disk = null)
    {
        var opened = new LogManager(["/data"], disk ?? files, new(executor, UnpooledByteBufferAllocator.Default, time, NullLogger.Instance) { Cleaner = settings });
        var open = opened.OpenAsync(nodeId: 1, clusterId: null, _ => CompactedLog.Config);
        Assert.That(open.IsCompletedSuccessfully, Is.True, "in memory nothing waits");
        return opened;
    }

    /// <summary>Appends batches of one record and equal size, each in its own segment, the first of them cleaned; another record is in the active segment.</summary>
    async Task<UnifiedLog> FillAsync(TopicPartition partition, int clean, int dirty)
    {
        var log = await manager.GetOrCreateLogAsync(partition, Uuid.Random(), CompactedLog.Config with { SegmentIndexBytes = 0 }, isNew: true);
        for (var i = 0; i <= clean + dirty; i++)
        {
            // Clean records are different keys, so that they stay.
            var key = i < clean ? $"{i}" : "x";
            await log.AppendAsync(new TestBatch().BuildKeyed((key, "value")), 0, AppendOrigin.Client);
            if (i == clean && clean > 0)
                Assert.That(manager.Cleaner.Compact(partition, map)?.EndOffset, Is.EqualTo(clean));
        }

        log.Config = CompactedLog.Config;
        return log;
    }
}
