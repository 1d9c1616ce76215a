using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Support;

/// <summary>A disk whose power goes at a step: of all that changes files or their names, the first few are done and nothing after them.</summary>
public sealed class StoppingFileSystem : IFileSystem
{
    readonly FaultyFileSystem disk = new();

    /// <summary>Steps that are still done.</summary>
    public int StepsLeft { get; set; } = int.MaxValue;

    public bool IsInMemory => true;

    /// <summary>The disk after the power is back, with as much of what was not flushed as asked.</summary>
    public FaultyFileSystem Crash(Func<long, long> kept)
    {
        disk.Crash(kept);
        return disk;
    }

    public bool FileExists(string path) => disk.FileExists(path);

    public bool DirectoryExists(string path) => disk.DirectoryExists(path);

    public long? LastModifiedMs(string path) => disk.LastModifiedMs(path);

    public (long TotalBytes, long UsableBytes)? SpaceOf(string directory) => disk.SpaceOf(directory);

    public IReadOnlyList<string> ListFiles(string directory) => disk.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => disk.ListDirectories(directory);

    public IDisposable? TryLock(string path) => disk.TryLock(path);

    public void CreateDirectory(string path) => Step(() => disk.CreateDirectory(path));

    public void DeleteFile(string path) => Step(() => disk.DeleteFile(path));

    public void DeleteDirectory(string path) => Step(() => disk.DeleteDirectory(path));

    public void RenameFile(string path, string newPath) => Step(() => disk.RenameFile(path, newPath));

    public void RenameDirectory(string path, string newPath) => Step(() => disk.RenameDirectory(path, newPath));

    public void FlushDirectory(string path) => Step(() => disk.FlushDirectory(path));

    public IFile Open(string path)
    {
        if (!disk.FileExists(path))
            Step(static () => { });
        return new SteppingFile(this, disk.Open(path));
    }

    public IFile Create(string path, long preallocatedBytes)
    {
        Step(static () => { });
        return new SteppingFile(this, disk.Create(path, preallocatedBytes));
    }

    void Step(Action action)
    {
        if (StepsLeft-- <= 0)
        {
            StepsLeft = 0;
            throw new IOException("the power was cut");
        }

        action();
    }

    sealed class SteppingFile(StoppingFileSystem disk, IFile file) : IFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> target, long position) => file.Read(target, position);

        public void Write(ReadOnlySpan<byte> source, long position)
        {
            var bytes = source.ToArray();
            disk.Step(() => file.Write(bytes, position));
        }

        public void Reserve(long length) => file.Reserve(length);

        public void SetLength(long length) => disk.Step(() => file.SetLength(length));

        public void Flush() => disk.Step(file.Flush);

        public void Dispose() => file.Dispose();
    }
}
