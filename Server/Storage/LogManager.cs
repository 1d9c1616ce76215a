using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// Owns the data directories and the logs in them: opens them all at the start, creates and deletes logs, looks after them from time to time, and leaves
/// everything as Kafka's clean stop does.
/// </summary>
public sealed class LogManager : IDisposable
{
    static readonly TimeSpan initialTaskDelay = TimeSpan.FromSeconds(30);

    readonly IFileSystem files;
    readonly LogEnvironment environment;
    readonly LogDirectory[] directories;
    readonly LogDirectory metadataDirectory;
    readonly bool metadataHasItsOwn;
    readonly LogRemoval removal;
    readonly ConcurrentDictionary<TopicPartition, LogDirectory> preferredDirectories = [];
    readonly Lock changeLock = new();
    bool isClosed;

    public LogManager(IReadOnlyList<string> logDirs, IFileSystem files, LogEnvironment environment, string? metadataLogDir = null)
    {
        this.files = files;
        this.environment = environment;
        var metadataPath = metadataLogDir ?? logDirs[0];
        metadataHasItsOwn = !logDirs.Any(path => IsSame(path, metadataPath));
        directories = [.. (metadataHasItsOwn ? logDirs.Append(metadataPath) : logDirs).Select(path => new LogDirectory(path, files, environment.Logger))];
        metadataDirectory = Array.Find(directories, directory => IsSame(directory.Path, metadataPath))!;
        Cleaner = new(directories, environment, environment.Cleaner);
        removal = new(files, environment);
        Futures = new(directories, files, environment, removal);
    }

    /// <summary>Logs of a data directory that are loaded at the same time: <c>num.recovery.threads.per.data.dir</c>.</summary>
    public int RecoveryThreads { get; init; } = 2;

    public IReadOnlyList<LogDirectory> Directories => directories;

    public LogCleaner Cleaner { get; }

    /// <summary>Where the metadata log lies; when it is none of <c>log.dirs</c>, nothing else does.</summary>
    public LogDirectory MetadataDirectory => metadataDirectory;

    /// <summary>Called when a directory has gone offline.</summary>
    public Action<LogDirectory>? DirectoryWentOffline
    {
        set
        {
            foreach (var directory in directories)
                directory.WentOffline = value;
        }
    }

    internal FutureLogs Futures { get; }

    internal LogEnvironment Environment => environment;

    internal IFileSystem Files => files;

    public IEnumerable<UnifiedLog> Logs => directories.SelectMany(directory => directory.Logs.Values);

    public string ClusterId => directories.Select(directory => directory.MetaProperties?.ClusterId).FirstOrDefault(found => found is not null) ?? throw new InvalidOperationException("The log directories are not open");

    /// <summary>
    /// Takes the directories and loads every log in them, recovering where the last stop was not clean. Without a <paramref name="clusterId"/> it is the one in the
    /// directories, or a new one.
    /// </summary>
    /// <exception cref="LogDirectoryException">A directory is somebody else's, or none can be used. As long as there are others, one that fails is offline.</exception>
    public async Task OpenAsync(int nodeId, string? clusterId, Func<string, TopicConfig> configOf)
    {
        foreach (var directory in directories)
            directory.Lock();
        clusterId ??= directories.Select(directory => directory.ReadMetaProperties()?.ClusterId).FirstOrDefault(found => found is not null) ?? Uuid.Random().ToString();
        foreach (var directory in directories)
            directory.Claim(clusterId, nodeId);
        await Task.WhenAll(directories.Select(directory => new LogLoader(directory, environment, configOf).LoadAsync(RecoveryThreads)).ToArray()).ConfigureAwait(false);
        Cleaner.Load();
        // What they say of logs that are no more must not count for later ones of the same name.
        WriteCheckpoints();
        if (directories.All(directory => directory.IsOffline))
            throw new LogDirectoryException($"No log directory can be used: {string.Join(", ", directories.Select(directory => $"{directory.Path} ({directory.Failure!.Message})"))}");
    }

    /// <summary>Looks after the logs from time to time, as the intervals say.</summary>
    public void StartTasks(LogTaskIntervals intervals)
    {
        Repeat(initialTaskDelay, intervals.RetentionCheck, DeleteOldSegments);
        Repeat(intervals.RecoveryPointCheckpoint, intervals.RecoveryPointCheckpoint, () => ForEachDirectory(directory => directory.Checkpoints.WriteRecoveryPoints()));
        Repeat(intervals.LogStartOffsetCheckpoint, intervals.LogStartOffsetCheckpoint, () => ForEachDirectory(directory => directory.Checkpoints.WriteLogStartOffsets()));
        Repeat(intervals.HighWatermarkCheckpoint, intervals.HighWatermarkCheckpoint, () => ForEachDirectory(directory => directory.Checkpoints.WriteHighWatermarks()));
        Repeat(intervals.ProducerExpirationCheck, intervals.ProducerExpirationCheck, RemoveExpiredProducers);
        Cleaner.Start();
    }

    /// <summary>The directories for partitions: <c>log.dirs</c>.</summary>
    public IEnumerable<LogDirectory> LogDirs => directories.Where(directory => !(metadataHasItsOwn && directory == metadataDirectory));

    public LogDirectory? FindDirectory(string path) => LogDirs.FirstOrDefault(directory => directory.FullPath == path);

    /// <summary>The bytes of the device that a directory is on, and those that can still be written; null where there is no device.</summary>
    /// <exception cref="IOException">The directory cannot be reached.</exception>
    public Task<(long TotalBytes, long UsableBytes)?> SpaceOfAsync(LogDirectory directory) => environment.RunAsync(files, static asked => asked.Files.SpaceOf(asked.Path), directory);

    /// <summary>The log of a partition; of several that of a directory which is online.</summary>
    public UnifiedLog? FindLog(TopicPartition partition)
    {
        UnifiedLog? found = null;
        foreach (var directory in directories)
        {
            if (directory.Logs.TryGetValue(partition, out var log) && (found is null || found.Directory.IsOffline))
                found = log;
        }

        return found;
    }

    /// <summary>Has a partition that is not here yet created in a directory, when it comes.</summary>
    public void Prefer(TopicPartition partition, LogDirectory directory) => preferredDirectories[partition] = directory;

    /// <summary>
    /// Leaves a partition one log where several directories have one: a move between them was cut short, or one of them was away while the topic was made anew.
    /// The topic's log that is furthest is the partition's; the others are set aside.
    /// </summary>
    public async ValueTask SetDuplicatesAsideAsync(TopicPartition partition, Uuid topicId)
    {
        var found = Array.FindAll(directories, directory => !directory.IsOffline && directory.Logs.ContainsKey(partition)).Select(directory => directory.Logs[partition]).ToList();
        if (found.Count < 2)
            return;
        var own = found.FindAll(log => log.TopicId == topicId);
        var kept = (own.Count > 0 ? own : found).MaxBy(log => (log.LatestEpoch ?? -1, log.Bounds.LogEndOffset, log.Bounds.LogStartOffset))!;
        if (own.Count > 0)
            await kept.AdvanceLogStartAsync(own.Max(log => log.Bounds.LogStartOffset)).ConfigureAwait(false);
        found.Remove(kept);
        await RunUncleanedAsync(found, () => SetAside(found, $"{partition} is in more than one log directory, and {kept.Path} has its log")).ConfigureAwait(false);
    }

    /// <summary>
    /// The log of a partition, created in the directory with the fewest logs where there is none. That of a partition which is not new may be in a directory that is
    /// offline: then it is not created, since an empty one would give its offsets away again.
    /// </summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public async ValueTask<UnifiedLog> GetOrCreateLogAsync(TopicPartition partition, Uuid topicId, TopicConfig config, bool isNew)
    {
        if (FindLog(partition) is { } existing && (topicId.IsZero || !existing.TopicId.IsZero))
            return existing;
        return await environment.RunAsync(
            files,
            static work => work.Manager.GetOrCreate(work.Partition, work.TopicId, work.Config, work.IsNew),
            (Manager: this, Partition: partition, TopicId: topicId, Config: config, IsNew: isNew)).ConfigureAwait(false);
    }

    /// <summary>The log of a partition in the metadata directory, created where there is none.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public async ValueTask<UnifiedLog> GetOrCreateMetadataLogAsync(TopicPartition partition, Uuid topicId, TopicConfig config) => await environment.RunAsync(
        files,
        static work => work.Manager.GetOrCreateMetadataLog(work.Partition, work.TopicId, work.Config),
        (Manager: this, Partition: partition, TopicId: topicId, Config: config)).ConfigureAwait(false);

    /// <summary>Deletes a log: at once as far as anyone can see, from the disk after <c>file.delete.delay.ms</c>. False when there is none.</summary>
    public async ValueTask<bool> DeleteLogAsync(TopicPartition partition) => await DeleteLogsAsync([partition]).ConfigureAwait(false) > 0;

    /// <summary>Deletes logs as <see cref="DeleteLogAsync"/> does one, and says how many there were.</summary>
    public async ValueTask<int> DeleteLogsAsync(IEnumerable<TopicPartition> partitions)
    {
        var deleted = partitions.SelectMany(Take).ToList();
        if (deleted.Count > 0)
            await RunUncleanedAsync(deleted, () => Delete(deleted)).ConfigureAwait(false);
        return deleted.Count;
    }

    /// <summary>Renames the logs that nobody owns, so that their offsets neither show up in another topic nor are lost. Those of directories that are offline stay.</summary>
    public async ValueTask SetStrayAsideAsync(Func<TopicPartition, bool> isOwned)
    {
        foreach (var log in Logs)
        {
            if (!log.Directory.IsOffline && !isOwned(log.Partition))
                await SetAsideAsync(log.Partition).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a log out without deleting it: its directory is renamed. False when there is none.</summary>
    public async ValueTask<bool> SetAsideAsync(TopicPartition partition)
    {
        var taken = Take(partition);
        if (taken.Count > 0)
            await RunUncleanedAsync(taken, () => SetAside(taken, "No topic of the cluster owns it")).ConfigureAwait(false);
        return taken.Count > 0;
    }

    public void WriteCheckpoints() => ForEachDirectory(directory => directory.Checkpoints.WriteAll());

    /// <summary>Closes all logs, writes the checkpoints and the mark of a clean stop, and gives the directories back.</summary>
    public async Task CloseAsync(long brokerEpoch = -1)
    {
        if (isClosed)
            return;
        isClosed = true;
        environment.StopTimers();
        Cleaner.Dispose();
        await Task.WhenAll(Logs.Concat(Futures.All).Select(log => environment.RunAsync(files, log.Close)).ToArray()).ConfigureAwait(false);
        WriteCheckpoints();
        ForEachDirectory(directory => directory.Guard(() => CleanShutdownFile.Write(files, directory.Path, brokerEpoch)));
        foreach (var directory in directories)
            directory.Dispose();
    }

    /// <summary>Lets go of logs and directories at once: from now on nothing of them is written.</summary>
    public void Abandon()
    {
        foreach (var log in Logs.Concat(Futures.All))
            log.Discard();
        Dispose();
    }

    /// <summary>Lets go of the directories without a clean stop.</summary>
    public void Dispose()
    {
        isClosed = true;
        environment.StopTimers();
        Cleaner.Dispose();
        foreach (var directory in directories)
            directory.Dispose();
    }

    UnifiedLog GetOrCreate(TopicPartition partition, Uuid topicId, TopicConfig config, bool isNew)
    {
        lock (changeLock)
        {
            if (FindLog(partition) is { } existing)
                return WithTopicId(existing, topicId);
            if (!isNew && Array.Find(directories, found => found.IsOffline) is { } offline)
                throw new LogDirectoryException($"The log of {partition} is not there, and log directory {offline.Path} that may have it is offline");
            while (FindDirectoryFor(partition) is { } directory)
            {
                if (TryCreate(partition, directory, topicId, config) is { } created)
                    return created;
            }

            throw new LogDirectoryException("All log directories are offline");
        }
    }

    UnifiedLog GetOrCreateMetadataLog(TopicPartition partition, Uuid topicId, TopicConfig config)
    {
        lock (changeLock)
        {
            return metadataDirectory.Logs.TryGetValue(partition, out var existing)
                ? WithTopicId(existing, topicId)
                : TryCreate(partition, metadataDirectory, topicId, config) ?? throw new LogDirectoryException($"Log directory {metadataDirectory.Path} is offline: {metadataDirectory.Failure!.Message}");
        }
    }

    /// <summary>Null when that failed, and the directory is offline: the next one may take it.</summary>
    UnifiedLog? TryCreate(TopicPartition partition, LogDirectory directory, Uuid topicId, TopicConfig config)
    {
        UnifiedLog? created = null;
        directory.Guard(() =>
        {
            var path = Path.Combine(directory.Path, partition.ToString());
            created = WithTopicId(UnifiedLog.Open(partition, directory, path, config, environment, new(0, 0, HadCleanShutdown: true)), topicId);
            files.FlushDirectory(directory.Path);
            directory.Logs[partition] = created;
            environment.Logger.LogInformation("Created log for partition {Partition} in {Path}", partition, path);
        });
        return directory.IsOffline ? null : created;
    }

    /// <summary>Tells a log without a topic id, since it is new or a crash came before the file was written, whose it is.</summary>
    UnifiedLog WithTopicId(UnifiedLog log, Uuid topicId)
    {
        if (topicId.IsZero || !log.TopicId.IsZero)
            return log;
        PartitionMetadataFile.Write(files, log.Path, topicId);
        log.TopicId = topicId;
        return log;
    }

    LogDirectory? FindLeastUsedDirectory() => LogDirs.Where(directory => !directory.IsOffline).MinBy(directory => directory.Logs.Count);

    static bool IsSame(string path, string other) => LogDirectory.FullPathOf(path) == LogDirectory.FullPathOf(other);

    LogDirectory? FindDirectoryFor(TopicPartition partition) =>
        preferredDirectories.TryRemove(partition, out var preferred) && !preferred.IsOffline ? preferred : FindLeastUsedDirectory();

    List<UnifiedLog> Take(TopicPartition partition)
    {
        List<UnifiedLog> taken = [];
        foreach (var directory in directories)
        {
            if (directory.Logs.TryRemove(partition, out var log))
                taken.Add(log);
        }

        return taken;
    }

    void Delete(List<UnifiedLog> deleted)
    {
        deleted.ForEach(removal.Delete);
        WriteCheckpoints();
    }

    void SetAside(List<UnifiedLog> logs, string reason)
    {
        foreach (var log in logs)
        {
            log.Directory.Logs.TryRemove(log.Partition, out _);
            removal.SetAside(log, reason);
        }

        WriteCheckpoints();
    }

    /// <summary>Does what the cleaner must keep its hands off: what it is at with these logs, it gives up first.</summary>
    async Task RunUncleanedAsync(List<UnifiedLog> affected, Action action)
    {
        await Task.WhenAll(affected.ConvertAll(log => Cleaner.AbortAndPauseAsync(log.Partition))).ConfigureAwait(false);
        try
        {
            await environment.RunAsync(files, action).ConfigureAwait(false);
        }
        finally
        {
            Cleaner.Forget(affected);
        }
    }

    /// <summary>A log that is being cleaned has its turn the next time.</summary>
    void DeleteOldSegments()
    {
        foreach (var log in Logs)
        {
            if (!Cleaner.TryPause(log.Partition))
                continue;
            try
            {
                log.DeleteOldSegments();
            }
            finally
            {
                Cleaner.Resume(log.Partition);
            }
        }
    }

    void RemoveExpiredProducers()
    {
        foreach (var log in Logs)
            log.Producers.RemoveExpired();
    }

    void ForEachDirectory(Action<LogDirectory> action)
    {
        foreach (var directory in directories.Where(directory => !directory.IsOffline))
            action(directory);
    }

    void Repeat(TimeSpan first, TimeSpan interval, Action action) => environment.Repeat(files, first, interval, action);
}

/// <summary>How often a log manager looks after its logs.</summary>
public readonly record struct LogTaskIntervals(
    TimeSpan RetentionCheck, TimeSpan RecoveryPointCheckpoint, TimeSpan LogStartOffsetCheckpoint, TimeSpan HighWatermarkCheckpoint, TimeSpan ProducerExpirationCheck);
