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
    readonly Record.Field key;
    readonly Record.Field value;

    LegacyRecord(ReadOnlySpan<byte> bytes, Record.Field key, Record.Field value)
    {
        this.bytes = bytes;
        this.key = key;
        this.value = value;
    }

    public long Offset => BinaryPrimitives.ReadInt64BigEndian(bytes);

    public int SizeInBytes => bytes.Length;

    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcPosition..]);

    public byte Magic => bytes[MagicPosition];

    public CompressionType CompressionType => (CompressionType)(bytes[AttributesPosition] & CompressionMask);

    public TimestampType TimestampType => Magic < MagicWithTimestamp ? TimestampType.NoTimestampType
        : (bytes[AttributesPosition] & TimestampTypeMask) == 0 ? TimestampType.CreateTime : TimestampType.LogAppendTime;

    public long Timestamp => Magic < MagicWithTimestamp ? RecordBatch.NoTimestamp : BinaryPrimitives.ReadInt64BigEndian(bytes[TimestampPosition..]);

    public bool HasKey => key.IsPresent;

    public ReadOnlySpan<byte> Key => key.In(bytes);

    public bool HasValue => value.IsPresent;

    public ReadOnlySpan<byte> Value => value.In(bytes);

    public bool IsCrcValid => IsCrcOf(bytes);

    /// <summary>
    /// Takes the first message off the front. False without an error when too few bytes are left for what it announces: a set may be cut off at its end, and that part is no message.
    /// A message that is taken may still have a wrong CRC.
    /// </summary>
    public static bool TryTakeFirst(scoped ref ReadOnlySpan<byte> source, out LegacyRecord message, out MessageSetError error)
    {
        message = default;
        error = MessageSetError.None;
        if (source.Length < LogOverhead)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(source[LengthPosition..]);
        if (length < SmallestLength)
        {
            error = MessageSetError.CorruptRecord;
            return false;
        }

        if (length > source.Length - LogOverhead)
            return false;
        var bytes = source[..(LogOverhead + length)];
        if (!TryParse(bytes, out message))
        {
            error = IsCrcOf(bytes) ? MessageSetError.InvalidRecord : MessageSetError.CorruptRecord;
            return false;
        }

        source = source[message.SizeInBytes..];
        return true;
    }

    /// <summary>The message as a record, with the offset and timestamp that its wrapper gives it.</summary>
    internal Record ToRecord(long offset, long timestamp) => new(bytes, offset, timestamp, key, value, bytes.Length, 0);

    static bool IsCrcOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcPosition..]) == Crc32.HashToUInt32(bytes[MagicPosition..]);

    static bool TryParse(ReadOnlySpan<byte> bytes, out LegacyRecord message)
    {
        message = default;
        var magic = bytes[MagicPosition];
        var keyLengthPosition = TimestampPosition + (magic == MagicWithTimestamp ? sizeof(long) : 0);
        if (magic > MagicWithTimestamp || !TryReadField(bytes, keyLengthPosition, out var key) || !TryReadField(bytes, key.End, out var value))
            return false;
        message = new(bytes, key, value);
        return true;
    }

    static bool TryReadField(ReadOnlySpan<byte> bytes, int lengthPosition, out Record.Field field)
    {
        field = default;
        var position = lengthPosition + sizeof(int);
        if (position > bytes.Length)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[lengthPosition..]);
        field = new(position, length);
        return length >= NullLength && length <= bytes.Length - position;
    }
}
