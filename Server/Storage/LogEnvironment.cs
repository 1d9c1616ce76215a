using System.Collections.Concurrent;
using DotNetty.Buffers;
using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>What all logs of a broker share. What is kept in memory is done at once; what can wait for a disk, on the blocking executor.</summary>
public sealed record LogEnvironment(BlockingExecutor Executor, IByteBufferAllocator Allocator, TimeProvider Time, ILogger Logger)
{
    /// <summary>The longest time a timer takes.</summary>
    internal const long MaxTimerMs = uint.MaxValue - 2;

    readonly ConcurrentDictionary<ITimer, bool> timers = [];
    volatile bool areTimersStopped;

    /// <summary>How long an idle producer's state is kept: <c>producer.id.expiration.ms</c>.</summary>
    public long ProducerIdExpirationMs { get; set; } = 86_400_000;

    /// <summary>Whether a transaction's first batch must have been verified: <c>transaction.partition.verification.enable</c>.</summary>
    public bool VerifiesTransactions { get; set; } = true;

    public CleanerSettings Cleaner { get; init; } = new();

    /// <summary>Shares flushes; on threads of its own it does not wait behind cold reads.</summary>
    public GroupCommit GroupCommit { get; init; } = new(Executor);

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<TResult> RunAsync<TState, TResult>(IFileSystem files, Func<TState, TResult> work, TState state) =>
        files.IsInMemory ? Task.FromResult(work(state)) : Executor.RunAsync(work, state);

    public Task RunAsync(IFileSystem files, Action work) => RunAsync(
        files,
        static action =>
        {
            action();
            return true;
        },
        work);

    /// <summary>Runs work once, after a time.</summary>
    public void Later(IFileSystem files, long delayMs, Action work)
    {
        ITimer? timer = null;
        timer = Time.CreateTimer(
            _ =>
            {
                Stop(timer!);
                Post(files, work);
            },
            state: null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        Start(timer, TimeSpan.FromMilliseconds(Math.Max(delayMs, 0)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs work again and again.</summary>
    public void Repeat(IFileSystem files, TimeSpan first, TimeSpan interval, Action work) =>
        Start(Time.CreateTimer(_ => Post(files, work), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan), first, Shorten(interval));

    /// <summary>From now on no timer starts anything: the logs are closed.</summary>
    public void StopTimers()
    {
        areTimersStopped = true;
        foreach (var timer in timers.Keys)
            Stop(timer);
    }

    static TimeSpan Shorten(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Min(time.TotalMilliseconds, MaxTimerMs));

    void Start(ITimer timer, TimeSpan first, TimeSpan interval)
    {
        timers[timer] = true;
        timer.Change(Shorten(first), interval);
        if (areTimersStopped)
            Stop(timer);
    }

    void Stop(ITimer timer)
    {
        timers.TryRemove(timer, out _);
        timer.Dispose();
    }

    void Post(IFileSystem files, Action work)
    {
        if (files.IsInMemory)
            Executor.Guard(work);
        else
            Executor.Post(work);
    }
}
