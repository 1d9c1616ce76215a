using System.Buffers.Binary;
using System.Text;

namespace NettyKafka.Codec.Wire;

/// <summary>
/// Reads the protocol's types from one frame. Every read is checked against the bytes left; what does not fit is a <see cref="ProtocolException"/>.
/// <c>compact</c> chooses between the old lengths and those of flexible versions.
/// </summary>
public ref struct KafkaReader
{
    /// <summary>All arrays of a message together have no more elements: memory for far more than any real message needs, and no more.</summary>
    public const int MaxElements = 1 << 20;

    /// <summary>What is no UTF-8 would come back longer than it came, and fit nowhere.</summary>
    static readonly UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly Memory<byte> frame;
    readonly Span<byte> bytes;
    int position;
    long elements;

    public KafkaReader(Memory<byte> frame)
    {
        this.frame = frame;
        bytes = frame.Span;
    }

    public readonly int Position => position;

    public readonly int Remaining => bytes.Length - position;

    /// <summary>True once a <c>records</c> field was read: the message then refers to the frame, which has to outlive it.</summary>
    public bool HasRecords { get; private set; }

    public bool ReadBool() => Take(1)[0] != 0;

    public sbyte ReadInt8() => (sbyte)Take(1)[0];

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public double ReadFloat64() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public Uuid ReadUuid() => Uuid.Read(Take(Uuid.Size));

    public uint ReadUnsignedVarInt()
    {
        if (!VarInt.TryReadUnsigned(bytes[position..], out uint value, out var size))
            throw new ProtocolException($"no unsigned varint at byte {position}");
        position += size;
        return value;
    }

    public int ReadVarInt() => VarInt.UnZigZag(ReadUnsignedVarInt());

    public long ReadVarLong()
    {
        if (!VarInt.TryRead(bytes[position..], out long value, out var size))
            throw new ProtocolException($"no varlong at byte {position}");
        position += size;
        return value;
    }

    public string ReadString(bool compact) => ReadNullableString(compact) ?? throw new ProtocolException($"null string at byte {position} where none is allowed");

    public string? ReadNullableString(bool compact)
    {
        var length = compact ? ReadCompactLength() : ReadInt16();
        if (length < 0)
            return null;
        if (length > short.MaxValue)
            throw new ProtocolException($"string of {length} bytes at byte {position}: {short.MaxValue} is the longest");
        try
        {
            return utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException e)
        {
            throw new ProtocolException($"string of {length} bytes before byte {position} is no UTF-8: {e.Message}");
        }
    }

    public byte[] ReadBytes(bool compact) => ReadNullableBytes(compact) ?? throw new ProtocolException($"null bytes at byte {position} where none are allowed");

    public byte[]? ReadNullableBytes(bool compact)
    {
        var length = compact ? ReadCompactLength() : ReadInt32();
        return length < 0 ? null : Take(length).ToArray();
    }

    /// <summary>Reads records as a view of the frame: valid, and writable in place, while the frame lives.</summary>
    public Records? ReadNullableRecords(bool compact)
    {
        var length = compact ? ReadCompactLength() : ReadInt32();
        if (length < 0)
            return null;
        var start = position;
        Take(length);
        HasRecords = true;
        return Records.View(frame.Slice(start, length));
    }

    public Records ReadRecords(bool compact) => ReadNullableRecords(compact) ?? throw new ProtocolException($"null records at byte {position} where none are allowed");

    /// <summary>Reads bytes as they stand; the span is valid while the frame lives.</summary>
    public ReadOnlySpan<byte> ReadRaw(int length) => Take(length);

    /// <summary>Reads an array's length, -1 for null. <paramref name="minElementSize"/> bounds it by the bytes left before anything is allocated.</summary>
    public int ReadNullableArrayLength(bool compact, int minElementSize)
    {
        var length = compact ? ReadCompactLength() : ReadInt32();
        if (length > 0 && (long)length * minElementSize > Remaining)
            throw new ProtocolException($"array of {length} elements at byte {position} with {Remaining} bytes left");
        elements += Math.Max(length, 0);
        if (elements > MaxElements)
            throw new ProtocolException($"array of {length} elements at byte {position}: a message has at most {MaxElements} in all");
        return Math.Max(length, -1);
    }

    public int ReadArrayLength(bool compact, int minElementSize)
    {
        var length = ReadNullableArrayLength(compact, minElementSize);
        return length >= 0 ? length : throw new ProtocolException($"null array at byte {position} where none is allowed");
    }

    public void Skip(uint count)
    {
        if (count > (uint)Remaining)
            throw new ProtocolException($"{count} bytes to skip at byte {position} with {Remaining} left");
        position += (int)count;
    }

    /// <summary>Skips the tagged fields at the end of a struct that knows none.</summary>
    public void SkipTagged()
    {
        for (var count = ReadUnsignedVarInt(); count > 0; count--)
        {
            ReadUnsignedVarInt();
            Skip(ReadUnsignedVarInt());
        }
    }

    /// <summary>Checks that a tagged field filled exactly the size that stood before it.</summary>
    public readonly void EndTagged(int start, uint size)
    {
        if (position - start != size)
            throw new ProtocolException($"tagged field at byte {start} has {position - start} bytes, {size} were announced");
    }

    public readonly void ExpectEnd()
    {
        if (Remaining > 0)
            throw new ProtocolException($"{Remaining} bytes left after the message");
    }

    int ReadCompactLength() => (int)(ReadUnsignedVarInt() - 1);

    Span<byte> Take(int length)
    {
        if ((uint)length > (uint)Remaining)
            throw new ProtocolException($"{length} bytes wanted at byte {position} with {Remaining} left");
        var taken = bytes.Slice(position, length);
        position += length;
        return taken;
    }
}
