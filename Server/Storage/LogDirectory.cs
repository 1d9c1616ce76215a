using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// One data directory. After a failure that leaves in doubt what is on the disk, a failed fsync above all, it is offline: its logs answer KAFKA_STORAGE_ERROR
/// until the broker is started again.
/// </summary>
public sealed class LogDirectory(string path, IFileSystem files, ILogger logger) : IDisposable
{
    const string LockName = ".lock";

    Exception? failure;
    IDisposable? heldLock;

    public string Path { get; } = path;

    public IFileSystem Files { get; } = files;

    /// <summary>Why the directory is offline; null while it is not.</summary>
    public Exception? Failure => Volatile.Read(ref failure);

    public bool IsOffline => Volatile.Read(ref failure) is not null;

    /// <summary>What says whom the directory belongs to; null until <see cref="Claim"/>.</summary>
    public MetaProperties? MetaProperties { get; private set; }

    public void Fail(Exception cause)
    {
        if (Interlocked.CompareExchange(ref failure, cause, null) is null)
            logger.LogError(cause, "Log directory {Directory} goes offline", Path);
    }

    /// <summary>Creates the directory if need be, and keeps every other broker out of it.</summary>
    /// <exception cref="LogDirectoryException">Another broker has it, or it cannot be used.</exception>
    public void Lock()
    {
        try
        {
            Files.CreateDirectory(Path);
            heldLock = Files.TryLock(System.IO.Path.Combine(Path, LockName));
        }
        catch (IOException e)
        {
            throw new LogDirectoryException($"Log directory {Path} cannot be used: {e.Message}", e);
        }

        if (heldLock is null)
            throw new LogDirectoryException($"Log directory {Path} is in use by another broker");
    }

    /// <summary>The properties that stand in the directory; null in a new one.</summary>
    public MetaProperties? ReadMetaProperties()
    {
        try
        {
            return MetaProperties.Read(Files, Path);
        }
        catch (InvalidDataException e)
        {
            throw new LogDirectoryException(e.Message, e);
        }
    }

    /// <summary>Makes the directory the node's own, or finds that it is.</summary>
    /// <exception cref="LogDirectoryException">It belongs to another cluster or node.</exception>
    public void Claim(string clusterId, int nodeId)
    {
        var found = ReadMetaProperties();
        if (found is not null && (found.ClusterId != clusterId || found.NodeId != nodeId))
            throw new LogDirectoryException($"Log directory {Path} belongs to node {found.NodeId} of cluster {found.ClusterId}, this is node {nodeId} of cluster {clusterId}");
        if (found is null || found.DirectoryId.IsZero)
        {
            found = new(clusterId, nodeId, Codec.Wire.Uuid.Random());
            found.Write(Files, Path);
        }

        MetaProperties = found;
    }

    public void Dispose() => heldLock?.Dispose();
}
