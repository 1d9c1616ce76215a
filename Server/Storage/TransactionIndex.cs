using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>The aborted transactions whose markers stand in a segment. Its file exists only once there is one.</summary>
sealed class TransactionIndex(IFileSystem files, string directory, long baseOffset, string fileSuffix = "") : IDisposable
{
    List<AbortedTransaction> entries = [];
    IFile? file;

    public string Path { get; private set; } = LogFiles.PathOf(directory, baseOffset, LogFiles.TransactionIndexSuffix) + fileSuffix;

    /// <summary>The entries by the offset of their marker; a list that never changes.</summary>
    public IReadOnlyList<AbortedTransaction> Entries => Volatile.Read(ref entries);

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

        entries = loaded;
        return bytes.Length % AbortedTransaction.Size == 0;
    }

    public void Append(AbortedTransaction transaction)
    {
        Span<byte> bytes = stackalloc byte[AbortedTransaction.Size];
        transaction.Write(bytes);
        file ??= files.Open(Path);
        file.Write(bytes, (long)entries.Count * AbortedTransaction.Size);
        Volatile.Write(ref entries, [.. entries, transaction]);
    }

    /// <summary>Drops the transactions whose markers are at or above an offset.</summary>
    public void Truncate(long offset)
    {
        if (!files.FileExists(Path))
            return;
        Volatile.Write(ref entries, entries.FindAll(transaction => transaction.LastOffset < offset));
        file ??= files.Open(Path);
        file.SetLength((long)entries.Count * AbortedTransaction.Size);
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
}
