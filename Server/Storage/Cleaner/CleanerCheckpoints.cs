using Microsoft.Extensions.Logging;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>Up to which offset each log is clean: <c>cleaner-offset-checkpoint</c> of its data directory. One that is lost only means that more is read again.</summary>
sealed class CleanerCheckpoints(IReadOnlyList<LogDirectory> directories, ILogger logger)
{
    readonly Lock offsetsLock = new();
    readonly Dictionary<LogDirectory, Dictionary<TopicPartition, long>> offsets = [];

    /// <summary>Reads the files. One beyond the end of what recovery has left says nothing, also when as much will have been appended again.</summary>
    public void Load()
    {
        lock (offsetsLock)
        {
            foreach (var directory in directories.Where(directory => !directory.IsOffline))
                directory.Guard(() => Load(directory));
        }

        foreach (var log in directories.SelectMany(directory => directory.Logs.Values))
        {
            if (Find(log) > log.Bounds.LogEndOffset)
                Remove(log.Directory, [log.Partition]);
        }
    }

    /// <summary>What it says of a log that is no more must not count for a later one of the same name.</summary>
    void Load(LogDirectory directory)
    {
        var known = Checkpoint(directory).Read(logger);
        offsets[directory] = known.Where(entry => directory.Logs.ContainsKey(entry.Key)).ToDictionary();
        if (offsets[directory].Count < known.Count)
            Write(directory);
    }

    public long? Find(UnifiedLog log)
    {
        lock (offsetsLock)
            return Of(log.Directory).TryGetValue(log.Partition, out var offset) ? offset : null;
    }

    public void Update(UnifiedLog log, long offset)
    {
        lock (offsetsLock)
        {
            var known = Of(log.Directory);
            if (known.TryGetValue(log.Partition, out var before) && before == offset)
                return;
            known[log.Partition] = offset;
            Write(log.Directory);
        }
    }

    /// <summary>Notes that a log ends at an offset: what comes behind it is new.</summary>
    public void Truncate(UnifiedLog log, long endOffset)
    {
        if (Find(log) > endOffset)
            Update(log, endOffset);
    }

    /// <summary>Forgets logs that are deleted, or set aside, or have moved to another directory.</summary>
    public void Remove(LogDirectory directory, IEnumerable<TopicPartition> partitions)
    {
        lock (offsetsLock)
        {
            var known = Of(directory);
            var before = known.Count;
            foreach (var partition in partitions)
                known.Remove(partition);
            if (known.Count < before)
                Write(directory);
        }
    }

    static OffsetCheckpoint Checkpoint(LogDirectory directory) => new(directory.Files, directory.Path, OffsetCheckpoint.CleanedOffsets);

    Dictionary<TopicPartition, long> Of(LogDirectory directory)
    {
        if (!offsets.TryGetValue(directory, out var known))
            offsets.Add(directory, known = []);
        return known;
    }

    void Write(LogDirectory directory)
    {
        if (!directory.IsOffline)
            directory.Guard(() => Checkpoint(directory).Write([.. Of(directory).Where(entry => directory.Logs.ContainsKey(entry.Key)).Select(entry => (entry.Key, entry.Value))]));
    }
}
