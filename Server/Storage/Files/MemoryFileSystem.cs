namespace NettyKafka.Server.Storage.Files;

/// <summary>Files that live as long as this object: the same log with nothing on disk.</summary>
public sealed class MemoryFileSystem : IFileSystem
{
    readonly Lock names = new();
    readonly Dictionary<string, IFile> files = [];

    /// <summary>In order, so that what lies in one directory is found without looking at all others.</summary>
    readonly SortedSet<string> fileNames = new(StringComparer.Ordinal);
    readonly SortedSet<string> directories = new(StringComparer.Ordinal);
    readonly HashSet<string> locks = [];

    public bool IsInMemory => true;

    public bool FileExists(string path)
    {
        lock (names)
            return files.ContainsKey(path);
    }

    public bool DirectoryExists(string path)
    {
        lock (names)
            return directories.Contains(path);
    }

    public long? LastModifiedMs(string path) => null;

    public (long TotalBytes, long UsableBytes)? SpaceOf(string directory) => null;

    public void CreateDirectory(string path)
    {
        lock (names)
        {
            for (var directory = path; !string.IsNullOrEmpty(directory); directory = Path.GetDirectoryName(directory))
                directories.Add(directory);
        }
    }

    public IReadOnlyList<string> ListFiles(string directory)
    {
        lock (names)
            return NamesIn(directory, fileNames);
    }

    public IReadOnlyList<string> ListDirectories(string directory)
    {
        lock (names)
            return NamesIn(directory, directories);
    }

    public IFile Create(string path, long preallocatedBytes)
    {
        DeleteFile(path);
        return Open(path);
    }

    public IFile Open(string path)
    {
        lock (names)
        {
            if (files.TryGetValue(path, out var file))
                return file;
            if (!directories.Contains(Path.GetDirectoryName(path) ?? ""))
                throw new DirectoryNotFoundException($"no directory for {path}");
            file = new MemoryFile();
            Add(path, file);
            return file;
        }
    }

    public void DeleteFile(string path)
    {
        lock (names)
            Remove(path);
    }

    public void DeleteDirectory(string path)
    {
        lock (names)
        {
            foreach (var inside in Inside(path, fileNames).ToList())
                Remove(inside);
            directories.ExceptWith([path, .. Inside(path, directories)]);
        }
    }

    public void RenameFile(string path, string newPath)
    {
        lock (names)
        {
            if (Remove(path) is not { } file)
                throw new FileNotFoundException($"no file {path}");
            Add(newPath, file);
        }
    }

    public void RenameDirectory(string path, string newPath)
    {
        lock (names)
        {
            if (!directories.Contains(path))
                throw new DirectoryNotFoundException($"no directory {path}");
            if (directories.Contains(newPath))
                throw new IOException($"{newPath} exists");
            foreach (var inside in Inside(path, fileNames).ToList())
                Add(newPath + inside[path.Length..], Remove(inside)!);
            List<string> moved = [path, .. Inside(path, directories)];
            directories.ExceptWith(moved);
            directories.UnionWith(moved.Select(name => newPath + name[path.Length..]));
        }
    }

    public void FlushDirectory(string path)
    {
    }

    public IDisposable? TryLock(string path)
    {
        Open(path).Dispose();
        lock (names)
            return locks.Add(path) ? new HeldLock(this, path) : null;
    }

    void Add(string path, IFile file)
    {
        files[path] = file;
        fileNames.Add(path);
    }

    IFile? Remove(string path)
    {
        fileNames.Remove(path);
        return files.Remove(path, out var file) ? file : null;
    }

    static SortedSet<string> Inside(string directory, SortedSet<string> paths) =>
        paths.GetViewBetween(directory + Path.DirectorySeparatorChar, directory + (char)(Path.DirectorySeparatorChar + 1));

    static List<string> NamesIn(string directory, SortedSet<string> paths) =>
        [.. Inside(directory, paths).Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))];

    sealed class HeldLock(MemoryFileSystem owner, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (owner.names)
                owner.locks.Remove(path);
        }
    }
}
