using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>Moves partitions between the data directories in the background, a piece of one and then a piece of the next, on a few threads at a time.</summary>
public sealed class ReplicaAlterLogDirs(LogManager logs, int threads, ILogger logger)
{
    readonly LogEnvironment environment = logs.Environment;
    readonly ConcurrentDictionary<TopicPartition, ReplicaMove> moves = [];
    readonly Queue<ReplicaMove> waiting = [];
    readonly Lock changeLock = new();
    int workers;
    bool isStopped;

    /// <summary>Lets the log of a partition move into a directory; null for a partition that is not here, which is created there when it comes.</summary>
    public async ValueTask<ErrorCode> AlterAsync(TopicPartition id, Func<Partition?> find, string path)
    {
        await logs.Cleaner.AbortAndPauseAsync(id).ConfigureAwait(false);
        try
        {
            return await environment.RunAsync(logs.Files, static work => work.Moves.Alter(work.Id, work.Find, work.Path), (Moves: this, Id: id, Find: find, Path: path)).ConfigureAwait(false);
        }
        finally
        {
            logs.Cleaner.Resume(id);
        }
    }

    /// <summary>Goes on with the moves that the last stop has cut short; future logs that belong to no partition are set aside.</summary>
    public async ValueTask ResumeAsync(Func<TopicPartition, Partition?> find) => await environment.RunAsync(logs.Files, () => Resume(find)).ConfigureAwait(false);

    /// <summary>Ends the moves of partitions that are deleted.</summary>
    public async ValueTask CancelAsync(IReadOnlyList<TopicPartition> partitions)
    {
        var moving = partitions.Where(moves.ContainsKey).ToList();
        if (moving.Count > 0)
            await environment.RunAsync(logs.Files, () => moving.ForEach(Cancel)).ConfigureAwait(false);
    }

    /// <summary>Ends all moves as they are: the next start goes on with them.</summary>
    public async ValueTask StopAsync() => await environment.RunAsync(logs.Files, Stop).ConfigureAwait(false);

    ErrorCode Alter(TopicPartition id, Func<Partition?> find, string path)
    {
        lock (changeLock)
        {
            if (LogDirectoryName.IsTooLongForFuture(id))
                return ErrorCode.InvalidTopicException;
            if (logs.FindDirectory(path) is not { } target)
                return ErrorCode.LogDirNotFound;
            if (target.IsOffline || isStopped)
                return ErrorCode.KafkaStorageError;
            if (find() is { } partition)
                return Alter(partition, target);
            logs.Prefer(id, target);
            return ErrorCode.ReplicaNotAvailable;
        }
    }

    ErrorCode Alter(Partition partition, LogDirectory target)
    {
        if (partition.Log.Directory.IsOffline)
            return ErrorCode.KafkaStorageError;
        if (moves.TryGetValue(partition.Id, out var move) && move.Target == target)
            return ErrorCode.None;
        Cancel(partition.Id);
        foreach (var left in logs.Futures.All.Where(future => future.Partition == partition.Id && !future.Directory.IsOffline).ToList())
            logs.Futures.Delete(left);
        if (partition.Log.Directory == target)
            return ErrorCode.None;
        try
        {
            Begin(partition, logs.Futures.Create(partition.Log, target));
            return ErrorCode.None;
        }
        catch (IOException)
        {
            return ErrorCode.KafkaStorageError;
        }
    }

    void Cancel(TopicPartition id)
    {
        if (!moves.TryRemove(id, out var move))
            return;
        logs.Cleaner.Resume(id);
        if (move.Stop(deletesFuture: true))
            logger.LogInformation("Moving {Partition} to {Directory} is cancelled", id, move.Target.Path);
    }

    void Resume(Func<TopicPartition, Partition?> find)
    {
        lock (changeLock)
        {
            foreach (var future in logs.Futures.All.Where(future => !future.Directory.IsOffline).OrderByDescending(future => future.Bounds.LogEndOffset).ToList())
                Resume(future, find(future.Partition));
        }
    }

    void Resume(UnifiedLog future, Partition? partition)
    {
        if (partition is null || future.TopicId != partition.TopicId)
            logs.Futures.SetAside(future, "No partition of this broker is to move there");
        else if (partition.Log.Directory.IsOffline)
            logger.LogWarning("Moving {Partition} to {Directory} does not go on: its log directory {Current} is offline", partition.Id, future.Directory.Path, partition.Log.Directory.Path);
        else if (moves.ContainsKey(partition.Id) || partition.Log.Directory == future.Directory)
            logs.Futures.Delete(future);
        else if (TryTruncate(future) && IsPrefix(future, partition.Log))
            Begin(partition, future);
        else
            Restart(partition, future);
    }

    /// <summary>Of what was not flushed before a crash any piece may be missing.</summary>
    static bool TryTruncate(UnifiedLog future) => future.Truncate(future.RecoveryPoint) == ErrorCode.None;

    /// <summary>Whether a log ends with a batch that another has as well: after a crash they may have parted.</summary>
    static bool IsPrefix(UnifiedLog future, UnifiedLog current)
    {
        var (begin, end) = (future.Bounds.LogStartOffset, future.Bounds.LogEndOffset);
        if (end == begin || end <= current.Bounds.LogStartOffset)
            return true;
        return end <= current.Bounds.LogEndOffset && BatchAt(future, end - 1) is { } last && BatchAt(current, end - 1) == last;
    }

    static (long BaseOffset, uint Crc)? BatchAt(UnifiedLog log, long offset)
    {
        if (log.ReadToMove(offset, 1) is not { } records)
            return null;
        try
        {
            if (records.SizeInBytes == 0)
                return null;
            var batch = new RecordBatch(records.Span);
            return (batch.BaseOffset, batch.Crc);
        }
        finally
        {
            records.Release();
        }
    }

    void Restart(Partition partition, UnifiedLog future)
    {
        logger.LogWarning("Moving {Partition} to {Directory} begins again: what was copied is not in its log any more", partition.Id, future.Directory.Path);
        logs.Futures.Delete(future);
        if (!future.Directory.IsOffline)
            Alter(partition, future.Directory);
    }

    void Begin(Partition partition, UnifiedLog future)
    {
        logger.LogInformation("Moving {Partition} from {From} to {To}, from offset {Offset} on", partition.Id, partition.Log.Directory.Path, future.Directory.Path, future.Bounds.LogEndOffset);
        var move = new ReplicaMove(partition, future, logs, logger);
        // As in Kafka nothing is cleaned that is being copied: a tombstone could be gone from what is still to come, and what it deletes be copied already.
        if (!logs.Cleaner.TryPause(partition.Id))
            throw new InvalidOperationException($"The log of {partition.Id} is being cleaned");
        moves[partition.Id] = move;
        lock (waiting)
        {
            waiting.Enqueue(move);
            if (workers >= threads)
                return;
            workers++;
        }

        Post();
    }

    void Work()
    {
        do
        {
            if (TakeNext() is not { } move)
                return;
            if (move.Advance())
                Return(move);
            else if (moves.TryRemove(new(move.Partition.Id, move)))
                logs.Cleaner.Resume(move.Partition.Id);
        }
        while (logs.Files.IsInMemory);
        Post();
    }

    ReplicaMove? TakeNext()
    {
        lock (waiting)
        {
            if (waiting.TryDequeue(out var move))
                return move;
            workers--;
            return null;
        }
    }

    void Return(ReplicaMove move)
    {
        lock (waiting)
            waiting.Enqueue(move);
    }

    void Post()
    {
        if (logs.Files.IsInMemory)
            Work();
        else
            environment.Executor.Post(Work);
    }

    void Stop()
    {
        lock (changeLock)
        {
            isStopped = true;
            foreach (var move in moves.Values)
                move.Stop(deletesFuture: false);
            moves.Clear();
        }
    }
}
