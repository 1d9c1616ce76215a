namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>Holds all cleaner threads together to <c>log.cleaner.io.max.bytes.per.second</c>, reads and writes alike.</summary>
sealed class CleanerThrottle(double bytesPerSecond, TimeProvider time)
{
    /// <summary>Shorter pauses are saved up.</summary>
    static readonly TimeSpan shortestPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan longestPause = TimeSpan.FromDays(1);

    readonly Lock dueLock = new();
    readonly long start = time.GetTimestamp();
    TimeSpan due;

    /// <summary>Counts bytes that have been read or written, and waits while they are too many.</summary>
    /// <exception cref="OperationCanceledException">The cleaning is to end.</exception>
    public void Take(int bytes, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        if (bytesPerSecond < double.MaxValue && Charge(bytes) is var pause && pause >= shortestPause)
            Wait(pause, abort);
    }

    TimeSpan Charge(int bytes)
    {
        var now = time.GetElapsedTime(start);
        var cost = TimeSpan.FromSeconds(Math.Min(bytes / bytesPerSecond, longestPause.TotalSeconds));
        lock (dueLock)
        {
            due = (due > now ? due : now) + cost;
            return due - now;
        }
    }

    void Wait(TimeSpan pause, CancellationToken abort)
    {
        using var ended = new ManualResetEventSlim();
        using var timer = time.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), ended, pause, Timeout.InfiniteTimeSpan);
        ended.Wait(abort);
    }
}
