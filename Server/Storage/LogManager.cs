using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// Owns the data directories and the logs in them: opens them all at the start, creates and deletes logs, writes the checkpoints, and leaves everything as Kafka's
/// clean stop does.
/// </summary>
public sealed class LogManager : IDisposable
{
    readonly IFileSystem files;
    readonly LogEnvironment environment;
    readonly LogDirectory[] directories;
    readonly ConcurrentDictionary<TopicPartition, (UnifiedLog Log, LogDirectory Directory)> logs = [];
    readonly Lock changeLock = new();
    readonly List<ITimer> timers = [];
    bool isClosed;

    public LogManager(IReadOnlyList<string> logDirs, IFileSystem files, LogEnvironment environment)
    {
        this.files = files;
        this.environment = environment;
        directories = [.. logDirs.Select(path => new LogDirectory(path, files, environment.Logger))];
    }

    public IReadOnlyList<LogDirectory> Directories => directories;

    public IEnumerable<UnifiedLog> Logs => logs.Values.Select(entry => entry.Log);

    public string ClusterId => directories[0].MetaProperties?.ClusterId ?? throw new InvalidOperationException("The log directories are not open");

    /// <summary>
    /// Takes the directories and loads every log in them, recovering where the last stop was not clean. Without a <paramref name="clusterId"/> it is the one in the
    /// directories, or a new one.
    /// </summary>
    /// <exception cref="LogDirectoryException">A directory cannot be used.</exception>
    public async Task OpenAsync(int nodeId, string? clusterId, Func<string, TopicConfig> configOf)
    {
        foreach (var directory in directories)
            directory.Lock();
        clusterId ??= directories.Select(directory => directory.ReadMetaProperties()?.ClusterId).FirstOrDefault(found => found is not null) ?? Uuid.Random().ToString();
        foreach (var directory in directories)
        {
            directory.Claim(clusterId, nodeId);
            await OpenLogsAsync(directory, configOf).ConfigureAwait(false);
        }

        if (directories.All(directory => directory.IsOffline))
            throw new LogDirectoryException($"No log directory can be used: {string.Join(", ", directories.Select(directory => directory.Path))}");
    }

    /// <summary>Writes the checkpoints again and again, so that a recovery need not begin at the beginning.</summary>
    public void StartCheckpoints(TimeSpan interval) => Repeat(WriteCheckpoints, interval);

    /// <summary>Forgets idle producers again and again: those of <c>producer.id.expiration.ms</c> ago.</summary>
    public void StartProducerExpiration(TimeSpan interval) => Repeat(RemoveExpiredProducers, interval);

    /// <summary>The directory with a partition's log; null when there is no such log.</summary>
    public LogDirectory? DirectoryOf(TopicPartition partition) => logs.TryGetValue(partition, out var entry) ? entry.Directory : null;

    public UnifiedLog? FindLog(TopicPartition partition) => logs.TryGetValue(partition, out var entry) ? entry.Log : null;

    /// <summary>
    /// The log of a partition, created in the directory with the fewest logs where there is none. That of a partition which is not new may be in a directory that is
    /// offline: then it is not created, since an empty one would give its offsets away again.
    /// </summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public async ValueTask<UnifiedLog> GetOrCreateLogAsync(TopicPartition partition, Uuid topicId, TopicConfig config, bool isNew)
    {
        if (FindLog(partition) is { } existing && (topicId.IsZero || !existing.TopicId.IsZero))
            return existing;
        if (files.IsInMemory)
            return GetOrCreate(partition, topicId, config, isNew);
        return await environment.Executor.RunAsync(
            static work => work.Manager.GetOrCreate(work.Partition, work.TopicId, work.Config, work.IsNew),
            (Manager: this, Partition: partition, TopicId: topicId, Config: config, IsNew: isNew)).ConfigureAwait(false);
    }

    /// <summary>Deletes a log: at once as far as anyone can see, from the disk after <c>file.delete.delay.ms</c>. False when there is none.</summary>
    public async ValueTask<bool> DeleteLogAsync(TopicPartition partition) => await DeleteLogsAsync([partition]).ConfigureAwait(false) > 0;

    /// <summary>Deletes logs as <see cref="DeleteLogAsync"/> does one, and says how many there were.</summary>
    public async ValueTask<int> DeleteLogsAsync(IEnumerable<TopicPartition> partitions)
    {
        var deleted = new List<(UnifiedLog Log, LogDirectory Directory)>();
        foreach (var partition in partitions)
        {
            if (logs.TryRemove(partition, out var entry))
                deleted.Add(entry);
        }

        if (deleted.Count > 0)
            await RunAsync(() => Delete(deleted)).ConfigureAwait(false);
        return deleted.Count;
    }

    /// <summary>Renames the logs that nobody owns, so that their offsets neither show up in another topic nor are lost. Those of directories that are offline stay.</summary>
    public async ValueTask SetStrayAsideAsync(Func<TopicPartition, bool> isOwned)
    {
        foreach (var (partition, entry) in logs)
        {
            if (!entry.Directory.IsOffline && !isOwned(partition))
                await SetAsideAsync(partition).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a log out without deleting it: its directory is renamed. False when there is none.</summary>
    public async ValueTask<bool> SetAsideAsync(TopicPartition partition)
    {
        if (!logs.TryRemove(partition, out var entry))
            return false;
        await RunAsync(() => SetAside(entry.Log, entry.Directory)).ConfigureAwait(false);
        return true;
    }

    public void WriteCheckpoints()
    {
        lock (changeLock)
        {
            foreach (var directory in directories.Where(directory => !directory.IsOffline))
                WriteCheckpoints(directory);
        }
    }

    /// <summary>Closes all logs, writes the checkpoints and the mark of a clean stop, and gives the directories back.</summary>
    public async Task CloseAsync(long brokerEpoch = -1)
    {
        if (isClosed)
            return;
        isClosed = true;
        StopTimers();
        await Task.WhenAll(Logs.Select(log => RunAsync(log.Close))).ConfigureAwait(false);
        WriteCheckpoints();
        foreach (var directory in directories)
        {
            if (!directory.IsOffline)
                Guarded(directory, () => CleanShutdownFile.Write(files, directory.Path, brokerEpoch));
            directory.Dispose();
        }
    }

    /// <summary>Lets go of the directories without a clean stop.</summary>
    public void Dispose()
    {
        isClosed = true;
        StopTimers();
        foreach (var directory in directories)
            directory.Dispose();
    }

    async Task OpenLogsAsync(LogDirectory directory, Func<string, TopicConfig> configOf)
    {
        var hadCleanShutdown = CleanShutdownFile.Take(files, directory.Path);
        var recoveryPoints = Offsets(directory, OffsetCheckpoint.RecoveryPoints);
        var logStartOffsets = Offsets(directory, OffsetCheckpoint.LogStartOffsets);
        if (!hadCleanShutdown && recoveryPoints.Count > 0)
            environment.Logger.LogInformation("Log directory {Directory} was not shut down cleanly: its logs are recovered", directory.Path);

        var opening = new List<Task>();
        foreach (var name in files.ListDirectories(directory.Path))
        {
            if (LogDirectoryName.IsDeleted(name))
                Guarded(directory, () => files.DeleteDirectory(Path.Combine(directory.Path, name)));
            else if (LogDirectoryName.TryParse(name, out var partition))
                opening.Add(RunAsync(() => Open(partition, directory, configOf(partition.Topic), new(logStartOffsets.GetValueOrDefault(partition), recoveryPoints.GetValueOrDefault(partition), hadCleanShutdown))));
        }

        await Task.WhenAll(opening).ConfigureAwait(false);
    }

    void Open(TopicPartition partition, LogDirectory directory, TopicConfig config, LogCheckpoints checkpoints)
    {
        var path = Path.Combine(directory.Path, partition.ToString());
        try
        {
            var log = UnifiedLog.Open(partition, directory, path, config, environment, checkpoints);
            log.TopicId = PartitionMetadataFile.Read(files, path);
            if (!logs.TryAdd(partition, (log, directory)))
                throw new InvalidDataException($"{partition} is in more than one log directory, {directory.Path} is one of them");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            directory.Fail(e);
        }
    }

    UnifiedLog GetOrCreate(TopicPartition partition, Uuid topicId, TopicConfig config, bool isNew)
    {
        lock (changeLock)
        {
            if (FindLog(partition) is { } existing)
                return WithTopicId(existing, topicId);
            if (!isNew && Array.Find(directories, found => found.IsOffline) is { } offline)
                throw new LogDirectoryException($"The log of {partition} is not there, and log directory {offline.Path} that may have it is offline");
            var directory = FindLeastUsedDirectory() ?? throw new LogDirectoryException("All log directories are offline");
            var path = Path.Combine(directory.Path, partition.ToString());
            var log = WithTopicId(UnifiedLog.Open(partition, directory, path, config, environment, new(0, 0, HadCleanShutdown: true)), topicId);
            files.FlushDirectory(directory.Path);
            logs[partition] = (log, directory);
            environment.Logger.LogInformation("Created log for partition {Partition} in {Path}", partition, path);
            return log;
        }
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

    void Delete(List<(UnifiedLog Log, LogDirectory Directory)> deleted)
    {
        foreach (var (log, directory) in deleted)
        {
            log.Discard();
            var deletedPath = Path.Combine(directory.Path, LogDirectoryName.DeletedNameOf(log.Partition));
            Guarded(directory, () => files.RenameDirectory(log.Path, deletedPath));
            Later(log.Config.FileDeleteDelayMs, () => Guarded(directory, () => files.DeleteDirectory(deletedPath)));
        }

        WriteCheckpoints();
    }

    void SetAside(UnifiedLog log, LogDirectory directory)
    {
        log.Close();
        log.Discard();
        var strayPath = Path.Combine(directory.Path, LogDirectoryName.StrayNameOf(log.Partition));
        environment.Logger.LogWarning("No topic of the cluster owns the log of {Partition} (topic id {TopicId}): it is set aside as {Path}", log.Partition, log.TopicId, strayPath);
        Guarded(directory, () =>
        {
            files.RenameDirectory(log.Path, strayPath);
            files.FlushDirectory(directory.Path);
        });
        WriteCheckpoints();
    }

    void WriteCheckpoints(LogDirectory directory)
    {
        var here = logs.Values.Where(entry => entry.Directory == directory).Select(entry => entry.Log).ToList();
        Guarded(directory, () =>
        {
            Checkpoint(directory, OffsetCheckpoint.RecoveryPoints).Write(here.ConvertAll(log => (log.Partition, log.RecoveryPoint)));
            Checkpoint(directory, OffsetCheckpoint.HighWatermarks).Write(here.ConvertAll(log => (log.Partition, log.Bounds.HighWatermark)));
            Checkpoint(directory, OffsetCheckpoint.LogStartOffsets).Write(here.FindAll(log => log.StartsBehindFirstSegment).ConvertAll(log => (log.Partition, log.Bounds.LogStartOffset)));
        });
    }

    OffsetCheckpoint Checkpoint(LogDirectory directory, string name) => new(files, directory.Path, name);

    Dictionary<TopicPartition, long> Offsets(LogDirectory directory, string name) => Checkpoint(directory, name).Read(environment.Logger);

    LogDirectory? FindLeastUsedDirectory()
    {
        var usable = Array.FindAll(directories, directory => !directory.IsOffline);
        return usable.Length <= 1 ? usable.FirstOrDefault() : usable.MinBy(directory => logs.Values.Count(entry => entry.Directory == directory));
    }

    static void Guarded(LogDirectory directory, Action action)
    {
        try
        {
            action();
        }
        catch (IOException e)
        {
            directory.Fail(e);
        }
    }

    void RemoveExpiredProducers()
    {
        foreach (var log in Logs)
            log.RemoveExpiredProducers();
    }

    void Repeat(Action action, TimeSpan interval) =>
        timers.Add(environment.Time.CreateTimer(_ => environment.Executor.Post(action), state: null, interval, interval));

    void StopTimers()
    {
        foreach (var timer in timers)
            timer.Dispose();
    }

    void Later(long delayMs, Action action)
    {
        ITimer? timer = null;
        timer = environment.Time.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                environment.Executor.Post(action);
            },
            state: null,
            TimeSpan.FromMilliseconds(delayMs),
            Timeout.InfiniteTimeSpan);
    }

    Task RunAsync(Action action)
    {
        if (!files.IsInMemory)
            return environment.Executor.RunAsync(
                static work =>
                {
                    work();
                    return true;
                },
                action);
        action();
        return Task.CompletedTask;
    }
}
