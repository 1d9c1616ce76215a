namespace NettyKafka.Server.Storage.Files;

/// <summary>
/// A file in memory: chunks of <see cref="ChunkSize"/>, of which the first grows from small so that thousands of little logs stay cheap.
/// Readers see a consistent prefix while the writer appends.
/// </summary>
sealed class MemoryFile : IFile
{
    public const int ChunkSize = 64 << 10;

    const int SmallestChunk = 256;

    byte[]?[] chunks = [];
    long length;

    public long Length => Volatile.Read(ref length);

    public int Read(Span<byte> target, long position)
    {
        var available = (int)Math.Min(target.Length, Length - position);
        if (available <= 0)
            return 0;
        var current = Volatile.Read(ref chunks);
        var read = 0;
        while (read < available)
        {
            var index = (position + read) / ChunkSize;
            if (index >= current.Length || current[index] is not { } chunk)
                break;
            var part = chunk.AsSpan((int)((position + read) % ChunkSize));
            var count = Math.Min(part.Length, available - read);
            part[..count].CopyTo(target[read..]);
            read += count;
        }

        return read;
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        if (position > length)
            SetLength(position);
        EnsureCapacity(position + source.Length);
        while (source.Length > 0)
        {
            var chunk = chunks[position / ChunkSize]!.AsSpan((int)(position % ChunkSize));
            var count = Math.Min(chunk.Length, source.Length);
            source[..count].CopyTo(chunk);
            source = source[count..];
            position += count;
        }

        if (position > length)
            Volatile.Write(ref length, position);
    }

    public void Reserve(long newLength)
    {
    }

    public void SetLength(long newLength)
    {
        EnsureCapacity(newLength);
        if (newLength < length)
            Shrink(newLength);
        Volatile.Write(ref length, newLength);
    }

    public void Flush()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>What lies behind the end is zero, so that a file that grows again shows nothing old.</summary>
    void Shrink(long newLength)
    {
        var kept = ChunksFor(newLength);
        Volatile.Write(ref length, newLength);
        Volatile.Write(ref chunks, chunks[..kept]);
        if (newLength % ChunkSize > 0)
            chunks[kept - 1]!.AsSpan((int)(newLength % ChunkSize)).Clear();
    }

    void EnsureCapacity(long capacity)
    {
        var count = ChunksFor(capacity);
        if (count == 0)
            return;
        if (chunks.Length <= 1)
            GrowFirst((int)Math.Min(capacity, ChunkSize));
        if (count > chunks.Length)
        {
            var grown = new byte[Math.Max(count, chunks.Length * 2)][];
            chunks.CopyTo(grown, 0);
            Volatile.Write(ref chunks, grown);
        }

        for (var i = count - 1; i > 0 && chunks[i] is null; i--)
            Volatile.Write(ref chunks[i], new byte[ChunkSize]);
    }

    void GrowFirst(int capacity)
    {
        var first = chunks.Length == 0 ? [] : chunks[0]!;
        if (first.Length >= capacity)
            return;
        var size = Math.Max(SmallestChunk, first.Length);
        while (size < capacity)
            size *= 2;
        Array.Resize(ref first, size);
        Volatile.Write(ref chunks, [first]);
    }

    static int ChunksFor(long capacity) => (int)((capacity + ChunkSize - 1) / ChunkSize);
}
