using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Support;

/// <summary>Another file system, until a number of its operations on names and directories have been done: then every further one fails, as if the power had gone.</summary>
public sealed class InterruptedFileSystem(IFileSystem files) : IFileSystem
{
    public int OperationsLeft { get; set; } = int.MaxValue;

    /// <summary>Something that happens meanwhile: before the file gets its new name.</summary>
    public Action<string>? BeforeRename { get; set; }

    public bool IsInMemory => files.IsInMemory;

    public bool FileExists(string path) => files.FileExists(path);

    public bool DirectoryExists(string path) => files.DirectoryExists(path);

    public long? LastModifiedMs(string path) => files.LastModifiedMs(path);

    public (long TotalBytes, long UsableBytes)? SpaceOf(string directory) => files.SpaceOf(directory);

    public void CreateDirectory(string path) => files.CreateDirectory(path);

    public IReadOnlyList<string> ListFiles(string directory) => files.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => files.ListDirectories(directory);

    public IFile Open(string path)
    {
        if (!files.FileExists(path))
            Count();
        return files.Open(path);
    }

    public IFile Create(string path, long preallocatedBytes)
    {
        Count();
        return files.Create(path, preallocatedBytes);
    }

    public void DeleteFile(string path)
    {
        if (files.FileExists(path))
            Count();
        files.DeleteFile(path);
    }

    public void DeleteDirectory(string path)
    {
        Count();
        files.DeleteDirectory(path);
    }

    public void RenameFile(string path, string newPath)
    {
        BeforeRename?.Invoke(path);
        Count();
        files.RenameFile(path, newPath);
    }

    public void RenameDirectory(string path, string newPath)
    {
        Count();
        files.RenameDirectory(path, newPath);
    }

    public void FlushDirectory(string path)
    {
        Count();
        files.FlushDirectory(path);
    }

    public IDisposable? TryLock(string path) => files.TryLock(path);

    void Count()
    {
        if (OperationsLeft-- <= 0)
            throw new IOException("the power has gone");
    }
}
