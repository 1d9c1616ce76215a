using System.Buffers.Binary;

namespace NettyKafka.Codec.Records;

/// <summary>
/// A record batch (magic 2), read and changed in place. The base offset and the leader epoch lie before the range of the CRC and are set without touching it;
/// what lies behind needs <see cref="UpdateCrc"/>.
/// </summary>
public readonly ref struct RecordBatch
{
    /// <summary>Base offset and batch length: what stands before the bytes that the length counts.</summary>
    public const int LogOverhead = 12;
    public const int HeaderSize = 61;
    public const int MagicPosition = 16;
    public const byte CurrentMagic = 2;
    public const long NoProducerId = -1;
    public const short NoProducerEpoch = -1;
    public const int NoSequence = -1;
    public const int NoPartitionLeaderEpoch = -1;
    public const long NoTimestamp = -1;

    const int LengthPosition = 8;
    const int PartitionLeaderEpochPosition = 12;
    const int CrcPosition = 17;
    const int AttributesPosition = 21;
    const int LastOffsetDeltaPosition = 23;
    const int BaseTimestampPosition = 27;
    const int MaxTimestampPosition = 35;
    const int ProducerIdPosition = 43;
    const int ProducerEpochPosition = 51;
    const int BaseSequencePosition = 53;
    const int RecordCountPosition = 57;

    const int CompressionMask = 0x07;
    const int TimestampTypeMask = 0x08;
    const int TransactionalMask = 0x10;
    const int ControlMask = 0x20;
    const int DeleteHorizonMask = 0x40;

    readonly Span<byte> bytes;

    /// <summary>A view of exactly one batch; its header must be whole.</summary>
    public RecordBatch(Span<byte> bytes) => this.bytes = bytes;

    public Span<byte> Bytes => bytes;

    public int SizeInBytes => bytes.Length;

    public long BaseOffset
    {
        get => BinaryPrimitives.ReadInt64BigEndian(bytes);
        set => BinaryPrimitives.WriteInt64BigEndian(bytes, value);
    }

    /// <summary>The bytes after this field, as the batch itself says.</summary>
    public int Length => BinaryPrimitives.ReadInt32BigEndian(bytes[LengthPosition..]);

    public int PartitionLeaderEpoch
    {
        get => BinaryPrimitives.ReadInt32BigEndian(bytes[PartitionLeaderEpochPosition..]);
        set => BinaryPrimitives.WriteInt32BigEndian(bytes[PartitionLeaderEpochPosition..], value);
    }

    public byte Magic => bytes[MagicPosition];

    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(bytes[CrcPosition..]);

    public short Attributes
    {
        get => BinaryPrimitives.ReadInt16BigEndian(bytes[AttributesPosition..]);
        set => BinaryPrimitives.WriteInt16BigEndian(bytes[AttributesPosition..], value);
    }

    public CompressionType CompressionType => (CompressionType)(Attributes & CompressionMask);

    public TimestampType TimestampType => (Attributes & TimestampTypeMask) == 0 ? TimestampType.CreateTime : TimestampType.LogAppendTime;

    public bool IsTransactional => (Attributes & TransactionalMask) != 0;

    public bool IsControl => (Attributes & ControlMask) != 0;

    public bool HasDeleteHorizon => (Attributes & DeleteHorizonMask) != 0;

    public int LastOffsetDelta => BinaryPrimitives.ReadInt32BigEndian(bytes[LastOffsetDeltaPosition..]);

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public long NextOffset => LastOffset + 1;

    public long BaseTimestamp => BinaryPrimitives.ReadInt64BigEndian(bytes[BaseTimestampPosition..]);

    public long MaxTimestamp => BinaryPrimitives.ReadInt64BigEndian(bytes[MaxTimestampPosition..]);

    public long ProducerId => BinaryPrimitives.ReadInt64BigEndian(bytes[ProducerIdPosition..]);

    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(bytes[ProducerEpochPosition..]);

    public int BaseSequence => BinaryPrimitives.ReadInt32BigEndian(bytes[BaseSequencePosition..]);

    public bool HasProducerId => ProducerId > NoProducerId;

    /// <summary>The sequence of the last record; sequences go on with 0 after the greatest int.</summary>
    public int LastSequence => BaseSequence == NoSequence ? NoSequence : (int)(((long)BaseSequence + LastOffsetDelta) & int.MaxValue);

    /// <summary>The number of records as the header says; the last offset delta can be greater after compaction.</summary>
    public int RecordCount => BinaryPrimitives.ReadInt32BigEndian(bytes[RecordCountPosition..]);

    /// <summary>The records as they stand in the batch: compressed as <see cref="CompressionType"/> says.</summary>
    public Span<byte> RecordBytes => bytes[HeaderSize..];

    public bool IsCrcValid => Crc == Crc32C.Compute(bytes[AttributesPosition..]);

    /// <summary>Sets the greatest timestamp and whose clock it is of, and the CRC with them.</summary>
    public void SetMaxTimestamp(TimestampType type, long maxTimestamp)
    {
        var current = TimestampType;
        if (current == type && MaxTimestamp == maxTimestamp)
            return;
        Attributes = (short)(type == TimestampType.LogAppendTime ? Attributes | TimestampTypeMask : Attributes & ~TimestampTypeMask);
        BinaryPrimitives.WriteInt64BigEndian(bytes[MaxTimestampPosition..], maxTimestamp);
        UpdateCrc();
    }

    public void UpdateCrc() => BinaryPrimitives.WriteUInt32BigEndian(bytes[CrcPosition..], Crc32C.Compute(bytes[AttributesPosition..]));

    /// <summary>
    /// Takes the first whole batch off the front of <paramref name="source"/>; false when too few bytes are left for what the length field says, or the length is no batch's.
    /// </summary>
    public static bool TryTakeFirst(ref Span<byte> source, out RecordBatch batch)
    {
        batch = default;
        if (source.Length < HeaderSize)
            return false;
        var size = LogOverhead + (long)BinaryPrimitives.ReadInt32BigEndian(source[LengthPosition..]);
        if (size < HeaderSize || size > source.Length)
            return false;
        batch = new(source[..(int)size]);
        source = source[(int)size..];
        return true;
    }
}
