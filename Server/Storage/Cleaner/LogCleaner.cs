using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>
/// Compacts the logs whose <c>cleanup.policy</c> asks for it, the one with the greatest share of dirty bytes first, on threads of its own. A log that turns out to be
/// corrupt is reported once and left alone.
/// </summary>
public sealed class LogCleaner : IDisposable
{
    readonly IReadOnlyList<LogDirectory> directories;
    readonly LogEnvironment environment;
    readonly CleanerCheckpoints checkpoints;
    readonly CleaningStates states = new();
    readonly ConcurrentDictionary<UnifiedLog, string> uncleanable = [];
    readonly ConcurrentQueue<CompactionRequest> requests = [];
    readonly Lock threadsLock = new();
    readonly List<LogCleanerThread> threads = [];
    CleanerSettings settings;
    CleanerThrottle throttle;
    CancellationTokenSource stopping = new();
    bool isStarted;
    bool isDisposed;

    public LogCleaner(IReadOnlyList<LogDirectory> directories, LogEnvironment environment, CleanerSettings settings)
    {
        (this.directories, this.environment, this.settings) = (directories, environment, settings);
        checkpoints = new(directories, environment.Logger);
        throttle = new(settings.MaxIoBytesPerSecond, environment.Time);
    }

    /// <summary>The partitions that cannot be compacted, and why.</summary>
    public IReadOnlyDictionary<TopicPartition, string> UncleanablePartitions => uncleanable.ToDictionary(entry => entry.Key.Partition, entry => entry.Value);

    int ThreadCount => Math.Max(1, settings.Threads);

    /// <summary>A worker reads and writes, with a buffer for each.</summary>
    int BufferBytes => Math.Max(RecordBatch.HeaderSize, settings.IoBufferSize / ThreadCount / 2);

    /// <summary>Takes up the checkpoints of the logs that are there; before any of them is appended to.</summary>
    public void Load() => checkpoints.Load();

    public void Start()
    {
        lock (threadsLock)
        {
            isStarted = true;
            if (settings.IsEnabled && settings.Threads > 0)
                StartThreads(settings.Threads);
        }
    }

    /// <summary>Goes on with other settings, in new threads. What was being cleaned stays as it was until its turn comes again.</summary>
    public void Reconfigure(CleanerSettings next)
    {
        lock (threadsLock)
        {
            if (isDisposed || next == settings)
                return;
            StopThreads();
            (settings, throttle, stopping) = (next, new(next.MaxIoBytesPerSecond, environment.Time), new());
            if (isStarted)
                Start();
            if (!requests.IsEmpty)
                StartThreads(1);
        }
    }

    /// <summary>Ends the threads. What they were cleaning stays as it was.</summary>
    public void Dispose()
    {
        lock (threadsLock)
        {
            if (isDisposed)
                return;
            isDisposed = true;
            StopThreads();
        }

        while (requests.TryDequeue(out var request))
            request.Completion.SetResult(null);
    }

    /// <summary>
    /// Compacts a log now, also where cleaning is switched off. Null when that did not come about: the log is not there or not compacted, it is being cleaned, it is
    /// paused, or it has failed.
    /// </summary>
    public Task<CleanerStats?> CompactAsync(TopicPartition partition)
    {
        var request = new CompactionRequest(partition);
        lock (threadsLock)
        {
            if (isDisposed)
                return Task.FromResult<CleanerStats?>(null);
            requests.Enqueue(request);
        }

        StartThreads(1);
        lock (threadsLock)
            threads.ForEach(thread => thread.Wake());
        return request.Completion.Task;
    }

    /// <summary>Keeps a log from being cleaned until <see cref="Resume"/>; false when it is being cleaned right now.</summary>
    public bool TryPause(TopicPartition partition) => states.TryPause(partition);

    /// <summary>Keeps a log from being cleaned until <see cref="Resume"/>: before it is truncated, deleted or moved. Done when no thread is at it any more.</summary>
    public Task AbortAndPauseAsync(TopicPartition partition) => states.AbortAndPauseAsync(partition);

    public void Resume(TopicPartition partition) => states.Resume(partition);

    /// <summary>Ends the pause of logs that are no longer there, and forgets what was known of them.</summary>
    public void Forget(IReadOnlyList<UnifiedLog> gone)
    {
        foreach (var ofDirectory in gone.GroupBy(log => log.Directory))
            checkpoints.Remove(ofDirectory.Key, ofDirectory.Select(log => log.Partition));
        foreach (var log in gone)
        {
            uncleanable.TryRemove(log, out _);
            states.Resume(log.Partition);
        }
    }

    /// <summary>Notes that another log, which has the same records, has taken a log's place.</summary>
    public void OnMoved(UnifiedLog from, UnifiedLog to)
    {
        if (checkpoints.Find(from) is { } offset)
            checkpoints.Update(to, offset);
        checkpoints.Remove(from.Directory, [from.Partition]);
        uncleanable.TryRemove(from, out _);
    }

    /// <summary>Notes that a log has been cut off.</summary>
    public void OnTruncated(UnifiedLog log, long endOffset) => checkpoints.Truncate(log, endOffset);

    /// <summary>Does what has been asked for, or else cleans the log that needs it most; false when there is nothing to do.</summary>
    internal bool CleanNext(OffsetMap map)
    {
        if (requests.TryDequeue(out var request))
        {
            CleanerStats? stats = null;
            try
            {
                stats = Compact(request.Partition, map);
            }
            finally
            {
                request.Completion.SetResult(stats);
            }

            return true;
        }

        return settings.IsEnabled && settings.Threads > 0 && TryBeginFilthiest(out var cleanable, out var abort) && Clean(cleanable, map, abort) is not null;
    }

    /// <summary>Compacts a log on the caller's thread.</summary>
    internal CleanerStats? Compact(TopicPartition partition, OffsetMap map)
    {
        if (Logs().FirstOrDefault(log => log.Partition == partition) is not { } log || !states.TryBegin(partition, stopping.Token, out var abort))
            return null;
        if (TryFindRange(log) is { } cleanable)
            return Clean(cleanable, map, abort);
        states.End(partition);
        return null;
    }

    void StartThreads(int count)
    {
        lock (threadsLock)
        {
            while (threads.Count < count && !isDisposed)
                threads.Add(new(this, threads.Count, settings, environment, stopping.Token));
        }
    }

    void StopThreads()
    {
        stopping.Cancel();
        foreach (var thread in threads)
            thread.Stop();
        threads.Clear();
        stopping.Dispose();
    }

    internal OffsetMap NewMap() => new(settings.DedupeBufferSize / ThreadCount, settings.DedupeBufferLoadFactor);

    IEnumerable<UnifiedLog> Logs() => directories
        .Where(directory => !directory.IsOffline)
        .SelectMany(directory => directory.Logs.Values)
        .Where(log => log.Config.IsCompacted && !uncleanable.ContainsKey(log));

    bool TryBeginFilthiest(out LogToClean cleanable, out CancellationToken abort)
    {
        foreach (var candidate in Logs().Select(TryFindRange).OfType<LogToClean>().Where(log => log.IsWorthCleaning).OrderByDescending(log => log.CleanableRatio))
        {
            cleanable = candidate;
            if (states.TryBegin(candidate.Log.Partition, stopping.Token, out abort))
                return true;
        }

        (cleanable, abort) = (null!, default);
        return false;
    }

    LogToClean? TryFindRange(UnifiedLog log)
    {
        try
        {
            return LogToClean.Of(log, checkpoints.Find(log), environment.NowMs, environment.Logger);
        }
        catch (IOException e)
        {
            log.Fail(e);
            return null;
        }
    }

    CleanerStats? Clean(LogToClean cleanable, OffsetMap map, CancellationToken abort)
    {
        var log = cleanable.Log;
        var started = environment.Time.GetTimestamp();
        try
        {
            var stats = new LogCleaning(cleanable, map, throttle, BufferBytes, environment.NowMs).Run(abort);
            checkpoints.Update(log, stats.EndOffset);
            Report(cleanable, stats, environment.Time.GetElapsedTime(started));
            return stats;
        }
        catch (OperationCanceledException)
        {
            environment.Logger.LogInformation("Cleaning of {Partition} has been aborted", log.Partition);
        }
        catch (IOException e)
        {
            log.Fail(e);
        }
        catch (Exception e)
        {
            // Tried again and again it would keep the thread from all other logs.
            uncleanable[log] = e.Message;
            environment.Logger.LogError(e, "Cleaning of {Partition} failed: it is marked as uncleanable until the broker is started again", log.Partition);
        }
        finally
        {
            states.End(log.Partition);
        }

        return null;
    }

    void Report(LogToClean cleanable, CleanerStats stats, TimeSpan elapsed)
    {
        var partition = cleanable.Log.Partition;
        environment.Logger.LogInformation(
            "Cleaned {Partition} from offset {FirstDirtyOffset} to {EndOffset} in {Milliseconds} ms: {RecordsRead} records ({BytesRead} bytes) read, {RecordsWritten} ({BytesWritten} bytes) kept, key map used to {Utilization:P1}",
            partition, cleanable.FirstDirtyOffset, stats.EndOffset, (long)elapsed.TotalMilliseconds, stats.RecordsRead, stats.BytesRead, stats.RecordsWritten, stats.BytesWritten, stats.MapUtilization);
        if (stats.InvalidRecords > 0)
            environment.Logger.LogWarning("Found {Count} records without a key while cleaning {Partition}: they are dropped", stats.InvalidRecords, partition);
    }

    sealed record CompactionRequest(TopicPartition Partition)
    {
        public TaskCompletionSource<CleanerStats?> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
