using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Storage;

public sealed class BlockingExecutorResizeTests : IDisposable
{
    readonly BlockingExecutor executor = new(1, NullLogger.Instance);

    public void Dispose() => executor.Dispose();

    [Test]
    public async Task More_threads_do_more_at_the_same_time()
    {
        executor.Resize(2);
        using var both = new Barrier(2);

        var works = new[] { executor.RunAsync(Meet, both), executor.RunAsync(Meet, both) };

        Assert.That(await Task.WhenAll(works).WaitAsync(TimeSpan.FromSeconds(30)), Is.All.True);
        Assert.That(executor.ThreadCount, Is.EqualTo(2));
    }

    [Test]
    public async Task A_thread_that_leaves_ends_what_it_does_and_the_others_go_on()
    {
        executor.Resize(3);
        using var all = new Barrier(3);
        var working = new[] { executor.RunAsync(MeetTwice, all), executor.RunAsync(MeetTwice, all) };
        Assert.That(Meet(all), "both have begun");

        executor.Resize(1);
        Assert.That(Meet(all));

        Assert.That(await Task.WhenAll(working), Is.All.True);
        Assert.That(await executor.RunAsync(text => text.Length, "done").WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(4));
        Assert.That(executor.ThreadCount, Is.EqualTo(1));
    }

    static bool MeetTwice(Barrier barrier) => Meet(barrier) && Meet(barrier);

    static bool Meet(Barrier barrier) => barrier.SignalAndWait(TimeSpan.FromSeconds(30));
}
