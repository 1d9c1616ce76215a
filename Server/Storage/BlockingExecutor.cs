using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Storage;

/// <summary>
/// A few threads for what can block: cold reads, fsync, deletes. A caller that awaits from an event loop comes back to it; others go on on the executor's thread.
/// </summary>
public sealed class BlockingExecutor : IDisposable
{
    readonly BlockingCollection<Action> queue = [];
    readonly Lock threadsLock = new();
    readonly List<Worker> workers = [];
    readonly ILogger logger;
    bool isDisposed;

    public BlockingExecutor(int threadCount, ILogger logger)
    {
        this.logger = logger;
        Resize(threadCount);
    }

    /// <summary>The threads that take work.</summary>
    public int ThreadCount
    {
        get
        {
            lock (threadsLock)
                return workers.Count(worker => !worker.IsLeaving);
        }
    }

    /// <summary>Starts threads, or lets some go when they have done what they are at.</summary>
    public void Resize(int threadCount)
    {
        lock (threadsLock)
        {
            if (isDisposed)
                return;
            workers.RemoveAll(worker => worker.IsGone);
            while (ThreadCount > threadCount)
                workers.FindLast(worker => !worker.IsLeaving)!.Leave();
            while (ThreadCount < threadCount)
                workers.Add(new(this, workers.Count));
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
        lock (threadsLock)
        {
            if (isDisposed)
                return;
            isDisposed = true;
        }

        queue.CompleteAdding();
        foreach (var worker in workers)
            worker.Join();
        // Disposed of by work of its own, a thread still has to come back and see that the queue is done.
        if (!workers.Exists(worker => worker.IsCurrent))
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

    /// <summary>One thread.</summary>
    sealed class Worker
    {
        readonly BlockingExecutor executor;
        readonly Thread thread;
        volatile bool isLeaving;

        public Worker(BlockingExecutor executor, int number)
        {
            this.executor = executor;
            thread = new(Work) { IsBackground = true, Name = $"blocking-executor-{number}" };
            thread.Start();
        }

        public bool IsLeaving => isLeaving;

        public bool IsGone => !thread.IsAlive;

        public bool IsCurrent => thread == Thread.CurrentThread;

        /// <summary>An idle thread notices with the next work that it gets.</summary>
        public void Leave()
        {
            isLeaving = true;
            executor.TryPost(static () => { });
        }

        public void Join()
        {
            if (!IsCurrent)
                thread.Join();
        }

        void Work()
        {
            foreach (var work in executor.queue.GetConsumingEnumerable())
            {
                executor.Guard(work);
                if (isLeaving)
                    return;
            }
        }
    }
}
