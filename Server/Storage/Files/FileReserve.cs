namespace NettyKafka.Server.Storage.Files;

/// <summary>
/// Room behind the end of a file that is appended to: a write to blocks that are the file's already costs a quarter less. It grows with the file, so that small files
/// stay small.
/// </summary>
sealed class FileReserve(IFile file)
{
    const int LargeWriteBytes = 128 << 10;
    const int MinBytes = 1 << 20;
    const int MaxBytes = 16 << 20;

    long reserved;

    /// <summary>What is known to be reserved, up to a length of the file.</summary>
    public void Has(long length) => reserved = length;

    /// <summary>Makes room before so many bytes are written at the end, and for as many more as the file may soon need.</summary>
    public void Extend(long end, int bytes)
    {
        var needed = end + bytes;
        if (needed <= reserved || (needed < MinBytes && bytes < LargeWriteBytes))
            return;
        reserved = needed + Math.Clamp(needed, MinBytes, MaxBytes);
        file.Reserve(reserved);
    }

    /// <summary>Gives back what is behind the end.</summary>
    public void Release(long end)
    {
        if (reserved <= end)
            return;
        file.SetLength(end);
        reserved = 0;
    }
}
