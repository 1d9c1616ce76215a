using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using DotNetty.Buffers;

namespace NettyKafka.Codec.Wire;

/// <summary>
/// Writes the protocol's types into one growing buffer, through its span. Given a chunk list, <c>records</c> are not copied: each is noted with the
/// position it belongs at, and <see cref="RecordsChunk"/> says how the pieces leave. Call <see cref="Complete"/> when all is written.
/// </summary>
public ref struct KafkaWriter
{
    readonly IByteBuffer buffer;
    readonly List<RecordsChunk>? chunks;
    readonly int start;
    Span<byte> span;
    int position;

    public KafkaWriter(IByteBuffer buffer, List<RecordsChunk>? chunks = null)
    {
        this.buffer = buffer;
        this.chunks = chunks;
        start = buffer.WriterIndex;
        span = WritableSpan();
    }

    /// <summary>Bytes written into the buffer so far; records kept as chunks are not among them.</summary>
    public readonly int Position => position;

    public void WriteBool(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt8(sbyte value) => Take(1)[0] = (byte)value;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(2), value);

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(4), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    public void WriteFloat64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Take(8), value);

    public void WriteUuid(Uuid value) => value.Write(Take(Uuid.Size));

    public void WriteUnsignedVarInt(uint value) => VarInt.WriteUnsigned(Take(VarInt.SizeOfUnsigned(value)), value);

    public void WriteVarInt(int value) => WriteUnsignedVarInt((uint)VarInt.ZigZag(value));

    public void WriteVarLong(long value) => VarInt.Write(Take(VarInt.SizeOf(value)), value);

    public void WriteString(string value, bool compact)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > short.MaxValue)
            throw new ProtocolException($"string of {length} bytes: {short.MaxValue} is the longest");
        if (compact)
            WriteUnsignedVarInt((uint)length + 1);
        else
            WriteInt16((short)length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void WriteNullableString(string? value, bool compact)
    {
        if (value is not null)
            WriteString(value, compact);
        else if (compact)
            WriteUnsignedVarInt(0);
        else
            WriteInt16(-1);
    }

    public void WriteBytes(ReadOnlySpan<byte> value, bool compact)
    {
        WriteLength(value.Length, compact);
        value.CopyTo(Take(value.Length));
    }

    public void WriteNullableBytes(byte[]? value, bool compact)
    {
        if (value is null)
            WriteLength(-1, compact);
        else
            WriteBytes(value, compact);
    }

    public void WriteRecords(Records records, bool compact) => WriteNullableRecords(records, compact);

    public void WriteNullableRecords(Records? records, bool compact)
    {
        WriteLength(records?.SizeInBytes ?? -1, compact);
        if (records is null || records.SizeInBytes == 0)
            return;
        if (chunks is null)
            records.Span.CopyTo(Take(records.SizeInBytes));
        else
            chunks.Add(new(position, records));
    }

    /// <summary>Writes the length of an array or of bytes; -1 is null.</summary>
    public void WriteLength(int length, bool compact)
    {
        if (compact)
            WriteUnsignedVarInt((uint)(length + 1));
        else
            WriteInt32(length);
    }

    public void WriteRaw(scoped ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Begins a tagged field; its size is put before it by <see cref="EndTagged"/>.</summary>
    public int BeginTagged(uint tag)
    {
        WriteUnsignedVarInt(tag);
        Take(1);
        return position;
    }

    public void EndTagged(int begin)
    {
        var size = position - begin;
        var sizeOfSize = VarInt.SizeOfUnsigned((uint)size);
        if (sizeOfSize > 1)
        {
            Take(sizeOfSize - 1);
            span.Slice(begin, size).CopyTo(span[(begin + sizeOfSize - 1)..]);
        }

        VarInt.WriteUnsigned(span[(begin - 1)..], (uint)size);
    }

    /// <summary>Overwrites four bytes written before, such as a frame's length.</summary>
    public readonly void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32BigEndian(span.Slice(at, 4), value);

    /// <summary>Makes what was written readable in the buffer.</summary>
    public readonly void Complete() => buffer.SetWriterIndex(start + position);

    Span<byte> Take(int length)
    {
        if (span.Length - position < length)
            Grow(length);
        var taken = span.Slice(position, length);
        position += length;
        return taken;
    }

    void Grow(int length)
    {
        buffer.SetWriterIndex(start + position);
        buffer.EnsureWritable(length);
        span = WritableSpan();
    }

    readonly Span<byte> WritableSpan() =>
        MemoryMarshal.CreateSpan(ref buffer.Array[0], buffer.Array.Length).Slice(buffer.ArrayOffset + start, buffer.Capacity - start);
}
