namespace NettyKafka.Server.Storage.Files;

/// <summary>
/// Files in memory that fail as disks do: a crash loses what was not flushed or keeps a part of it, a write stops halfway, the disk is full, an fsync fails.
/// Names are durable at once.
/// </summary>
public sealed class FaultyFileSystem : IFileSystem
{
    readonly MemoryFileSystem files = new();
    readonly Dictionary<IFile, FileContent> contents = [];
    int generation;

    public bool IsInMemory => true;

    /// <summary>Bytes that can still be written before the disk is full.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    /// <summary>Writes that still succeed; the one after them is torn in the middle and fails, as do all that follow.</summary>
    public int WritesBeforeFailure { get; set; } = int.MaxValue;

    public bool FailsFlush { get; set; }

    public bool FailsSetLength { get; set; }

    public bool FileExists(string path) => files.FileExists(path);

    public bool DirectoryExists(string path) => files.DirectoryExists(path);

    public long? LastModifiedMs(string path) => files.LastModifiedMs(path);

    public void CreateDirectory(string path) => files.CreateDirectory(path);

    public IReadOnlyList<string> ListFiles(string directory) => files.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => files.ListDirectories(directory);

    public void DeleteFile(string path) => files.DeleteFile(path);

    public void DeleteDirectory(string path) => files.DeleteDirectory(path);

    public void RenameFile(string path, string newPath) => files.RenameFile(path, newPath);

    public void RenameDirectory(string path, string newPath) => files.RenameDirectory(path, newPath);

    public void FlushDirectory(string path) => ThrowIfFlushFails();

    public IDisposable? TryLock(string path) => files.TryLock(path);

    public IFile Create(string path, long preallocatedBytes)
    {
        DeleteFile(path);
        return Open(path);
    }

    public IFile Open(string path)
    {
        var opened = files.Open(path);
        if (!contents.TryGetValue(opened, out var content))
            contents.Add(opened, content = new());
        return new FaultyFile(this, opened, content, generation);
    }

    /// <summary>
    /// Cuts the power: every file goes back to what was flushed of it, with none, some or all of the bytes appended since as <paramref name="kept"/> decides
    /// from their number. Files opened before are dead; faults are gone.
    /// </summary>
    public void Crash(Func<long, long> kept)
    {
        generation++;
        (FreeBytes, WritesBeforeFailure, FailsFlush, FailsSetLength) = (long.MaxValue, int.MaxValue, false, false);
        foreach (var (file, content) in contents)
        {
            var appended = Math.Max(0, file.Length - content.Durable.Length);
            var survivors = new byte[content.Durable.Length + Math.Clamp(kept(appended), 0, appended)];
            file.Read(survivors, 0);
            content.Durable.CopyTo(survivors, 0);
            file.SetLength(0);
            file.Write(survivors, 0);
            content.Durable = survivors;
        }
    }

    void ThrowIfFlushFails()
    {
        if (FailsFlush)
            throw new IOException("fsync failed");
    }

    /// <summary>What would be left of a file if the power went now.</summary>
    sealed class FileContent
    {
        public byte[] Durable { get; set; } = [];
    }

    sealed class FaultyFile(FaultyFileSystem disk, IFile file, FileContent content, int generation) : IFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> target, long position) => file.Read(target, position);

        public void Write(ReadOnlySpan<byte> source, long position)
        {
            ThrowIfDead();
            if (disk.WritesBeforeFailure-- <= 0)
                WritePart(source, position, source.Length / 2, "write failed");
            if (source.Length > disk.FreeBytes)
                WritePart(source, position, (int)disk.FreeBytes, "no space left on device");
            disk.FreeBytes -= source.Length;
            file.Write(source, position);
        }

        public void SetLength(long length)
        {
            ThrowIfDead();
            if (disk.FailsSetLength)
                throw new IOException("truncate failed");
            file.SetLength(length);
        }

        public void Flush()
        {
            ThrowIfDead();
            disk.ThrowIfFlushFails();
            var durable = new byte[file.Length];
            file.Read(durable, 0);
            content.Durable = durable;
        }

        public void Dispose()
        {
        }

        void WritePart(ReadOnlySpan<byte> source, long position, int count, string failure)
        {
            file.Write(source[..count], position);
            disk.FreeBytes -= count;
            throw new IOException(failure);
        }

        void ThrowIfDead()
        {
            if (generation != disk.generation)
                throw new IOException("the power was cut");
        }
    }
}
