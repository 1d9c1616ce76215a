using System.Runtime.CompilerServices;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Codec.Records;

/// <summary>
/// Reads the uncompressed records of a batch one after the other, without copying, allocating or throwing: after the last record, or at the first corrupt one,
/// <see cref="TryRead"/> is false, and <see cref="Error"/> tells the two apart.
/// </summary>
public ref struct RecordReader
{
    readonly ReadOnlySpan<byte> bytes;
    readonly long baseOffset;
    readonly long baseTimestamp;
    readonly long logAppendTime;
    readonly bool isLogAppendTime;
    readonly int count;
    int position;
    int recordsRead;

    /// <summary>Reads <paramref name="records"/>, the uncompressed records of the batch; in an uncompressed batch they are <see cref="RecordBatch.RecordBytes"/>.</summary>
    public RecordReader(RecordBatch batch, ReadOnlySpan<byte> records)
    {
        bytes = records;
        baseOffset = batch.BaseOffset;
        baseTimestamp = batch.BaseTimestamp;
        logAppendTime = batch.MaxTimestamp;
        isLogAppendTime = batch.TimestampType == TimestampType.LogAppendTime;
        count = batch.RecordCount;
        if (count < 0)
            Error = "negative record count";
    }

    /// <summary>What is wrong with the bytes; null while all is well.</summary>
    public string? Error { get; private set; }

    /// <summary>How many records have been read.</summary>
    public readonly int RecordsRead => recordsRead;

    public bool TryRead(out Record record)
    {
        record = default;
        if (Error is not null)
            return false;
        if (recordsRead == count)
            return position < bytes.Length && Fail("bytes left after the last record");
        var start = position;
        if (!TryReadVarInt(bytes, ref position, out var size) || size < 0 || size > bytes.Length - position)
            return Fail("a record's size is no varint or goes beyond the batch");
        if (!TryReadBody(bytes.Slice(position, size), position + size - start, out record))
            return Fail("a record's fields do not fill its size");
        position += size;
        recordsRead++;
        return true;
    }

    bool TryReadBody(ReadOnlySpan<byte> body, int sizeInBytes, out Record record)
    {
        record = default;
        var at = 1;
        if (body.IsEmpty || !TryReadVarLong(body, ref at, out var timestampDelta) || !TryReadVarInt(body, ref at, out var offsetDelta)
            || !TryReadBytes(body, ref at, out var hasKey, out var key) || !TryReadBytes(body, ref at, out var hasValue, out var value)
            || !TryReadHeaders(body, at, out var headers))
            return false;
        record = new()
        {
            Offset = baseOffset + offsetDelta,
            Timestamp = isLogAppendTime ? logAppendTime : baseTimestamp + timestampDelta,
            HasKey = hasKey,
            Key = key,
            HasValue = hasValue,
            Value = value,
            Headers = headers,
            SizeInBytes = sizeInBytes,
        };
        return true;
    }

    static bool TryReadHeaders(ReadOnlySpan<byte> body, int at, out RecordHeaders headers)
    {
        headers = default;
        if (!TryReadVarInt(body, ref at, out var headerCount) || headerCount < 0)
            return false;
        var start = at;
        for (var i = 0; i < headerCount; i++)
        {
            if (!TryReadBytes(body, ref at, out var hasKey, out _) || !hasKey || !TryReadBytes(body, ref at, out _, out _))
                return false;
        }

        headers = new(headerCount, body[start..at]);
        return at == body.Length;
    }

    static bool TryReadBytes(ReadOnlySpan<byte> body, scoped ref int at, out bool isPresent, out ReadOnlySpan<byte> value)
    {
        value = default;
        isPresent = false;
        if (!TryReadVarInt(body, ref at, out var length) || length > body.Length - at)
            return false;
        isPresent = length >= 0;
        if (!isPresent)
            return true;
        value = body.Slice(at, length);
        at += length;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TryReadVarInt(ReadOnlySpan<byte> body, scoped ref int at, out int value)
    {
        if ((uint)at < (uint)body.Length && body[at] < 0x80)
        {
            value = VarInt.UnZigZag((uint)body[at++]);
            return true;
        }

        if (!VarInt.TryRead(body[at..], out value, out int size))
            return false;
        at += size;
        return true;
    }

    static bool TryReadVarLong(ReadOnlySpan<byte> body, scoped ref int at, out long value)
    {
        if (!VarInt.TryRead(body[at..], out value, out int size))
            return false;
        at += size;
        return true;
    }

    bool Fail(string error)
    {
        Error = $"{error} (record {recordsRead} of {count})";
        return false;
    }
}
