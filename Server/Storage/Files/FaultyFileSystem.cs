namespace NettyKafka.Server.Storage.Files;

/// <summary>
/// Files in memory that fail as disks do: when the power goes, of what was not flushed any part may be lost, names too; a write stops halfway, the disk is full,
/// any single operation fails.
/// </summary>
public sealed class FaultyFileSystem(bool isInMemory = true) : IFileSystem
{
    readonly Lock gate = new();
    readonly Dictionary<IFile, FileContent> contents = [];
    MemoryFileSystem files = new();
    NameJournal names = new();
    int generation;
    bool isDead;

    /// <summary>False has what a disk would keep waiting done on other threads.</summary>
    public bool IsInMemory => isInMemory;

    /// <summary>Bytes that can still be written before the disk is full.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    /// <summary>Writes that still succeed; the one after them is torn in the middle and fails, as do all that follow.</summary>
    public int WritesBeforeFailure { get; set; } = int.MaxValue;

    public bool FailsFlush { get; set; }

    public bool FailsSetLength { get; set; }

    /// <summary>A directory in which everything fails, reads too.</summary>
    public string? FailsUnder { get; set; }

    /// <summary>How many operations that change something there have been.</summary>
    public int Operations { get; private set; }

    /// <summary>The number of the operation that fails, the only one; a write fails in its middle.</summary>
    public int FailsAt { get; set; } = -1;

    /// <summary>The number of the operation at which the power goes: how much of it comes through is open, and everything after it fails until the crash.</summary>
    public int DiesAt { get; set; } = -1;

    /// <summary>Whether the power has gone.</summary>
    public bool IsDead => isDead;

    public bool FileExists(string path) => files.FileExists(path);

    public bool DirectoryExists(string path) => files.DirectoryExists(path);

    public long? LastModifiedMs(string path) => files.LastModifiedMs(path);

    public IReadOnlyList<string> ListFiles(string directory) => files.ListFiles(Reachable(directory));

    public IReadOnlyList<string> ListDirectories(string directory) => files.ListDirectories(Reachable(directory));

    public (long TotalBytes, long UsableBytes)? SpaceOf(string directory) => files.SpaceOf(Reachable(directory));

    public IDisposable? TryLock(string path) => files.TryLock(Reachable(path));

    public void CreateDirectory(string path)
    {
        Reachable(path);
        for (var directory = path; !string.IsNullOrEmpty(directory) && !files.DirectoryExists(directory); directory = Path.GetDirectoryName(directory))
            CreateMissing(directory);
    }

    public IFile Create(string path, long preallocatedBytes)
    {
        if (preallocatedBytes > FreeBytes)
            throw new IOException("no space left on device");
        DeleteFile(path);
        return Open(path);
    }

    public IFile Open(string path)
    {
        lock (gate)
        {
            var file = files.FileExists(Reachable(path)) ? files.Open(path) : Change(() => files.Open(path), created => Created(path, created));
            return new FaultyFile(this, file, contents[file], path, generation);
        }
    }

    public void DeleteFile(string path)
    {
        if (files.FileExists(Reachable(path)))
            Change(() => files.DeleteFile(path), () => names.Deleted(path));
    }

    public void DeleteDirectory(string path)
    {
        if (files.DirectoryExists(Reachable(path)))
            Change(() => files.DeleteDirectory(path), () => names.DeletedDirectory(path));
    }

    public void RenameFile(string path, string newPath) => Change(() => files.RenameFile(Reachable(path), newPath), () => names.Renamed(path, newPath));

    public void RenameDirectory(string path, string newPath) => Change(() => files.RenameDirectory(Reachable(path), newPath), () => names.RenamedDirectory(path, newPath));

    public void FlushDirectory(string path) => Change(
        () =>
        {
            Reachable(path);
            if (FailsFlush)
                throw new IOException("fsync failed");
        },
        () =>
        {
            if (!isDead)
                names.Flush(path);
        });

    /// <summary>
    /// Cuts the power: every file goes back to what was flushed of it, with none, some or all of the bytes appended since as <paramref name="kept"/> decides
    /// from their number; no name is lost. Files opened before are dead; faults are gone.
    /// </summary>
    public void Crash(Func<long, long> kept)
    {
        names.FlushAll();
        Rebuild((file, content) => content.Survivors(file, kept));
    }

    /// <summary>Cuts the power: of all that was not flushed, bytes and names, any part is lost. Files opened before are dead; faults are gone.</summary>
    public void Crash(Random random)
    {
        names.Cut(random);
        Rebuild((_, content) => content.Survivors(random));
    }

    /// <summary>Takes all faults away; what is written stays.</summary>
    public void Repair() => (FreeBytes, WritesBeforeFailure, FailsFlush, FailsSetLength, FailsUnder, FailsAt, DiesAt, isDead) = (long.MaxValue, int.MaxValue, false, false, null, -1, -1, false);

    string Reachable(string path) =>
        FailsUnder is { } directory && (path == directory || path.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal)) ? throw new IOException("input/output error") : path;

    void Rebuild(Func<IFile, FileContent, byte[]> survivorsOf)
    {
        generation++;
        Repair();
        var survivors = names.Files.ToDictionary(entry => entry.Key, entry => survivorsOf(entry.Value, contents[entry.Value]));
        var directories = names.Directories.ToList();
        (files, names) = (new(), new());
        contents.Clear();
        directories.ForEach(CreateDirectory);
        foreach (var (path, bytes) in survivors)
        {
            using var file = Open(path);
            file.Write(bytes, 0);
            file.Flush();
        }

        names.FlushAll();
    }

    void Created(string path, IFile file)
    {
        contents[file] = new();
        names.Created(path, file);
    }

    void CreateMissing(string directory) => Change(() => files.CreateDirectory(directory), () => names.CreatedDirectory(directory));

    void Change(Action change, Action note) => Change(
        () =>
        {
            change();
            return true;
        },
        _ => note());

    /// <summary>Does something and notes it, so that a crash can undo it. When the power goes in it, nobody is told, and it may have happened.</summary>
    T Change<T>(Func<T> change, Action<T> note)
    {
        lock (gate)
        {
            var dies = Begin();
            var result = change();
            isDead |= dies;
            note(result);
            return isDead ? throw new IOException("the power was cut") : result;
        }
    }

    /// <summary>Counts an operation and fails it if it is to fail; says whether the power goes in it.</summary>
    bool Begin()
    {
        if (isDead)
            throw new IOException("the power was cut");
        var operation = Operations++;
        return operation == FailsAt ? throw new IOException("input/output error") : operation == DiesAt;
    }

    sealed class FaultyFile(FaultyFileSystem disk, IFile file, FileContent content, string path, int generation) : IFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> target, long position)
        {
            disk.Reachable(path);
            return file.Read(target, position);
        }

        public void Write(ReadOnlySpan<byte> source, long position)
        {
            lock (disk.gate)
            {
                ThrowIfStale();
                if (disk.Operations == disk.FailsAt || disk.WritesBeforeFailure-- <= 0)
                    Put(source[..(source.Length / 2)], position);
                var dies = disk.Begin();
                if (disk.WritesBeforeFailure < 0)
                    throw new IOException("write failed");
                var fits = (int)Math.Min(source.Length, disk.FreeBytes);
                Put(source[..fits], position);
                disk.FreeBytes -= fits;
                ThrowIf(dies, fits < source.Length ? "no space left on device" : null);
            }
        }

        public void Reserve(long length) => file.Reserve(length);

        public void SetLength(long length)
        {
            lock (disk.gate)
            {
                ThrowIfStale();
                var dies = disk.Begin();
                ThrowIf(false, disk.FailsSetLength ? "truncate failed" : null);
                file.SetLength(length);
                content.SetLength(length);
                ThrowIf(dies, null);
            }
        }

        public void Flush()
        {
            lock (disk.gate)
            {
                ThrowIfStale();
                var dies = disk.Begin();
                ThrowIf(dies, disk.FailsFlush ? "fsync failed" : null);
                content.Flush(file);
            }
        }

        public void Dispose()
        {
        }

        void Put(ReadOnlySpan<byte> bytes, long position)
        {
            file.Write(bytes, position);
            content.Wrote(bytes, position);
        }

        void ThrowIf(bool dies, string? failure)
        {
            disk.isDead |= dies;
            if (dies || failure is not null)
                throw new IOException(failure ?? "the power was cut");
        }

        void ThrowIfStale()
        {
            disk.Reachable(path);
            if (generation != disk.generation || disk.isDead)
                throw new IOException("the power was cut");
        }
    }
}
