using System.Buffers.Binary;
using System.IO.Hashing;

namespace NettyKafka.Codec.Records;

/// <summary>One message of a message set (magic 0 or 1) as a view of its bytes; with a codec in its attributes it wraps further ones.</summary>
public readonly ref struct LegacyRecord
{
    public const int LogOverhead = 12;
    public const byte MagicWithTimestamp = 1;

    internal const int LengthPosition = 8;
    internal const int CrcPosition = LogOverhead;
    internal const int MagicPosition = 16;
    internal const int AttributesPosition = 17;
    internal const int TimestampPosition = 18;
    internal const int SmallestLength = 14;
    internal const int TimestampTypeMask = 0x08;

    const int CompressionMask = 0x07;
    const int NullLength = -1;

    readonly ReadOnlySpan<byte> bytes;
    readonly int keyPosition;
    readonly int keyLength;
    readonly int valueLength;

    LegacyRecord(ReadOnlySpan<byte> bytes, int keyPosition, int keyLength, int valueLength)
    {
        this.bytes = bytes;
        this.keyPosition = keyPosition;
        this.keyLength = keyLength;
        this.valueLength = valueLength;
    }

    public long Offset => BinaryPrimitives.ReadInt64BigEndian(bytes);

    public int SizeInBytes => bytes.Length;

    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcPosition..]);

    public byte Magic => bytes[MagicPosition];

    public CompressionType CompressionType => (CompressionType)(bytes[AttributesPosition] & CompressionMask);

    public TimestampType TimestampType => Magic < MagicWithTimestamp ? TimestampType.NoTimestampType
        : (bytes[AttributesPosition] & TimestampTypeMask) == 0 ? TimestampType.CreateTime : TimestampType.LogAppendTime;

    public long Timestamp => Magic < MagicWithTimestamp ? RecordBatch.NoTimestamp : BinaryPrimitives.ReadInt64BigEndian(bytes[TimestampPosition..]);

    public bool HasKey => keyLength != NullLength;

    public ReadOnlySpan<byte> Key => bytes.Slice(keyPosition, Math.Max(keyLength, 0));

    public bool HasValue => valueLength != NullLength;

    public ReadOnlySpan<byte> Value => bytes.Slice(keyPosition + Math.Max(keyLength, 0) + sizeof(int), Math.Max(valueLength, 0));

    public bool IsCrcValid => Crc == Crc32.HashToUInt32(bytes[MagicPosition..]);

    /// <summary>
    /// Takes the first message off the front. False without an error when too few bytes are left for what it announces: a set may be cut off at its end, and that part is no message.
    /// </summary>
    public static bool TryTakeFirst(scoped ref ReadOnlySpan<byte> source, out LegacyRecord message, out string? error)
    {
        message = default;
        error = null;
        if (source.Length < LogOverhead)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(source[LengthPosition..]);
        if (length < SmallestLength)
        {
            error = "a message is shorter than the shortest possible";
            return false;
        }

        if (length > source.Length - LogOverhead)
            return false;
        if (!TryParse(source[..(LogOverhead + length)], out message))
        {
            error = "a message has an unknown magic, or its fields go beyond its size";
            return false;
        }

        source = source[message.SizeInBytes..];
        return true;
    }

    static bool TryParse(ReadOnlySpan<byte> bytes, out LegacyRecord message)
    {
        message = default;
        var magic = bytes[MagicPosition];
        var keyPosition = TimestampPosition + sizeof(int) + (magic == MagicWithTimestamp ? sizeof(long) : 0);
        if (magic > MagicWithTimestamp || bytes.Length < keyPosition + sizeof(int))
            return false;
        var keyLength = BinaryPrimitives.ReadInt32BigEndian(bytes[(keyPosition - sizeof(int))..]);
        var left = bytes.Length - keyPosition - sizeof(int);
        if (keyLength < NullLength || keyLength > left)
            return false;
        left -= Math.Max(keyLength, 0);
        var valueLength = BinaryPrimitives.ReadInt32BigEndian(bytes[(keyPosition + Math.Max(keyLength, 0))..]);
        if (valueLength < NullLength || valueLength > left)
            return false;
        message = new(bytes, keyPosition, keyLength, valueLength);
        return true;
    }
}
