using Microsoft.Win32.SafeHandles;

namespace NettyKafka.Server.Storage.Files;

/// <summary>
/// The operating system's files. Open files can be renamed and deleted on every system. Of all open files at most <paramref name="maxOpenHandles"/> hold a
/// handle, but for those with bytes that are not flushed.
/// </summary>
public sealed class DiskFileSystem(int maxOpenHandles) : IFileSystem
{
    const int MostHandles = 8192;

    readonly OpenFiles openFiles = new(maxOpenHandles);

    /// <summary>Leaves half of the files that the process may have open to its connections.</summary>
    public DiskFileSystem()
        : this(Math.Min(MostHandles, OpenFileLimit.Get() / 2))
    {
    }

    /// <summary>Handles that are open now.</summary>
    public int OpenHandles => openFiles.Count;

    public bool IsInMemory => false;

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public long? LastModifiedMs(string path) => Try(path, static path => new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeMilliseconds());

    public void CreateDirectory(string path) => Try(path, static path => Directory.CreateDirectory(path));

    public IReadOnlyList<string> ListFiles(string directory) => Try(directory, static path => Directory.EnumerateFiles(path).Select(name => Path.GetFileName(name)).ToList());

    public IReadOnlyList<string> ListDirectories(string directory) => Try(directory, static path => Directory.EnumerateDirectories(path).Select(name => Path.GetFileName(name)).ToList());

    public IFile Open(string path) => new DiskFile(openFiles, path, OpenHandle(path, FileMode.OpenOrCreate, preallocatedBytes: 0));

    public IFile Create(string path, long preallocatedBytes) => new DiskFile(openFiles, path, OpenHandle(path, FileMode.Create, preallocatedBytes));

    public void DeleteFile(string path) => Delete(path, static path => File.Delete(path));

    public void DeleteDirectory(string path) => Delete(path, static path => Directory.Delete(path, recursive: true));

    public void RenameFile(string path, string newPath) => Try((path, newPath, openFiles), static names =>
    {
        names.openFiles.RenameFile(names.path, names.newPath, static (from, to) => File.Move(from, to, overwrite: true));
        return true;
    });

    public void RenameDirectory(string path, string newPath) => Try((path, newPath, openFiles), static names =>
    {
        names.openFiles.RenameDirectory(names.path, names.newPath, Directory.Move);
        return true;
    });

    public void FlushDirectory(string path)
    {
        // Elsewhere a directory cannot be opened as a file, and the file system keeps names by itself.
        if (!OperatingSystem.IsLinux())
            return;
        using var handle = DirectoryHandle.Open(path);
        handle.Flush();
    }

    public (long TotalBytes, long UsableBytes)? SpaceOf(string directory) => Try(directory, static path =>
    {
        var drive = new DriveInfo(Path.GetFullPath(path));
        return (drive.TotalSize, drive.AvailableFreeSpace);
    });

    public IDisposable? TryLock(string path)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            // The runtime's own lock on Linux is flock, which a broker on the JVM does not see: it takes this one.
            if (OperatingSystem.IsLinux())
                file.Lock(0, long.MaxValue);
            return file;
        }
        catch (IOException e) when (IsHeld(e))
        {
            file?.Dispose();
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            file?.Dispose();
            throw new IOException(e.Message, e);
        }
        catch (IOException)
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Whether another process holds a lock: what the runtime says of it differs by system, EAGAIN, EACCES or a sharing violation.</summary>
    static bool IsHeld(IOException e) => e.HResult is 11 or 13 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);

    internal static SafeFileHandle OpenHandle(string path, FileMode mode, long preallocatedBytes) => Try(
        (path, mode, preallocatedBytes),
        static file => File.OpenHandle(file.path, file.mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.None, file.preallocatedBytes));

    static void Delete(string path, Action<string> delete) => Try((path, delete), static work =>
    {
        try
        {
            work.delete(work.path);
        }
        catch (DirectoryNotFoundException)
        {
            // What is to be deleted, or the directory it was in, is gone already.
        }

        return true;
    });

    static TResult Try<TState, TResult>(TState state, Func<TState, TResult> action)
    {
        try
        {
            return action(state);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
