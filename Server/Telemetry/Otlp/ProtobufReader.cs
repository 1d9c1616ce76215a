using System.Buffers.Binary;
using System.Text;

namespace NettyKafka.Server.Telemetry.Otlp;

/// <summary>Reads the fields of a protobuf message one after the other. It never throws: after bytes that are no message there are no more fields, and it is not valid.</summary>
ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    const int Varint = 0;
    const int Fixed64 = 1;
    const int LengthDelimited = 2;
    const int Fixed32 = 5;
    const int MaxVarintBytes = 10;

    ReadOnlySpan<byte> rest = bytes;

    /// <summary>False once bytes were no message.</summary>
    public bool IsValid { get; private set; } = true;

    public int Field { get; private set; }

    /// <summary>The value of a number, as its bits.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of a string, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public readonly double Double => BitConverter.UInt64BitsToDouble(Number);

    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Goes on to the next field.</summary>
    public bool Next()
    {
        if (rest.IsEmpty || !IsValid)
            return false;
        var tag = ReadVarint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case Varint:
                Number = ReadVarint();
                break;
            case Fixed64:
                var eight = Take(sizeof(ulong));
                Number = IsValid ? BinaryPrimitives.ReadUInt64LittleEndian(eight) : 0;
                break;
            case LengthDelimited:
                Bytes = Take(ReadVarint());
                break;
            case Fixed32:
                var four = Take(sizeof(uint));
                Number = IsValid ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;
                break;
            default:
                IsValid = false;
                break;
        }

        return IsValid;
    }

    ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)rest.Length)
        {
            IsValid = false;
            return default;
        }

        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    ulong ReadVarint()
    {
        var value = 0ul;
        for (var i = 0; i < MaxVarintBytes && i < rest.Length; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] >= 0x80)
                continue;
            rest = rest[(i + 1)..];
            return value;
        }

        IsValid = false;
        return 0;
    }
}
