using Microsoft.Extensions.Logging;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>Takes logs off their data directory that nobody finds there any more: deletes them, or sets them aside. Blocks while it touches the disk.</summary>
sealed class LogRemoval(IFileSystem files, LogEnvironment environment)
{
    /// <summary>Deletes a log: renames it, so that another may take its name, and removes it from the disk after <c>file.delete.delay.ms</c>.</summary>
    public void Delete(UnifiedLog log)
    {
        log.Discard();
        var directory = log.Directory;
        var deletedPath = Path.Combine(directory.Path, LogDirectoryName.DeletedNameOf(log.Partition));
        if (directory.IsOffline)
            return;
        directory.Guard(() => files.RenameDirectory(log.Path, deletedPath));
        environment.Later(files, log.Config.FileDeleteDelayMs, () => directory.Guard(() => files.DeleteDirectory(deletedPath)));
    }

    /// <summary>Keeps a log under a name that no start looks at.</summary>
    public void SetAside(UnifiedLog log, string reason)
    {
        log.Close();
        log.Discard();
        var strayPath = Path.Combine(log.Directory.Path, LogDirectoryName.StrayNameOf(log.Partition));
        environment.Logger.LogWarning("{Reason}: the log {Path} of {Partition} (topic id {TopicId}) is set aside as {StrayPath}", reason, log.Path, log.Partition, log.TopicId, strayPath);
        log.Directory.Guard(() =>
        {
            files.RenameDirectory(log.Path, strayPath);
            files.FlushDirectory(log.Directory.Path);
        });
    }
}
