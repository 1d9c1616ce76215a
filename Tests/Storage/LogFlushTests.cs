using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>When a log is brought onto the disk, and who waits for it.</summary>
public sealed class LogFlushTests
{
    [Test]
    public async Task A_log_is_flushed_flush_ms_after_the_first_append_that_is_not()
    {
        using var log = new TestLog(config: TopicConfig.Default with { FlushMs = 100 });
        await log.AppendAsync("a");
        log.Time.Advance(TimeSpan.FromMilliseconds(60));
        await log.AppendAsync("b");
        Assert.That(log.Log.RecoveryPoint, Is.Zero);

        log.Time.Advance(TimeSpan.FromMilliseconds(40));

        Assert.That(log.Log.RecoveryPoint, Is.EqualTo(2));
    }

    [Test]
    public async Task The_time_starts_anew_with_the_next_append()
    {
        using var log = new TestLog(config: TopicConfig.Default with { FlushMs = 100 });
        await log.AppendAsync("a");
        log.Time.Advance(TimeSpan.FromMilliseconds(100));
        await log.AppendAsync("b");
        log.Time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.That(log.Log.RecoveryPoint, Is.EqualTo(1));

        log.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(log.Log.RecoveryPoint, Is.EqualTo(2));
    }

    [Test]
    public async Task Records_are_read_before_flush_ms_has_gone_by()
    {
        using var log = new TestLog(config: TopicConfig.Default with { FlushMs = 100 });

        await log.AppendAsync("a");

        Assert.That(log.Log.Bounds.HighWatermark, Is.EqualTo(1));
    }

    [TestCase(3, 1)]
    [TestCase(3, 2)]
    [TestCase(3, 3)]
    [TestCase(1, 1)]
    public async Task Every_so_many_messages_the_log_is_flushed(int flushMessages, int appended)
    {
        using var log = new TestLog(config: TopicConfig.Default with { FlushMessages = flushMessages });

        for (var i = 0; i < appended; i++)
            await log.AppendAsync("v");

        Assert.That(log.Log.RecoveryPoint, Is.EqualTo(appended / flushMessages * flushMessages));
    }

    [Test]
    public async Task Many_who_wait_for_a_flush_on_a_disk_are_answered_once_it_is_done()
    {
        using var directory = new TemporaryDirectory();
        using var log = new TestLog(new DiskFileSystem(), TopicConfig.Default with { FlushMessages = 1 }, directory.Path);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => log.AppendAsync($"v{i}")));

        Assert.That(answers.Select(answer => answer.Error), Is.All.EqualTo(ErrorCode.None));
        Assert.That(answers.Select(answer => answer.BaseOffset), Is.Ordered.And.Unique);
        Assert.That((log.Log.RecoveryPoint, log.Log.Bounds.HighWatermark), Is.EqualTo((200L, 200L)));
    }
}
