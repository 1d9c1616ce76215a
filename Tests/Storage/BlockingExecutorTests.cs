using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Storage;

public sealed class BlockingExecutorTests : IDisposable
{
    readonly BlockingExecutor executor = new(2, NullLogger.Instance);

    public void Dispose() => executor.Dispose();

    [Test]
    public async Task Work_runs_on_a_thread_of_the_executor()
    {
        var name = await executor.RunAsync(static _ => Thread.CurrentThread.Name, true);

        Assert.That(name, Does.StartWith("blocking-executor-"));
    }

    [Test]
    public void An_exception_of_the_work_is_the_tasks() =>
        Assert.That(() => executor.RunAsync<bool, bool>(static _ => throw new IOException("disk"), true), Throws.InstanceOf<IOException>());

    [Test]
    public async Task A_failure_nobody_waits_for_ends_no_thread()
    {
        for (var i = 0; i < 10; i++)
            executor.Post(static () => throw new InvalidOperationException("lost"));

        Assert.That(await executor.RunAsync(static value => value + 1, 1), Is.EqualTo(2));
    }

    [Test]
    public void What_is_queued_is_done_before_the_end()
    {
        var done = 0;
        for (var i = 0; i < 100; i++)
            executor.Post(() => Interlocked.Increment(ref done));

        executor.Dispose();

        Assert.That(done, Is.EqualTo(100));
    }

    [Test]
    public async Task Its_own_work_can_end_it()
    {
        var own = new BlockingExecutor(1, NullLogger.Instance);

        var ended = await own.RunAsync(
            static executor =>
            {
                executor.Dispose();
                return true;
            },
            own);

        Assert.That(ended);
        Assert.That(() => own.RunAsync(static _ => true, true), Throws.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public void After_the_end_work_is_refused()
    {
        executor.Dispose();

        Assert.That(() => executor.RunAsync(static _ => true, true), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => executor.Post(static () => { }), Throws.Nothing);
    }
}
