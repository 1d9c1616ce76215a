using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>
/// Moves a partition's log into another data directory, a piece at a time: the records are copied into a future log there, and once that has nearly all of them the
/// partition's log is frozen for the rest and gives way. Blocks while it touches the disk.
/// </summary>
sealed class ReplicaMove(Partition partition, UnifiedLog future, LogManager logs, ILogger logger)
{
    const int PieceBytes = 1 << 20;
    const int MostFlushes = 3;

    readonly Lock gate = new();
    readonly FutureLogs futures = logs.Futures;
    UnifiedLog future = future;
    bool isEnded;
    long unflushedBytes;
    int flushes;

    public Partition Partition => partition;

    public LogDirectory Target => future.Directory;

    /// <summary>Copies a piece of the log, or lets the future log take its place; false when there is nothing left to do.</summary>
    public bool Advance()
    {
        lock (gate)
        {
            if (isEnded)
                return false;
            var current = partition.Log;
            var copied = TryCopy(current, out var isNearEnd);
            isEnded = !copied || isNearEnd;
            if (copied && isNearEnd && TryFlush())
                Finish(current);
            return !isEnded;
        }
    }

    /// <summary>Ends the move where it is; a future log that is deleted does not go on at the next start. False when it had ended before.</summary>
    public bool Stop(bool deletesFuture)
    {
        lock (gate)
        {
            if (isEnded)
                return false;
            isEnded = true;
            if (deletesFuture)
                futures.Delete(future);
            return true;
        }
    }

    /// <summary>Copies records, at most a piece; false when the target does not take them.</summary>
    bool TryCopy(UnifiedLog current, out bool isNearEnd)
    {
        isNearEnd = false;
        if (IsBehindStart(current) && !TryBeginAnew(current))
            return false;
        if (current.ReadToMove(future.Bounds.LogEndOffset, PieceBytes) is not { } records)
            return WasNotRead(current);
        try
        {
            unflushedBytes += records.SizeInBytes;
            isNearEnd = records.SizeInBytes < PieceBytes / 2;
            return records.SizeInBytes == 0 || TryAppend(records);
        }
        finally
        {
            records.Release();
        }
    }

    /// <summary>Retention may have been faster: then the next time it begins anew. What is corrupt is not moved.</summary>
    bool WasNotRead(UnifiedLog current)
    {
        if (IsBehindStart(current))
            return true;
        logger.LogError("Moving {Partition} to {Directory} has ended: its log cannot be read at offset {Offset}", partition.Id, future.Directory.Path, future.Bounds.LogEndOffset);
        return false;
    }

    bool TryAppend(Records records)
    {
        var info = future.Append(records, RecordBatch.NoPartitionLeaderEpoch, AppendOrigin.Replication, default, out _);
        if (info.Error == ErrorCode.None)
            return true;
        logger.LogError("Moving {Partition} to {Directory} has ended: {Error} {Message}", partition.Id, future.Directory.Path, info.Error, info.ErrorMessage);
        if (!future.Directory.IsOffline)
            futures.Delete(future);
        return false;
    }

    bool IsBehindStart(UnifiedLog current) =>
        future.Bounds.LogEndOffset < current.Bounds.LogStartOffset && future.Bounds.LogEndOffset < FutureLogs.FirstOffsetOf(current);

    /// <summary>What the future log has is not in the partition's log any more.</summary>
    bool TryBeginAnew(UnifiedLog current)
    {
        var target = future.Directory;
        futures.Delete(future);
        try
        {
            future = futures.Create(current, target);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Flushes what can be flushed while appends go on, as they will wait for the rest; more may have come meanwhile than what is left for then.</summary>
    bool TryFlush()
    {
        while (unflushedBytes > PieceBytes && flushes < MostFlushes)
        {
            flushes++;
            unflushedBytes = 0;
            if (!future.Flush() || !TryCopyAll(partition.Log))
                return false;
        }

        return true;
    }

    bool TryCopyAll(UnifiedLog current)
    {
        while (current.Bounds.LogEndOffset > future.Bounds.LogEndOffset)
        {
            var endOffset = future.Bounds.LogEndOffset;
            if (current.Directory.IsOffline || !TryCopy(current, out _))
                return false;
            // The last offsets of a log that was compacted may have no record any more.
            if (future.Bounds.LogEndOffset == endOffset)
                return true;
        }

        return true;
    }

    /// <summary>Lets the future log take the partition's place, if nothing fails; appends wait for as long.</summary>
    void Finish(UnifiedLog current)
    {
        current.Freeze();
        try
        {
            if (!TryCopyAll(current) || futures.Replace(current, future) is not { } replacing)
                return;
            partition.Replace(replacing);
            logs.Cleaner.OnMoved(current, replacing);
            futures.Remove(current, replacing);
        }
        finally
        {
            current.Thaw();
        }
    }
}
