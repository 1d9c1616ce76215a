namespace NettyKafka.Server.Storage.Files;

/// <summary>Files that live as long as this object: the same log with nothing on disk.</summary>
public sealed class MemoryFileSystem : IFileSystem
{
    readonly Lock names = new();
    readonly Dictionary<string, IFile> files = [];
    readonly HashSet<string> directories = [];
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
            return NamesIn(directory, files.Keys);
    }

    public IReadOnlyList<string> ListDirectories(string directory)
    {
        lock (names)
            return NamesIn(directory, directories);
    }

    public IFile Open(string path)
    {
        lock (names)
        {
            if (files.TryGetValue(path, out var file))
                return file;
            if (!directories.Contains(Path.GetDirectoryName(path) ?? ""))
                throw new DirectoryNotFoundException($"no directory for {path}");
            return files[path] = new MemoryFile();
        }
    }

    public void DeleteFile(string path)
    {
        lock (names)
            files.Remove(path);
    }

    public void DeleteDirectory(string path)
    {
        lock (names)
        {
            foreach (var inside in files.Keys.Where(name => IsIn(path, name)).ToList())
                files.Remove(inside);
            directories.RemoveWhere(name => name == path || IsIn(path, name));
        }
    }

    public void RenameFile(string path, string newPath)
    {
        lock (names)
        {
            if (!files.Remove(path, out var file))
                throw new FileNotFoundException($"no file {path}");
            files[newPath] = file;
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
            foreach (var inside in files.Keys.Where(name => IsIn(path, name)).ToList())
            {
                files.Remove(inside, out var file);
                files[newPath + inside[path.Length..]] = file!;
            }

            var moved = directories.Where(name => name == path || IsIn(path, name)).ToList();
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

    static bool IsIn(string directory, string name) => name.Length > directory.Length && name.StartsWith(directory, StringComparison.Ordinal) && name[directory.Length] == Path.DirectorySeparatorChar;

    static List<string> NamesIn(string directory, IEnumerable<string> paths) =>
        [.. paths.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path))];

    sealed class HeldLock(MemoryFileSystem owner, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (owner.names)
                owner.locks.Remove(path);
        }
    }
}
