using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// One data directory. After a failure that leaves in doubt what is on the disk, a failed fsync above all, it is offline: its logs answer KAFKA_STORAGE_ERROR
/// until the broker is started again.
/// </summary>
public sealed class LogDirectory(string path, IFileSystem files, ILogger logger)
{
    Exception? failure;

    public string Path { get; } = path;

    public IFileSystem Files { get; } = files;

    public bool IsOffline => Volatile.Read(ref failure) is not null;

    public void Fail(Exception cause)
    {
        if (Interlocked.CompareExchange(ref failure, cause, null) is null)
            logger.LogError(cause, "Log directory {Directory} goes offline", Path);
    }
}
