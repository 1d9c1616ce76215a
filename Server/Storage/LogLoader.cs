using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>Loads the logs of a data directory when a broker starts: several at a time, recovering where the last stop was not clean.</summary>
sealed class LogLoader(LogDirectory directory, LogEnvironment environment, Func<string, TopicConfig> configOf)
{
    static readonly TimeSpan progressInterval = TimeSpan.FromSeconds(5);

    readonly ConcurrentQueue<(TopicPartition Partition, string Name, LogCheckpoints Checkpoints)> waiting = [];
    readonly long started = environment.Time.GetTimestamp();
    readonly Lock progressLock = new();
    long lastReport = environment.Time.GetTimestamp();
    int count;
    int loaded;

    /// <summary>Loads everything with as many threads. A log that cannot be read takes the directory offline.</summary>
    public async Task LoadAsync(int threads)
    {
        directory.Guard(Prepare);
        if (count == 0 || directory.IsOffline)
            return;
        environment.Logger.LogInformation("Loading {Count} logs from {Directory}", count, directory.Path);
        var workers = Math.Min(threads, count);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => environment.RunAsync(directory.Files, LoadWaiting)).ToArray()).ConfigureAwait(false);
        environment.Logger.LogInformation("Loaded {Loaded} logs from {Directory} in {Milliseconds} ms", loaded, directory.Path, (long)Elapsed(started).TotalMilliseconds);
    }

    void Prepare()
    {
        var hadCleanShutdown = CleanShutdownFile.Take(directory.Files, directory.Path);
        var recoveryPoints = OffsetsOf(OffsetCheckpoint.RecoveryPoints);
        var logStartOffsets = OffsetsOf(OffsetCheckpoint.LogStartOffsets);
        if (!hadCleanShutdown && recoveryPoints.Count > 0)
            environment.Logger.LogInformation("Log directory {Directory} was not shut down cleanly: its logs are recovered", directory.Path);

        foreach (var name in directory.Files.ListDirectories(directory.Path))
        {
            if (LogDirectoryName.IsDeleted(name))
                directory.Guard(() => directory.Files.DeleteDirectory(Path.Combine(directory.Path, name)));
            else if (LogDirectoryName.TryParse(name, out var partition) || LogDirectoryName.TryParseFuture(name, out partition))
                waiting.Enqueue((partition, name, new(logStartOffsets.GetValueOrDefault(partition), recoveryPoints.GetValueOrDefault(partition), hadCleanShutdown)));
        }

        count = waiting.Count;
    }

    Dictionary<TopicPartition, long> OffsetsOf(string checkpoint) => new OffsetCheckpoint(directory.Files, directory.Path, checkpoint).Read(environment.Logger);

    void LoadWaiting()
    {
        while (waiting.TryDequeue(out var next))
        {
            Load(next.Partition, next.Name, next.Checkpoints);
            ReportProgress(Interlocked.Increment(ref loaded));
        }
    }

    void Load(TopicPartition partition, string name, LogCheckpoints checkpoints)
    {
        var path = Path.Combine(directory.Path, name);
        try
        {
            var isFuture = name != partition.ToString();
            var config = isFuture ? FutureLogs.ConfigOf(configOf(partition.Topic)) : configOf(partition.Topic);
            var log = UnifiedLog.Open(partition, directory, path, config, environment, checkpoints);
            log.TopicId = PartitionMetadataFile.Read(directory.Files, path);
            (isFuture ? directory.FutureLogs : directory.Logs)[partition] = log;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            environment.Logger.LogError(e, "The log of {Partition} in {Directory} cannot be loaded", partition, directory.Path);
            directory.Fail(e);
        }
    }

    void ReportProgress(int done)
    {
        lock (progressLock)
        {
            if (Elapsed(lastReport) < progressInterval)
                return;
            lastReport = environment.Time.GetTimestamp();
        }

        environment.Logger.LogInformation("Loaded {Loaded} of {Count} logs from {Directory}", done, count, directory.Path);
    }

    TimeSpan Elapsed(long since) => environment.Time.GetElapsedTime(since);
}
