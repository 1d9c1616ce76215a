using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>
/// The fixed-size entries of an index. Those of an active segment stand in memory and reach the file when the segment is rolled, flushed or closed: recovery
/// rebuilds what is missing. A sealed index is searched in its file, so that old segments hold no memory and no mapping.
/// </summary>
sealed class IndexFile(IFileSystem files, string path, int entrySize) : IDisposable
{
    const int LargestEntry = 16;

    readonly Lock fileLock = new();
    byte[] entries = [];
    byte[] lastEntry = [];
    int count;
    int writtenCount;
    bool isSealed;
    IFile? file;

    public delegate bool EntryPredicate(ReadOnlySpan<byte> entry, long target);

    public string Path { get; private set; } = path;

    public int Count => Volatile.Read(ref count);

    /// <summary>
    /// Takes over the entries in the file; false when it is missing or no whole number of entries long. Without <paramref name="intoMemory"/> they stay in the file,
    /// but for the last one, which is what is asked for most. The file is not kept open.
    /// </summary>
    public bool TryLoad(bool intoMemory)
    {
        if (!files.FileExists(Path))
            return false;
        using var opened = files.Open(Path);
        var length = opened.Length;
        if (length % entrySize != 0)
            return false;
        count = writtenCount = (int)(length / entrySize);
        isSealed = !intoMemory;
        entries = ReadBytes(opened, 0, intoMemory ? (int)length : 0);
        lastEntry = intoMemory || count == 0 ? [] : ReadBytes(opened, length - entrySize, entrySize);
        return true;
    }

    public void Append(ReadOnlySpan<byte> entry)
    {
        if (isSealed)
            Unseal();
        var current = entries;
        if (current.Length < (count + 1) * entrySize)
            Array.Resize(ref current, Math.Max(entrySize * 16, current.Length * 2));
        entry.CopyTo(current.AsSpan(count * entrySize));
        Volatile.Write(ref entries, current);
        Volatile.Write(ref count, count + 1);
    }

    public void Read(int index, Span<byte> target)
    {
        var current = Volatile.Read(ref entries);
        if (current.Length >= (index + 1) * entrySize)
            current.AsSpan(index * entrySize, entrySize).CopyTo(target);
        else if (index == count - 1 && Volatile.Read(ref lastEntry) is { Length: > 0 } last)
            last.CopyTo(target);
        else if (OpenFile().Read(target[..entrySize], (long)index * entrySize) != entrySize)
            throw new IOException($"{Path} ends before its entry {index}");
    }

    /// <summary>The last entry that meets a condition which the first ones meet and the others do not; -1 when none does.</summary>
    public int LastIndexWhere(EntryPredicate condition, long target)
    {
        Span<byte> entry = stackalloc byte[LargestEntry];
        var (low, high) = (-1, Count - 1);
        while (low < high)
        {
            var middle = low + (high - low + 1) / 2;
            Read(middle, entry);
            if (condition(entry[..entrySize], target))
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <summary>Drops everything, also what a load refused.</summary>
    public void Reset()
    {
        Volatile.Write(ref count, 0);
        Volatile.Write(ref entries, []);
        Volatile.Write(ref lastEntry, []);
        (writtenCount, isSealed) = (0, false);
        OpenFile().SetLength(0);
    }

    public void Truncate(int newCount)
    {
        if (newCount >= count)
            return;
        if (isSealed)
            Unseal();
        Volatile.Write(ref count, newCount);
        writtenCount = Math.Min(writtenCount, newCount);
        OpenFile().SetLength((long)writtenCount * entrySize);
    }

    /// <summary>Brings all entries into the file, which then has nothing else in it.</summary>
    public void Write()
    {
        if (isSealed)
            return;
        var target = OpenFile();
        if (count == writtenCount && target.Length == (long)count * entrySize)
            return;
        target.Write(entries.AsSpan(writtenCount * entrySize, (count - writtenCount) * entrySize), (long)writtenCount * entrySize);
        if (target.Length != (long)count * entrySize)
            target.SetLength((long)count * entrySize);
        writtenCount = count;
    }

    public void Flush() => OpenFile().Flush();

    /// <summary>Writes the entries and lets go of them: from now on the file is searched.</summary>
    public void Seal()
    {
        if (isSealed)
            return;
        Write();
        isSealed = true;
        if (count > 0)
            Volatile.Write(ref lastEntry, entries.AsSpan((count - 1) * entrySize, entrySize).ToArray());
        Volatile.Write(ref entries, []);
    }

    public void Rename(string newPath)
    {
        lock (fileLock)
        {
            files.RenameFile(Path, newPath);
            Path = newPath;
        }
    }

    public void Dispose() => Interlocked.Exchange(ref file, null)?.Dispose();

    void Unseal()
    {
        Volatile.Write(ref entries, ReadBytes(OpenFile(), 0, count * entrySize));
        Volatile.Write(ref lastEntry, []);
        isSealed = false;
    }

    byte[] ReadBytes(IFile source, long position, int length)
    {
        var bytes = length == 0 ? [] : new byte[length];
        return source.Read(bytes, position) == length ? bytes : throw new IOException($"{Path} ends before {position + length} bytes");
    }

    /// <summary>Opened when it is first needed, never between the two halves of a rename: by its old name it would be made anew, empty.</summary>
    IFile OpenFile()
    {
        if (Volatile.Read(ref file) is { } opened)
            return opened;
        lock (fileLock)
            return file ??= files.Open(Path);
    }
}
