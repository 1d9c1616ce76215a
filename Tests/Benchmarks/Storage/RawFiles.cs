using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>Files through nothing but the system's calls: what no log can be faster than.</summary>
static class RawFiles
{
    const int Mebibyte = 1 << 20;

    public static SafeFileHandle Create(string path) => File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);

    public static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Writes a block again and again, to one file after the other, and says how many bytes that were.</summary>
    public static long Fill(SafeFileHandle[] files, ReadOnlySpan<byte> block, long bytes)
    {
        var count = bytes / block.Length;
        for (var i = 0L; i < count; i++)
            RandomAccess.Write(files[i % files.Length], block, i / files.Length * block.Length);
        return count * block.Length;
    }

    /// <summary>Reads a file in pieces of 1 MiB into a buffer that stays the same.</summary>
    public static long Read(string path, Action<ReadOnlyMemory<byte>>? use = null)
    {
        using var file = Open(path);
        var buffer = new byte[Mebibyte];
        var position = 0L;
        for (int read; (read = RandomAccess.Read(file, buffer, position)) > 0; position += read)
            use?.Invoke(buffer.AsMemory(0, read));
        return position;
    }

    /// <summary>Copies the files of a directory and of those in it.</summary>
    public static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var directory in Directory.GetDirectories(from))
            CopyTree(directory, Path.Combine(to, Path.GetFileName(directory)));
    }

    /// <summary>Does the same with each path, on as many threads, and adds up what comes out.</summary>
    public static long OnThreads(int count, IEnumerable<string> paths, Func<string, long> work)
    {
        var queue = new ConcurrentQueue<string>(paths);
        var sum = 0L;
        Exception? failure = null;
        var threads = Enumerable.Range(0, count).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failure is null ? sum : throw new IOException($"A thread failed: {failure.Message}", failure);

        void Work()
        {
            try
            {
                while (queue.TryDequeue(out var path))
                    Interlocked.Add(ref sum, work(path));
            }
            catch (Exception e)
            {
                failure = e;
            }
        }
    }
}
