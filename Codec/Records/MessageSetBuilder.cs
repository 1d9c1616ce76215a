using System.Buffers.Binary;
using System.IO.Hashing;
using NettyKafka.Codec.Records.Compression;

namespace NettyKafka.Codec.Records;

/// <summary>
/// Builds a message set of magic 0 or 1 in pooled buffers; with a codec, one message that wraps all. What <see cref="Build"/> returns is valid until the builder is disposed
/// or appended to. Headers have no place in these formats and are left out.
/// </summary>
public sealed class MessageSetBuilder : IDisposable
{
    const int KeyAndValueLengths = 2 * sizeof(int);

    readonly PooledBuffer messages;
    readonly PooledBuffer compressed = new();
    readonly PooledBuffer wrapper = new();
    readonly byte magic;
    long baseOffset = -1;
    long lastOffset = -1;
    long maxTimestamp = RecordBatch.NoTimestamp;

    /// <summary>The messages, before compression, may take up to <paramref name="maxBytes"/>.</summary>
    public MessageSetBuilder(byte magic, CompressionType compressionType = CompressionType.None, int maxBytes = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(magic, LegacyRecord.MagicWithTimestamp);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)compressionType, (int)CompressionType.Lz4, nameof(compressionType));
        this.magic = magic;
        messages = new(maxBytes);
        CompressionType = compressionType;
    }

    public CompressionType CompressionType { get; }

    /// <summary>The one timestamp of a set whose records bear the log's append time; null where they bear their own.</summary>
    public long? LogAppendTime { get; init; }

    /// <summary>The size of the messages, before compression.</summary>
    public int UncompressedSizeInBytes => messages.WrittenCount;

    /// <summary>Appends a copy of the record with its own offset and timestamp; false when that goes beyond the limit.</summary>
    public bool TryAppend(in Record record)
    {
        if (SizeOf(record.Key, record.Value) > messages.Remaining)
            return false;
        if (baseOffset < 0)
            baseOffset = record.Offset;
        lastOffset = record.Offset;
        var isWrapped = CompressionType != CompressionType.None;
        var timestamp = isWrapped ? record.Timestamp : LogAppendTime ?? record.Timestamp;
        maxTimestamp = Math.Max(maxTimestamp, timestamp);
        var offset = isWrapped && magic >= LegacyRecord.MagicWithTimestamp ? record.Offset - baseOffset : record.Offset;
        Write(messages, offset, timestamp, CompressionType.None, record.HasKey, record.Key, record.HasValue, record.Value);
        return true;
    }

    public Span<byte> Build()
    {
        if (CompressionType == CompressionType.None || messages.WrittenCount == 0)
            return messages.WrittenSpan;
        compressed.Clear();
        wrapper.Clear();
        CompressionCodec.Compress(CompressionType, magic, messages.WrittenSpan, compressed);
        Write(wrapper, lastOffset, LogAppendTime ?? maxTimestamp, CompressionType, false, default, true, compressed.WrittenSpan);
        return wrapper.WrittenSpan;
    }

    public byte[] ToArray() => Build().ToArray();

    public void Dispose()
    {
        messages.Dispose();
        compressed.Dispose();
        wrapper.Dispose();
    }

    int HeaderSize => LegacyRecord.TimestampPosition + (magic >= LegacyRecord.MagicWithTimestamp ? sizeof(long) : 0);

    int SizeOf(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => HeaderSize + KeyAndValueLengths + key.Length + value.Length;

    void Write(PooledBuffer target, long offset, long timestamp, CompressionType codec, bool hasKey, ReadOnlySpan<byte> key, bool hasValue, ReadOnlySpan<byte> value)
    {
        var hasTimestamp = magic >= LegacyRecord.MagicWithTimestamp;
        var size = SizeOf(key, value);
        var room = target.GetSpan(size)[..size];
        BinaryPrimitives.WriteInt64BigEndian(room, offset);
        BinaryPrimitives.WriteInt32BigEndian(room[LegacyRecord.LengthPosition..], size - LegacyRecord.LogOverhead);
        room[LegacyRecord.MagicPosition] = magic;
        room[LegacyRecord.AttributesPosition] = (byte)((int)codec | (hasTimestamp && LogAppendTime is not null ? LegacyRecord.TimestampTypeMask : 0));
        if (hasTimestamp)
            BinaryPrimitives.WriteInt64BigEndian(room[LegacyRecord.TimestampPosition..], timestamp);
        WriteBytes(room[HeaderSize..], hasKey, key);
        WriteBytes(room[(HeaderSize + sizeof(int) + key.Length)..], hasValue, value);
        BinaryPrimitives.WriteUInt32BigEndian(room[LegacyRecord.CrcPosition..], Crc32.HashToUInt32(room[LegacyRecord.MagicPosition..]));
        target.Advance(size);
    }

    static void WriteBytes(Span<byte> room, bool isPresent, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32BigEndian(room, isPresent ? value.Length : -1);
        value.CopyTo(room[sizeof(int)..]);
    }
}
