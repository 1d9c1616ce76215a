namespace NettyKafka.Server.Storage.Files;

/// <summary>What the log needs of a file system. Failures are <see cref="IOException"/>s; names in lists are without their directory.</summary>
public interface IFileSystem
{
    /// <summary>True where no read can wait for a device.</summary>
    bool IsInMemory { get; }

    bool FileExists(string path);

    bool DirectoryExists(string path);

    /// <summary>When a file was last written to, in milliseconds since 1970; null where files have no times.</summary>
    long? LastModifiedMs(string path);

    /// <summary>Creates a directory and its parents; an existing one is left as it is.</summary>
    void CreateDirectory(string path);

    IReadOnlyList<string> ListFiles(string directory);

    IReadOnlyList<string> ListDirectories(string directory);

    /// <summary>Opens a file for reading and writing, creating it when it is missing.</summary>
    IFile Open(string path);

    /// <summary>Creates an empty file in place of whatever has the path, with room for so many bytes reserved behind its end.</summary>
    IFile Create(string path, long preallocatedBytes);

    /// <summary>Deletes a file; a missing one is fine. Who has it open can go on reading.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a directory and all in it; a missing one is fine.</summary>
    void DeleteDirectory(string path);

    /// <summary>Renames a file over whatever stands at the new path.</summary>
    void RenameFile(string path, string newPath);

    void RenameDirectory(string path, string newPath);

    /// <summary>Makes the names in a directory durable.</summary>
    void FlushDirectory(string path);

    /// <summary>The bytes of the device that a directory is on, and those of them that can still be written; null where there is no device.</summary>
    (long TotalBytes, long UsableBytes)? SpaceOf(string directory);

    /// <summary>Creates and locks a file until the result is disposed; null when another broker holds it.</summary>
    IDisposable? TryLock(string path);
}
