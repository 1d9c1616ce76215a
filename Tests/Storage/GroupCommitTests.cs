using DotNetty.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Waiters of a flush share it over all logs.</summary>
[TestFixture(1)]
[TestFixture(4)]
public sealed class GroupCommitTests : IDisposable
{
    readonly TemporaryDirectory directory = new();
    readonly BlockingExecutor executor;
    readonly LogEnvironment environment;

    public GroupCommitTests(int threads)
    {
        executor = new(threads, NullLogger.Instance);
        environment = new(executor, UnpooledByteBufferAllocator.Default, TimeProvider.System, NullLogger.Instance);
    }

    public void Dispose()
    {
        executor.Dispose();
        directory.Dispose();
    }

    [Test]
    public async Task Every_log_with_a_waiter_is_flushed()
    {
        var logs = Enumerable.Range(0, 8).Select(Open).ToList();

        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => AppendAsync(logs[i % 8])));

        Assert.That(answers.Select(answer => answer.Error), Is.All.EqualTo(ErrorCode.None));
        Assert.That(logs.ConvertAll(log => (log.RecoveryPoint, log.Bounds.HighWatermark)), Is.All.EqualTo((50L, 50L)));
        logs.ForEach(log => log.Close());
    }

    [Test]
    public async Task A_log_of_a_failed_directory_leaves_the_others_alone()
    {
        var (healthy, failed) = (Open(0), Open(1));
        failed.Directory.Fail(new IOException("gone"));

        var answers = await Task.WhenAll(AppendAsync(healthy), AppendAsync(failed), AppendAsync(healthy));

        Assert.That(answers.Select(answer => answer.Error), Is.EqualTo([ErrorCode.None, ErrorCode.KafkaStorageError, ErrorCode.None]));
        healthy.Close();
        failed.Close();
    }

    [Test]
    public async Task After_the_end_of_the_executor_a_flush_is_done_by_who_asks()
    {
        var log = Open(0);
        executor.Dispose();

        Assert.That((await AppendAsync(log)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(log.RecoveryPoint, Is.EqualTo(1));
        log.Close();
    }

    static async Task<LogAppendInfo> AppendAsync(UnifiedLog log) => await log.AppendAsync(TestBatch.Of("value"), 0, AppendOrigin.Client);

    UnifiedLog Open(int index)
    {
        var root = Path.Combine(directory.Path, $"disk-{index}");
        Directory.CreateDirectory(root);
        return UnifiedLog.Open(new("orders", index), new(root, new DiskFileSystem(), NullLogger.Instance), Path.Combine(root, $"orders-{index}"), TopicConfig.Default with { FlushMessages = 1 }, environment, default);
    }
}
