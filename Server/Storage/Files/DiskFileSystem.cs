namespace NettyKafka.Server.Storage.Files;

/// <summary>The operating system's files. Open files can be renamed and deleted on every system.</summary>
public sealed class DiskFileSystem : IFileSystem
{
    public bool IsInMemory => false;

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public IReadOnlyList<string> ListFiles(string directory) => [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path))];

    public IReadOnlyList<string> ListDirectories(string directory) => [.. Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path))];

    public IFile Open(string path) =>
        new DiskFile(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public void DeleteFile(string path) => File.Delete(path);

    public void DeleteDirectory(string path) => Directory.Delete(path, recursive: true);

    public void RenameFile(string path, string newPath) => File.Move(path, newPath, overwrite: true);

    public void RenameDirectory(string path, string newPath) => Directory.Move(path, newPath);

    public void FlushDirectory(string path)
    {
        // Elsewhere a directory cannot be opened as a file, and the file system keeps names by itself.
        if (!OperatingSystem.IsLinux())
            return;
        using var handle = DirectoryHandle.Open(path);
        handle.Flush();
    }

    public IDisposable? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }
}
