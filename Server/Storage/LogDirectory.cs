using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// One data directory and the logs in it. After a failure that leaves in doubt what is on the disk, a failed fsync above all, it is offline: its logs answer KAFKA_STORAGE_ERROR
/// until the broker is started again.
/// </summary>
public sealed class LogDirectory : IDisposable
{
    const string LockName = ".lock";

    readonly ILogger logger;
    Exception? failure;
    IDisposable? heldLock;

    public LogDirectory(string path, IFileSystem files, ILogger logger)
    {
        this.logger = logger;
        Path = path;
        Files = files;
        Checkpoints = new(this);
    }

    public string Path { get; }

    /// <summary>The path as clients name it, from the root on.</summary>
    public string FullPath => FullPathOf(Path);

    public IFileSystem Files { get; }

    internal ConcurrentDictionary<TopicPartition, UnifiedLog> Logs { get; } = [];

    /// <summary>Logs that are on their way into this directory from another one.</summary>
    internal ConcurrentDictionary<TopicPartition, UnifiedLog> FutureLogs { get; } = [];

    internal IEnumerable<UnifiedLog> AllLogs => Logs.Values.Concat(FutureLogs.Values);

    /// <summary>Called once, when the directory has gone offline.</summary>
    internal Action<LogDirectory>? WentOffline { get; set; }

    internal CheckpointWriter Checkpoints { get; }

    /// <summary>Why the directory is offline; null while it is not.</summary>
    public Exception? Failure => Volatile.Read(ref failure);

    public bool IsOffline => Volatile.Read(ref failure) is not null;

    /// <summary>What says whom the directory belongs to; null until <see cref="Claim"/>.</summary>
    public MetaProperties? MetaProperties { get; private set; }

    public static string FullPathOf(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    public void Fail(Exception cause)
    {
        if (Interlocked.CompareExchange(ref failure, cause, null) is not null)
            return;
        logger.LogError(cause, "Log directory {Directory} goes offline", Path);
        WentOffline?.Invoke(this);
    }

    /// <summary>Does what a failure of takes the directory offline.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    /// <summary>Creates the directory if need be, and keeps every other broker out of it. One that cannot be used is offline.</summary>
    /// <exception cref="LogDirectoryException">Another broker has it.</exception>
    public void Lock()
    {
        try
        {
            Files.CreateDurableDirectory(Path);
            heldLock = Files.TryLock(System.IO.Path.Combine(Path, LockName));
        }
        catch (IOException e)
        {
            Fail(e);
            return;
        }

        if (heldLock is null)
            throw new LogDirectoryException($"Log directory {Path} is in use by another broker");
    }

    /// <summary>The properties that stand in the directory; null in a new one, and in one that is offline.</summary>
    /// <exception cref="LogDirectoryException">They are not to be understood.</exception>
    public MetaProperties? ReadMetaProperties()
    {
        if (IsOffline)
            return null;
        try
        {
            return MetaProperties.Read(Files, Path);
        }
        catch (InvalidDataException e)
        {
            throw new LogDirectoryException(e.Message, e);
        }
        catch (IOException e)
        {
            Fail(e);
            return null;
        }
    }

    /// <summary>Makes the directory the node's own, or finds that it is.</summary>
    /// <exception cref="LogDirectoryException">It belongs to another cluster or node.</exception>
    public void Claim(string clusterId, int nodeId)
    {
        var found = ReadMetaProperties();
        if (IsOffline)
            return;
        if (found is not null && (found.ClusterId != clusterId || found.NodeId != nodeId))
            throw new LogDirectoryException($"Log directory {Path} belongs to node {found.NodeId} of cluster {found.ClusterId}, this is node {nodeId} of cluster {clusterId}");
        if (found is null || found.DirectoryId.IsZero)
        {
            found = new(clusterId, nodeId, Codec.Wire.Uuid.Random());
            Guard(() => found.Write(Files, Path));
        }

        MetaProperties = found;
    }

    public void Dispose() => heldLock?.Dispose();
}
