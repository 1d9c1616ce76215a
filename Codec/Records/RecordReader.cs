using System.Runtime.CompilerServices;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Codec.Records;

/// <summary>
/// Reads the uncompressed records of a batch one after the other, without copying, allocating or throwing: after the last record, or at the first corrupt one,
/// <see cref="TryRead"/> is false, and <see cref="Error"/> tells the two apart.
/// </summary>
public ref struct RecordReader
{
    const int AttributesSize = 1;

    readonly ReadOnlySpan<byte> bytes;
    readonly long baseOffset;
    readonly long baseTimestamp;
    readonly long logAppendTime;
    readonly bool isLogAppendTime;
    readonly int count;
    int position;

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
    public int RecordsRead { get; private set; }

    public bool TryRead(out Record record)
    {
        if (Error is null && RecordsRead < count)
            return TryReadNext(out record);
        record = default;
        return Error is null && position < bytes.Length && Fail("bytes left after the last record");
    }

    bool TryReadNext(out Record record)
    {
        var bodyPosition = position;
        if (TryReadVarInt(bytes, ref bodyPosition, out var bodySize) && bodySize >= 0 && bodySize <= bytes.Length - bodyPosition)
        {
            var whole = bytes[position..(bodyPosition + bodySize)];
            if (TryParse(whole, bodyPosition - position, out record))
            {
                position += whole.Length;
                RecordsRead++;
                return true;
            }
        }

        record = default;
        return Fail("a record goes beyond the batch, or its fields do not fill its size");
    }

    readonly bool TryParse(ReadOnlySpan<byte> record, int at, out Record parsed)
    {
        at += AttributesSize;
        if (at <= record.Length && TryReadVarLong(record, ref at, out var timestampDelta) && TryReadVarInt(record, ref at, out var offsetDelta)
            && TryReadField(record, ref at, out var key) && TryReadField(record, ref at, out var value)
            && TryReadVarInt(record, ref at, out var headerCount) && EndsWithHeaders(record, at, headerCount))
        {
            parsed = new(record, baseOffset + offsetDelta, isLogAppendTime ? logAppendTime : baseTimestamp + timestampDelta, key, value, at, headerCount);
            return true;
        }

        parsed = default;
        return false;
    }

    static bool EndsWithHeaders(ReadOnlySpan<byte> record, int at, int headerCount)
    {
        if (headerCount < 0)
            return false;
        for (var i = 0; i < headerCount; i++)
        {
            if (!TryReadField(record, ref at, out var key) || !key.IsPresent || !TryReadField(record, ref at, out _))
                return false;
        }

        return at == record.Length;
    }

    static bool TryReadField(ReadOnlySpan<byte> record, scoped ref int at, out Record.Field field)
    {
        var isRead = TryReadVarInt(record, ref at, out var length) && length <= record.Length - at;
        field = new(at, length);
        at = field.End;
        return isRead;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TryReadVarInt(ReadOnlySpan<byte> record, scoped ref int at, out int value)
    {
        if (!TryReadShort(record, ref at, out var raw))
            return TryReadLongVarInt(record, ref at, out value);
        value = VarInt.UnZigZag(raw);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TryReadVarLong(ReadOnlySpan<byte> record, scoped ref int at, out long value)
    {
        if (!TryReadShort(record, ref at, out var raw))
            return TryReadLongVarLong(record, ref at, out value);
        value = VarInt.UnZigZag(raw);
        return true;
    }

    /// <summary>One or two bytes, as nearly all are: sizes below 8 KiB, and what records differ by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TryReadShort(ReadOnlySpan<byte> record, scoped ref int at, out uint raw)
    {
        raw = 0;
        if ((uint)at >= (uint)record.Length)
            return false;
        raw = record[at];
        if (raw < 0x80)
        {
            at++;
            return true;
        }

        if ((uint)(at + 1) >= (uint)record.Length || record[at + 1] >= 0x80)
            return false;
        raw = (raw & 0x7f) | ((uint)record[at + 1] << 7);
        at += 2;
        return true;
    }

    static bool TryReadLongVarInt(ReadOnlySpan<byte> record, scoped ref int at, out int value)
    {
        var isRead = VarInt.TryRead(record[at..], out value, out int size);
        at += size;
        return isRead;
    }

    static bool TryReadLongVarLong(ReadOnlySpan<byte> record, scoped ref int at, out long value)
    {
        var isRead = VarInt.TryRead(record[at..], out value, out int size);
        at += size;
        return isRead;
    }

    bool Fail(string error)
    {
        Error = $"{error} (record {RecordsRead} of {count})";
        return false;
    }
}
