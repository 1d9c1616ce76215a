using NettyKafka.Codec.Records.Compression;

namespace NettyKafka.Codec.Records;

/// <summary>
/// Reads the records of a message set (magic 0 and 1), those inside compressed messages with their absolute offsets. Every CRC is checked. It does not throw: after the
/// last record, or at the first corrupt message, <see cref="TryRead"/> is false, and <see cref="Error"/> tells the two apart. A record is valid until the next is read.
/// </summary>
public ref struct MessageSetReader(ReadOnlySpan<byte> messages, int maxDecompressedBytes = CompressionCodec.DefaultMaxDecompressedBytes)
{
    ReadOnlySpan<byte> rest = messages;
    ReadOnlySpan<byte> inner;
    PooledBuffer? decompressed;
    LegacyRecord outer;
    long innerBaseOffset;

    public MessageSetError Error { get; private set; }

    /// <summary>What is wrong with the bytes; null while all is well.</summary>
    public string? ErrorMessage { get; private set; }

    /// <summary>What became of the compressed message last opened.</summary>
    public DecompressionResult DecompressionResult { get; private set; }

    /// <summary>How many bytes it held.</summary>
    public readonly int DecompressedBytes => decompressed?.WrittenCount ?? 0;

    /// <summary>The magic of the record last read; inside a compressed message it should be that of <see cref="Outer"/>.</summary>
    public byte Magic { get; private set; }

    /// <summary>The message that holds the record last read: one that wraps it, or the record itself.</summary>
    public readonly LegacyRecord Outer => outer;

    public bool TryRead(out Record record)
    {
        record = default;
        if (Error != MessageSetError.None)
            return false;
        if (!inner.IsEmpty)
            return TryReadInner(out record);
        if (!TryTake(ref rest, out outer))
            return false;
        if (outer.CompressionType != CompressionType.None)
            return TryOpen() && TryReadInner(out record);
        record = outer.ToRecord(outer.Offset, outer.Timestamp);
        return true;
    }

    public readonly void Dispose() => decompressed?.Dispose();

    bool TryReadInner(out Record record)
    {
        record = default;
        if (!TryTake(ref inner, out var message))
            return Error == MessageSetError.None && Fail(MessageSetError.InvalidRecord, "a message inside a compressed one is cut off");
        if (message.CompressionType != CompressionType.None)
            return Fail(MessageSetError.InvalidRecord, "a message inside a compressed one is itself compressed");
        var timestamp = outer.TimestampType == TimestampType.LogAppendTime && message.Magic >= LegacyRecord.MagicWithTimestamp ? outer.Timestamp : message.Timestamp;
        record = message.ToRecord(innerBaseOffset + message.Offset, timestamp);
        return true;
    }

    bool TryOpen()
    {
        if (!outer.HasValue)
            return Fail(MessageSetError.InvalidRecord, "a compressed message has no value");
        if (outer.CompressionType > CompressionType.Lz4)
            return Fail(MessageSetError.InvalidRecord, $"messages of magic {outer.Magic} cannot be compressed with {outer.CompressionType}");
        decompressed ??= new(maxDecompressedBytes);
        decompressed.Clear();
        var result = DecompressionResult = CompressionCodec.Decompress(outer.CompressionType, outer.Magic, outer.Value, decompressed);
        if (result == DecompressionResult.TooLarge)
            return Fail(MessageSetError.TooLarge, $"a message compressed with {outer.CompressionType} holds more than {maxDecompressedBytes} bytes");
        if (result != DecompressionResult.Done)
            return Fail(MessageSetError.InvalidRecord, $"a message compressed with {outer.CompressionType} does not decompress: {result}");
        inner = decompressed.WrittenSpan;
        return TryFindBaseOffset();
    }

    /// <summary>With magic 1 the offsets inside are relative, and the wrapper has the offset of the last one. Some clients leave that at 0.</summary>
    bool TryFindBaseOffset()
    {
        var messages = inner;
        var (lastInnerOffset, isEmpty) = (0L, true);
        while (LegacyRecord.TryTakeFirst(ref messages, out var message, out _))
            (lastInnerOffset, isEmpty) = (message.Offset, false);
        if (isEmpty && inner.Length < LegacyRecord.LogOverhead)
            return Fail(MessageSetError.InvalidRecord, "a compressed message holds no other");
        innerBaseOffset = outer.Magic < LegacyRecord.MagicWithTimestamp || outer.Offset == 0 ? 0 : outer.Offset - lastInnerOffset;
        return innerBaseOffset >= 0 || Fail(MessageSetError.InvalidRecord, "a compressed message has a smaller offset than the last one inside");
    }

    bool TryTake(scoped ref ReadOnlySpan<byte> source, out LegacyRecord message)
    {
        if (!LegacyRecord.TryTakeFirst(ref source, out message, out var error))
            return error != MessageSetError.None && Fail(error, "a message is shorter than the shortest possible, has an unknown magic, or its fields go beyond its size");
        Magic = message.Magic;
        return message.IsCrcValid || Fail(MessageSetError.CorruptRecord, "a message's CRC is wrong");
    }

    bool Fail(MessageSetError error, string message)
    {
        (Error, ErrorMessage) = (error, message);
        return false;
    }
}
