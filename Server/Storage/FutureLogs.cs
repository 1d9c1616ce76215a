using Microsoft.Extensions.Logging;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// The logs that are on their way into another data directory: Kafka's future logs, in directories named so. One that has caught up takes the place of the
/// partition's log. What is done here blocks while it touches the disk.
/// </summary>
sealed class FutureLogs(IReadOnlyList<LogDirectory> directories, IFileSystem files, LogEnvironment environment, LogRemoval removal)
{
    public IEnumerable<UnifiedLog> All => directories.SelectMany(directory => directory.FutureLogs.Values);

    public UnifiedLog? Find(TopicPartition partition) =>
        directories.Select(directory => directory.FutureLogs.GetValueOrDefault(partition)).FirstOrDefault(found => found is not null);

    /// <summary>Creates an empty log that begins where the partition's does.</summary>
    /// <exception cref="IOException">It cannot be created, and the directory is offline.</exception>
    public UnifiedLog Create(UnifiedLog current, LogDirectory target)
    {
        var firstOffset = FirstOffsetOf(current);
        try
        {
            var path = Path.Combine(target.Path, LogDirectoryName.FutureNameOf(current.Partition));
            var future = Open(current, target, path, ConfigOf(current.Config), new(firstOffset, 0, HadCleanShutdown: true));
            PartitionMetadataFile.Write(files, path, current.TopicId);
            files.FlushDirectory(target.Path);
            target.FutureLogs[current.Partition] = future;
            return future;
        }
        catch (IOException e)
        {
            target.Fail(e);
            throw;
        }
    }

    /// <summary>Copied records are flushed when all of them are there, whatever the topic asks for.</summary>
    public static TopicConfig ConfigOf(TopicConfig config) => config with { FlushMessages = long.MaxValue, FlushMs = long.MaxValue };

    public void Delete(UnifiedLog future)
    {
        future.Directory.FutureLogs.TryRemove(future.Partition, out _);
        removal.Delete(future);
        future.Directory.Checkpoints.WriteAll();
    }

    public void SetAside(UnifiedLog future, string reason)
    {
        future.Directory.FutureLogs.TryRemove(future.Partition, out _);
        removal.SetAside(future, reason);
        future.Directory.Checkpoints.WriteAll();
    }

    /// <summary>
    /// Makes a future log that has all records of a frozen log the partition's, and returns it as it is opened by its new name. It is on the disk before it gets that name: from
    /// then on it counts, and a start that finds both logs has two that are the same. Null when it could not be done and the frozen log stays.
    /// </summary>
    public UnifiedLog? Replace(UnifiedLog current, UnifiedLog future)
    {
        var target = future.Directory;
        var path = Path.Combine(target.Path, current.Partition.ToString());
        // Who waits for the frozen log's flush is answered by it.
        if ((current.Config.FlushMessages < long.MaxValue && !current.Flush()) || !TryFinish(current, future))
            return null;
        if (!Try(target, () => files.RenameDirectory(future.Path, path)))
            return null;

        var replacing = future;
        Try(target, () =>
        {
            files.FlushDirectory(target.Path);
            var bounds = current.Bounds;
            replacing = Open(current, target, path, current.Config, new(bounds.LogStartOffset, bounds.LogEndOffset, HadCleanShutdown: true));
            // An epoch that has no records yet was not found.
            if (current.LatestEpoch is { } epoch)
                replacing.AssignLeaderEpoch(epoch);
        });
        target.FutureLogs.TryRemove(current.Partition, out _);
        target.Logs[current.Partition] = replacing;
        current.Directory.Logs.TryRemove(current.Partition, out _);
        return replacing;
    }

    /// <summary>Takes the log that has been replaced off the disk. As long as it is open whether the other one has its name there, it stays.</summary>
    public void Remove(UnifiedLog replaced, UnifiedLog replacing)
    {
        if (replacing.Directory.IsOffline)
            replaced.Close();
        else
            removal.Delete(replaced);
        // A later log of the partition in that directory must not be taken for flushed as far as this one was.
        replaced.Directory.Checkpoints.WriteAll();
        environment.Logger.LogInformation("The log of {Partition} has moved from {From} to {To}", replaced.Partition, replaced.Directory.Path, replacing.Directory.Path);
    }

    /// <summary>What comes with the records: where the log starts and ends, leader epochs, producers.</summary>
    bool TryFinish(UnifiedLog current, UnifiedLog future) => Try(future.Directory, () =>
    {
        var bounds = current.Bounds;
        if (!future.Flush())
            throw new LogDirectoryException($"Log directory {future.Directory.Path} is offline");
        future.StartAt(bounds.LogStartOffset);
        future.Close();
        // A log that was compacted may end with offsets that have no record any more.
        if (future.Bounds.LogEndOffset < bounds.LogEndOffset)
            LogSegment.Create(files, future.Path, bounds.LogEndOffset, future.Config.IndexIntervalBytes, environment.NowMs).Dispose();
        current.WriteStateTo(files, future.Path);
        files.FlushDirectory(future.Path);
        future.Directory.Checkpoints.WriteAll();
        if (future.Directory.IsOffline)
            throw new LogDirectoryException($"Log directory {future.Directory.Path} is offline");
    });

    /// <summary>Where the batch begins that the log start offset falls in.</summary>
    public static long FirstOffsetOf(UnifiedLog current)
    {
        var logStartOffset = current.Bounds.LogStartOffset;
        if (current.ReadToMove(logStartOffset, 1) is not { } first)
            return logStartOffset;
        try
        {
            return first.SizeInBytes > 0 ? Math.Min(logStartOffset, new Codec.Records.RecordBatch(first.Span).BaseOffset) : logStartOffset;
        }
        finally
        {
            first.Release();
        }
    }

    UnifiedLog Open(UnifiedLog current, LogDirectory target, string path, TopicConfig config, LogCheckpoints checkpoints)
    {
        var log = UnifiedLog.Open(current.Partition, target, path, config, environment, checkpoints);
        log.TopicId = current.TopicId;
        return log;
    }

    static bool Try(LogDirectory directory, Action action)
    {
        directory.Guard(action);
        return !directory.IsOffline;
    }
}
