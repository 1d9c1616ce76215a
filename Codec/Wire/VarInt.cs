namespace NettyKafka.Codec.Wire;

/// <summary>Variable-length integers: seven bits a byte, least significant first; signed ones are zigzag-encoded.</summary>
public static class VarInt
{
    public const int MaxIntSize = 5;
    public const int MaxLongSize = 10;

    public static int ZigZag(int value) => (value << 1) ^ (value >> 31);

    public static long ZigZag(long value) => (value << 1) ^ (value >> 63);

    public static int UnZigZag(uint value) => (int)(value >> 1) ^ -(int)(value & 1);

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    public static int SizeOfUnsigned(uint value) => (System.Numerics.BitOperations.Log2(value | 1) / 7) + 1;

    public static int SizeOfUnsigned(ulong value) => (System.Numerics.BitOperations.Log2(value | 1) / 7) + 1;

    public static int SizeOf(int value) => SizeOfUnsigned((uint)ZigZag(value));

    public static int SizeOf(long value) => SizeOfUnsigned((ulong)ZigZag(value));

    /// <summary>Writes the value and returns how many bytes it took.</summary>
    public static int WriteUnsigned(Span<byte> target, ulong value)
    {
        var size = 0;
        while (value >= 0x80)
        {
            target[size++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[size++] = (byte)value;
        return size;
    }

    public static int Write(Span<byte> target, int value) => WriteUnsigned(target, (uint)ZigZag(value));

    public static int Write(Span<byte> target, long value) => WriteUnsigned(target, (ulong)ZigZag(value));

    /// <summary>Reads an unsigned 32-bit value; false when it is cut off or longer than five bytes.</summary>
    public static bool TryReadUnsigned(ReadOnlySpan<byte> source, out uint value, out int size)
    {
        value = 0;
        for (size = 0; size < MaxIntSize && size < source.Length;)
        {
            var b = source[size];
            value |= (uint)(b & 0x7f) << (7 * size++);
            if (b < 0x80)
                return true;
        }

        return false;
    }

    /// <summary>Reads an unsigned 64-bit value; false when it is cut off or longer than ten bytes.</summary>
    public static bool TryReadUnsigned(ReadOnlySpan<byte> source, out ulong value, out int size)
    {
        value = 0;
        for (size = 0; size < MaxLongSize && size < source.Length;)
        {
            var b = source[size];
            value |= (ulong)(b & 0x7f) << (7 * size++);
            if (b < 0x80)
                return true;
        }

        return false;
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out int value, out int size)
    {
        var read = TryReadUnsigned(source, out uint raw, out size);
        value = UnZigZag(raw);
        return read;
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out long value, out int size)
    {
        var read = TryReadUnsigned(source, out ulong raw, out size);
        value = UnZigZag(raw);
        return read;
    }
}
