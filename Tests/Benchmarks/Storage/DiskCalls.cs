using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>What .NET has no call for: the page cache, and fdatasync.</summary>
static partial class DiskCalls
{
    const int DontNeed = 4;
    const string BytesReadLabel = "read_bytes: ";

    /// <summary>How many bytes this process has had read from a disk; null where the system does not say.</summary>
    public static long? BytesRead()
    {
        const string Path = "/proc/self/io";
        var line = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(line => line.StartsWith(BytesReadLabel, StringComparison.Ordinal)) : null;
        return line is null ? null : long.Parse(line.AsSpan(BytesReadLabel.Length), CultureInfo.InvariantCulture);
    }

    /// <summary>Takes all files below a directory out of the page cache.</summary>
    public static void DropPages(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return;
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            // Only pages that are on the disk are dropped.
            RandomAccess.FlushToDisk(file);
            Check(Advise(file, 0, 0, DontNeed), $"posix_fadvise of {path}");
        }
    }

    public static void FlushData(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
            Check(DataSync(file), "fdatasync");
        else
            RandomAccess.FlushToDisk(file);
    }

    static void Check(int error, string call)
    {
        if (error != 0)
            throw new IOException($"{call} failed: {error}");
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    private static partial int DataSync(SafeFileHandle file);
}
