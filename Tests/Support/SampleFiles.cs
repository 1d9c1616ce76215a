using System.Collections.Concurrent;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Support;

/// <summary>Copies data directories into memory, where a broker opens them at once.</summary>
static class SampleFiles
{
    const int PreallocatedIndexBytes = 10 << 20;
    const int LargestIndexEntry = 12;

    static readonly ConcurrentDictionary<string, Lazy<MemoryFileSystem>> samples = [];

    /// <summary>A copy of a sample directory, <c>clean</c> or <c>killed</c>.</summary>
    public static MemoryFileSystem Of(string kind, string directory)
    {
        var sample = samples.GetOrAdd(kind, name => new(() => Unpack(name, directory))).Value;
        var files = new MemoryFileSystem();
        Copy(sample, files, directory);
        return files;
    }

    /// <summary>Copies all but the lock of a broker that may be running on it.</summary>
    public static void Copy(IFileSystem from, IFileSystem to, string directory)
    {
        to.CreateDirectory(directory);
        foreach (var name in from.ListFiles(directory).Where(name => name != ".lock"))
            to.WriteAtomically(Path.Combine(directory, name), from.ReadAllBytes(Path.Combine(directory, name)));
        foreach (var name in from.ListDirectories(directory))
            Copy(from, to, Path.Combine(directory, name));
    }

    static MemoryFileSystem Unpack(string kind, string directory)
    {
        using var sample = new SampleDirectory(kind);
        var files = new MemoryFileSystem();
        Unpack(sample.Path, files, directory);
        return files;
    }

    static void Unpack(string source, MemoryFileSystem files, string directory)
    {
        files.CreateDirectory(directory);
        foreach (var path in Directory.EnumerateFiles(source))
            files.WriteAtomically(Path.Combine(directory, Path.GetFileName(path)), Shortened(File.ReadAllBytes(path)));
        foreach (var path in Directory.EnumerateDirectories(source))
            Unpack(path, files, Path.Combine(directory, Path.GetFileName(path)));
    }

    /// <summary>The zeros that an index is preallocated with are a hole on a disk, and megabytes in memory.</summary>
    static byte[] Shortened(byte[] content)
    {
        if (content.Length <= PreallocatedIndexBytes - LargestIndexEntry)
            return content;
        var used = content.AsSpan().TrimEnd((byte)0).Length;
        return content[..((used + 23) / 24 * 24)];
    }
}
