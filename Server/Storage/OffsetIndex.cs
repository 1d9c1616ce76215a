using System.Buffers.Binary;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>Where to start looking for an offset in a segment: sparse entries of relative offset and position, 8 bytes each.</summary>
sealed class OffsetIndex(IFileSystem files, string directory, long baseOffset, string fileSuffix = "") : IDisposable
{
    public const int EntrySize = 8;

    public IndexFile File { get; } = new(files, LogFiles.PathOf(directory, baseOffset, LogFiles.OffsetIndexSuffix) + fileSuffix, EntrySize);

    /// <summary>True when the file holds a sane index: entries left at zero are room that a broker had reserved when it died.</summary>
    public bool TryLoad(bool intoMemory) => File.TryLoad(intoMemory) && (File.Count == 0 || ReadEntry(File.Count - 1).Offset > baseOffset);

    public bool IsFull(int maxIndexBytes) => File.Count >= maxIndexBytes / EntrySize;

    public void Append(long offset, int position)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt32BigEndian(entry, (int)(offset - baseOffset));
        BinaryPrimitives.WriteInt32BigEndian(entry[4..], position);
        File.Append(entry);
    }

    /// <summary>The entry with the greatest offset that is not greater than the one wanted; the segment's start when there is none.</summary>
    public OffsetPosition Lookup(long offset)
    {
        var relativeOffset = offset - baseOffset;
        var found = File.LastIndexWhere(static (entry, target) => BinaryPrimitives.ReadInt32BigEndian(entry) <= target, relativeOffset);
        return found < 0 ? new(baseOffset, 0) : ReadEntry(found);
    }

    public OffsetPosition LastEntry() => File.Count == 0 ? new(baseOffset, 0) : ReadEntry(File.Count - 1);

    /// <summary>Drops the entries at and above an offset.</summary>
    public void Truncate(long offset)
    {
        var relativeOffset = offset - baseOffset;
        File.Truncate(File.LastIndexWhere(static (entry, target) => BinaryPrimitives.ReadInt32BigEndian(entry) < target, relativeOffset) + 1);
    }

    public void Dispose() => File.Dispose();

    OffsetPosition ReadEntry(int index)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        File.Read(index, entry);
        return new(baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry), BinaryPrimitives.ReadInt32BigEndian(entry[4..]));
    }
}

/// <summary>An offset and the byte of the segment's file where a batch with it begins.</summary>
readonly record struct OffsetPosition(long Offset, int Position);
