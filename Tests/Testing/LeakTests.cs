using System.Diagnostics;
using NettyKafka.Testing;

namespace NettyKafka.Tests.Testing;

/// <summary>A broker that is disposed of leaves nothing behind: no thread, no file, no port, no memory.</summary>
[NonParallelizable]
public sealed class LeakTests
{
    const int WarmUp = 20;
    const int Starts = 200;

    [Test]
    public async Task Hundreds_of_brokers_leave_no_threads_files_or_memory()
    {
        await StartAsync(WarmUp, []);
        var (threads, files) = (ThreadsOf(), FilesOf());
        List<WeakReference> brokers = [];

        var started = Stopwatch.GetTimestamp();
        await StartAsync(Starts, brokers);
        await TestContext.Out.WriteLineAsync($"{Stopwatch.GetElapsedTime(started).TotalMilliseconds / Starts:f1} ms for each start and stop");

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.That(ThreadsOf(), Is.LessThan(threads + 10), "threads");
        Assert.That(FilesOf(), Is.LessThan(files + 10), "files and sockets");
        Assert.That(brokers.Count(broker => broker.IsAlive), Is.LessThan(5), "brokers in memory");
    }

    static async Task StartAsync(int count, List<WeakReference> brokers)
    {
        for (var i = 0; i < count; i++)
        {
            await using var kafka = await EmbeddedKafka.StartAsync(new() { Topics = { new("orders") }, Records = { new("orders", null, "x") } });
            brokers.Add(new(kafka));
        }
    }

    static int ThreadsOf()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }

    /// <summary>Only Linux tells them as files.</summary>
    static int FilesOf() => Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;
}
