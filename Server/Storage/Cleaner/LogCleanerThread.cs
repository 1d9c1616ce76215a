using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>One of <c>log.cleaner.threads</c>: cleans one log after the other, and rests for <c>log.cleaner.backoff.ms</c> when none needs it.</summary>
sealed class LogCleanerThread
{
    readonly LogCleaner cleaner;
    readonly LogEnvironment environment;
    readonly CancellationToken stopping;
    readonly TimeSpan backoff;
    readonly OffsetMap map;
    readonly object wakeLock = new();
    readonly Thread thread;
    bool isAwake;

    public LogCleanerThread(LogCleaner cleaner, int number, CleanerSettings settings, LogEnvironment environment, CancellationToken stopping)
    {
        (this.cleaner, this.environment, this.stopping) = (cleaner, environment, stopping);
        // Without a pause an idle cleaner would never let its processor go.
        backoff = TimeSpan.FromMilliseconds(Math.Clamp(settings.BackoffMs, 1, LogEnvironment.MaxTimerMs));
        map = cleaner.NewMap();
        thread = new(Work) { IsBackground = true, Name = $"kafka-log-cleaner-thread-{number}" };
        thread.Start();
    }

    public void Wake()
    {
        lock (wakeLock)
        {
            isAwake = true;
            Monitor.Pulse(wakeLock);
        }
    }

    public void Stop()
    {
        Wake();
        thread.Join();
    }

    void Work()
    {
        using var timer = environment.Time.CreateTimer(_ => Wake(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (!stopping.IsCancellationRequested)
        {
            if (CleanNext())
                continue;
            map.Release();
            timer.Change(backoff, Timeout.InfiniteTimeSpan);
            Sleep();
        }
    }

    void Sleep()
    {
        lock (wakeLock)
        {
            while (!isAwake)
                Monitor.Wait(wakeLock);
            isAwake = false;
        }
    }

    bool CleanNext()
    {
        try
        {
            return cleaner.CleanNext(map);
        }
        catch (Exception e)
        {
            environment.Logger.LogError(e, "Log cleaner thread failed; it goes on after a pause");
            return false;
        }
    }
}
