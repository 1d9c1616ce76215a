namespace NettyKafka.Server.Storage;

/// <summary>Writes the checkpoints of a data directory, files with an offset for every log in it, when there is something new in them.</summary>
sealed class CheckpointWriter(LogDirectory directory)
{
    readonly Lock writeLock = new();
    readonly Dictionary<string, List<(TopicPartition, long)>> written = [];

    /// <summary>Up to where the logs are on the disk: a recovery need not begin at the beginning.</summary>
    public void WriteRecoveryPoints() => Write(OffsetCheckpoint.RecoveryPoints, static log => log.CheckpointOffset);

    public void WriteHighWatermarks() => Write(OffsetCheckpoint.HighWatermarks, static log => log.Bounds.HighWatermark);

    /// <summary>Where logs begin, as far as their first segments do not say so by themselves.</summary>
    public void WriteLogStartOffsets() => Write(OffsetCheckpoint.LogStartOffsets, static log => log.StartsBehindFirstSegment ? log.Bounds.LogStartOffset : null);

    public void WriteAll()
    {
        WriteRecoveryPoints();
        WriteHighWatermarks();
        WriteLogStartOffsets();
    }

    void Write(string name, Func<UnifiedLog, long?> offsetOf)
    {
        lock (writeLock)
        {
            List<(TopicPartition, long)> offsets = [];
            foreach (var log in directory.AllLogs)
            {
                if (offsetOf(log) is { } offset)
                    offsets.Add((log.Partition, offset));
            }

            if (directory.IsOffline || (written.TryGetValue(name, out var before) && before.SequenceEqual(offsets)))
                return;
            directory.Guard(() =>
            {
                new OffsetCheckpoint(directory.Files, directory.Path, name).Write(offsets);
                written[name] = offsets;
            });
        }
    }
}
