using System.Buffers.Binary;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>Entries of 12 bytes, timestamp and relative offset: up to that offset no record of the segment is later than that time.</summary>
sealed class TimeIndex(IFileSystem files, string directory, long baseOffset, string fileSuffix = "") : IDisposable
{
    public const int EntrySize = 12;

    const long NoTimestamp = -1;

    public IndexFile File { get; } = new(files, LogFiles.PathOf(directory, baseOffset, LogFiles.TimeIndexSuffix) + fileSuffix, EntrySize);

    /// <summary>True when the file holds a sane index: entries left at zero are room that a broker had reserved when it died.</summary>
    public bool TryLoad(bool intoMemory) => File.TryLoad(intoMemory) && (File.Count == 0 || (LastEntry().Offset >= baseOffset && LastEntry().Timestamp >= ReadEntry(0).Timestamp && !EndsInReserve()));

    /// <summary>One entry is kept for the segment's end.</summary>
    public bool IsFull(int maxIndexBytes) => File.Count >= maxIndexBytes / EntrySize - 1;

    /// <summary>Appends an entry unless it says nothing new: timestamps in the index only grow.</summary>
    public void MaybeAppend(TimestampOffset entry)
    {
        if (entry.Timestamp <= LastEntry().Timestamp)
            return;
        Span<byte> bytes = stackalloc byte[EntrySize];
        BinaryPrimitives.WriteInt64BigEndian(bytes, entry.Timestamp);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], (int)(entry.Offset - baseOffset));
        File.Append(bytes);
    }

    /// <summary>The last entry that is not later than a time; the segment's start when there is none.</summary>
    public TimestampOffset Lookup(long timestamp)
    {
        var found = File.LastIndexWhere(static (entry, target) => BinaryPrimitives.ReadInt64BigEndian(entry) <= target, timestamp);
        return found < 0 ? new(NoTimestamp, baseOffset) : ReadEntry(found);
    }

    public TimestampOffset LastEntry() => File.Count == 0 ? new(NoTimestamp, baseOffset) : ReadEntry(File.Count - 1);

    /// <summary>Drops the entries at and above an offset.</summary>
    public void Truncate(long offset)
    {
        var relativeOffset = offset - baseOffset;
        File.Truncate(File.LastIndexWhere(static (entry, target) => BinaryPrimitives.ReadInt32BigEndian(entry[8..]) < target, relativeOffset) + 1);
    }

    public void Dispose() => File.Dispose();

    /// <summary>One entry of zeros is what a segment has whose first record has the time 0.</summary>
    bool EndsInReserve() => File.Count > 1 && LastEntry() == new TimestampOffset(0, baseOffset);

    TimestampOffset ReadEntry(int index)
    {
        Span<byte> entry = stackalloc byte[EntrySize];
        File.Read(index, entry);
        return new(BinaryPrimitives.ReadInt64BigEndian(entry), baseOffset + BinaryPrimitives.ReadInt32BigEndian(entry[8..]));
    }
}

/// <summary>A timestamp and the offset of a record, or of the batch's last record, that has it.</summary>
public readonly record struct TimestampOffset(long Timestamp, long Offset)
{
    public static readonly TimestampOffset Unknown = new(-1, -1);
}
