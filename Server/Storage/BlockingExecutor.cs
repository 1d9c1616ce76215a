using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Storage;

/// <summary>
/// A few threads for what can block: cold reads, fsync, deletes. A caller that awaits from an event loop comes back to it; others go on on the executor's thread.
/// </summary>
public sealed class BlockingExecutor : IDisposable
{
    readonly BlockingCollection<Action> queue = [];
    readonly Thread[] threads;
    readonly ILogger logger;
    bool isDisposed;

    public BlockingExecutor(int threadCount, ILogger logger)
    {
        this.logger = logger;
        threads = new Thread[threadCount];
        for (var i = 0; i < threadCount; i++)
        {
            threads[i] = new Thread(Work) { IsBackground = true, Name = $"blocking-executor-{i}" };
            threads[i].Start();
        }
    }

    /// <summary>Runs work on a thread of the executor; its exception becomes the task's.</summary>
    public Task<TResult> RunAsync<TState, TResult>(Func<TState, TResult> work, TState state)
    {
        var completion = new TaskCompletionSource<TResult>();
        if (!TryPost(() => Complete(completion, work, state)))
            completion.SetException(new ObjectDisposedException(nameof(BlockingExecutor)));
        return completion.Task;
    }

    /// <summary>Runs work that nobody waits for; it handles its own failures. After the end it is dropped: a timer may still fire then.</summary>
    public void Post(Action work)
    {
        if (!TryPost(work))
            logger.LogDebug("Work posted after the end of the blocking executor is dropped");
    }

    /// <summary>As <see cref="Post"/>; false after the end.</summary>
    public bool TryPost(Action work)
    {
        try
        {
            return queue.TryAdd(work);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Does what is queued and ends the threads.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
            return;
        queue.CompleteAdding();
        foreach (var thread in threads)
        {
            if (thread != Thread.CurrentThread)
                thread.Join();
        }

        // Disposed of by work of its own, a thread still has to come back and see that the queue is done.
        if (!Array.Exists(threads, thread => thread == Thread.CurrentThread))
            queue.Dispose();
    }

    static void Complete<TState, TResult>(TaskCompletionSource<TResult> completion, Func<TState, TResult> work, TState state)
    {
        TResult result;
        try
        {
            result = work(state);
        }
        catch (Exception e)
        {
            completion.SetException(e);
            return;
        }

        completion.SetResult(result);
    }

    /// <summary>Runs work on the caller's thread as one of the executor's would: what it fails with is logged.</summary>
    public void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            logger.LogError(e, "Work on the blocking executor failed");
        }
    }

    void Work()
    {
        foreach (var work in queue.GetConsumingEnumerable())
            Guard(work);
    }
}
