using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>The aborted transactions whose markers stand in a segment. Its file exists only once there is one.</summary>
sealed class TransactionIndex(IFileSystem files, string directory, long baseOffset, string fileSuffix = "") : IDisposable
{
    Visible visible = new([], 0);
    IFile? file;

    public string Path { get; private set; } = LogFiles.PathOf(directory, baseOffset, LogFiles.TransactionIndexSuffix) + fileSuffix;

    /// <summary>The entries at this moment, by the offset of their marker.</summary>
    public ReadOnlySpan<AbortedTransaction> Entries
    {
        get
        {
            var (entries, count) = Volatile.Read(ref visible);
            return entries.AsSpan(0, count);
        }
    }

    /// <summary>Takes over the entries in the file, if there is one; false when it holds something else.</summary>
    public bool TryLoad()
    {
        if (!files.FileExists(Path))
            return true;
        var bytes = files.ReadAllBytes(Path);
        var loaded = new List<AbortedTransaction>(bytes.Length / AbortedTransaction.Size);
        for (var position = 0; position + AbortedTransaction.Size <= bytes.Length; position += AbortedTransaction.Size)
        {
            if (!AbortedTransaction.TryRead(bytes.AsSpan(position), out var transaction) || transaction.LastOffset < baseOffset)
                return false;
            loaded.Add(transaction);
        }

        visible = new([.. loaded], loaded.Count);
        return bytes.Length % AbortedTransaction.Size == 0;
    }

    public void Append(AbortedTransaction transaction)
    {
        var (entries, count) = visible;
        Span<byte> bytes = stackalloc byte[AbortedTransaction.Size];
        transaction.Write(bytes);
        file ??= files.Open(Path);
        file.Write(bytes, (long)count * AbortedTransaction.Size);
        if (entries.Length == count)
            Array.Resize(ref entries, Math.Max(4, 2 * count));
        entries[count] = transaction;
        Volatile.Write(ref visible, new(entries, count + 1));
    }

    /// <summary>Drops the transactions whose markers are at or above an offset.</summary>
    public void Truncate(long offset)
    {
        if (!files.FileExists(Path))
            return;
        AbortedTransaction[] kept = [.. Entries.ToArray().Where(transaction => transaction.LastOffset < offset)];
        Volatile.Write(ref visible, new(kept, kept.Length));
        file ??= files.Open(Path);
        file.SetLength((long)kept.Length * AbortedTransaction.Size);
    }

    public void Flush() => file?.Flush();

    /// <summary>Gives up the old name also where there is no file: it may be another segment's by now.</summary>
    public void Rename(string newPath)
    {
        if (files.FileExists(Path))
            files.RenameFile(Path, newPath);
        Path = newPath;
    }

    public void Dispose() => file?.Dispose();

    /// <summary>The entries that readers see: of an array that grows behind them.</summary>
    sealed record Visible(AbortedTransaction[] Entries, int Count);
}
