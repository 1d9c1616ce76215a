using NettyKafka.Codec.Records.Compression;

namespace NettyKafka.Codec.Records;

/// <summary>
/// Reads the records of a message set (magic 0 and 1), those inside compressed messages with their absolute offsets. Every CRC is checked. It does not throw: after the
/// last record, or at the first corrupt message, <see cref="TryRead"/> is false, and <see cref="Error"/> tells the two apart. A record is valid until the next is read.
/// </summary>
public ref struct MessageSetReader(ReadOnlySpan<byte> messages, int maxDecompressedBytes = CompressionCodec.DefaultMaxDecompressedBytes)
{
    ReadOnlySpan<byte> outer = messages;
    ReadOnlySpan<byte> inner;
    PooledBuffer? decompressed;
    LegacyRecord wrapper;
    long innerBaseOffset;

    /// <summary>What is wrong with the bytes; null while all is well.</summary>
    public string? Error { get; private set; }

    public bool TryRead(out Record record)
    {
        record = default;
        if (Error is not null)
            return false;
        if (inner.IsEmpty)
        {
            if (!TryTake(ref outer, out var message))
                return false;
            if (message.CompressionType == CompressionType.None)
            {
                record = message.ToRecord(message.Offset, message.Timestamp);
                return true;
            }

            if (!TryOpen(message))
                return false;
        }

        return TryReadInner(out record);
    }

    public readonly void Dispose() => decompressed?.Dispose();

    bool TryReadInner(out Record record)
    {
        record = default;
        if (!TryTake(ref inner, out var message))
            return Fail(Error ?? "a message inside a compressed one is cut off");
        if (message.CompressionType != CompressionType.None)
            return Fail("a message inside a compressed one is itself compressed");
        var timestamp = wrapper.TimestampType == TimestampType.LogAppendTime && message.Magic >= LegacyRecord.MagicWithTimestamp ? wrapper.Timestamp : message.Timestamp;
        record = message.ToRecord(innerBaseOffset + message.Offset, timestamp);
        return true;
    }

    bool TryOpen(LegacyRecord message)
    {
        if (!message.HasValue)
            return Fail("a compressed message has no value");
        if (message.CompressionType > CompressionType.Lz4)
            return Fail($"messages of magic {message.Magic} cannot be compressed with {message.CompressionType}");
        decompressed ??= new(maxDecompressedBytes);
        decompressed.Clear();
        var result = CompressionCodec.Decompress(message.CompressionType, message.Magic, message.Value, decompressed);
        if (result != DecompressionResult.Done)
            return Fail($"a message compressed with {message.CompressionType} does not decompress: {result}");
        wrapper = message;
        inner = decompressed.WrittenSpan;
        return TryFindBaseOffset();
    }

    /// <summary>With magic 1 the offsets inside are relative, and the wrapper has the offset of the last one. Some clients leave that at 0.</summary>
    bool TryFindBaseOffset()
    {
        var rest = inner;
        var lastInnerOffset = -1L;
        while (LegacyRecord.TryTakeFirst(ref rest, out var message, out _))
            lastInnerOffset = message.Offset;
        if (lastInnerOffset < 0)
            return Fail("a compressed message holds no valid one");
        innerBaseOffset = wrapper.Magic < LegacyRecord.MagicWithTimestamp || wrapper.Offset == 0 ? 0 : wrapper.Offset - lastInnerOffset;
        return innerBaseOffset >= 0 || Fail("a compressed message has a smaller offset than the last one inside");
    }

    bool TryTake(scoped ref ReadOnlySpan<byte> source, out LegacyRecord message)
    {
        if (!LegacyRecord.TryTakeFirst(ref source, out message, out var error))
            return error is not null && Fail(error);
        return message.IsCrcValid || Fail("a message's CRC is wrong");
    }

    bool Fail(string error)
    {
        Error = error;
        return false;
    }
}
