using System.Buffers.Binary;
using NettyKafka.Codec.Records.Compression;

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

    internal const int CompressionMask = 0x07;
    internal const int TimestampTypeMask = 0x08;
    internal const int TransactionalMask = 0x10;
    internal const int ControlMask = 0x20;
    internal const int DeleteHorizonMask = 0x40;

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
    public int Length
    {
        get => BinaryPrimitives.ReadInt32BigEndian(bytes[LengthPosition..]);
        internal set => BinaryPrimitives.WriteInt32BigEndian(bytes[LengthPosition..], value);
    }

    public int PartitionLeaderEpoch
    {
        get => BinaryPrimitives.ReadInt32BigEndian(bytes[PartitionLeaderEpochPosition..]);
        set => BinaryPrimitives.WriteInt32BigEndian(bytes[PartitionLeaderEpochPosition..], value);
    }

    public byte Magic
    {
        get => bytes[MagicPosition];
        internal set => bytes[MagicPosition] = value;
    }

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

    /// <summary>The time from which compaction may remove the batch's tombstones or its marker; it stands in place of the base timestamp. Null until one is set.</summary>
    public long? DeleteHorizonMs => HasDeleteHorizon ? BaseTimestamp : null;

    public int LastOffsetDelta
    {
        get => BinaryPrimitives.ReadInt32BigEndian(bytes[LastOffsetDeltaPosition..]);
        internal set => BinaryPrimitives.WriteInt32BigEndian(bytes[LastOffsetDeltaPosition..], value);
    }

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public long NextOffset => LastOffset + 1;

    public long BaseTimestamp
    {
        get => BinaryPrimitives.ReadInt64BigEndian(bytes[BaseTimestampPosition..]);
        internal set => BinaryPrimitives.WriteInt64BigEndian(bytes[BaseTimestampPosition..], value);
    }

    public long MaxTimestamp
    {
        get => BinaryPrimitives.ReadInt64BigEndian(bytes[MaxTimestampPosition..]);
        internal set => BinaryPrimitives.WriteInt64BigEndian(bytes[MaxTimestampPosition..], value);
    }

    public long ProducerId
    {
        get => BinaryPrimitives.ReadInt64BigEndian(bytes[ProducerIdPosition..]);
        internal set => BinaryPrimitives.WriteInt64BigEndian(bytes[ProducerIdPosition..], value);
    }

    public short ProducerEpoch
    {
        get => BinaryPrimitives.ReadInt16BigEndian(bytes[ProducerEpochPosition..]);
        internal set => BinaryPrimitives.WriteInt16BigEndian(bytes[ProducerEpochPosition..], value);
    }

    public int BaseSequence
    {
        get => BinaryPrimitives.ReadInt32BigEndian(bytes[BaseSequencePosition..]);
        internal set => BinaryPrimitives.WriteInt32BigEndian(bytes[BaseSequencePosition..], value);
    }

    public bool HasProducerId => ProducerId > NoProducerId;

    /// <summary>The sequence of the last record; sequences go on with 0 after the greatest int.</summary>
    public int LastSequence => BaseSequence == NoSequence ? NoSequence : (int)(((long)BaseSequence + LastOffsetDelta) & int.MaxValue);

    /// <summary>The number of records as the header says; the last offset delta can be greater after compaction.</summary>
    public int RecordCount
    {
        get => BinaryPrimitives.ReadInt32BigEndian(bytes[RecordCountPosition..]);
        internal set => BinaryPrimitives.WriteInt32BigEndian(bytes[RecordCountPosition..], value);
    }

    /// <summary>The records as they stand in the batch: compressed as <see cref="CompressionType"/> says.</summary>
    public Span<byte> RecordBytes => bytes[HeaderSize..];

    /// <summary>
    /// The records one by one, decompressed if need be; a batch that holds more than <paramref name="maxDecompressedBytes"/> is refused as a corrupt one is, by an
    /// <see cref="InvalidRecordException"/>.
    /// </summary>
    public RecordIterator ReadRecords(int maxDecompressedBytes = CompressionCodec.DefaultMaxDecompressedBytes) => new(this, maxDecompressedBytes);

    public bool IsCrcValid => Crc == Crc32C.Compute(bytes[AttributesPosition..]);

    /// <summary>Sets the greatest timestamp and whose clock it is of, and the CRC with them.</summary>
    public void SetMaxTimestamp(TimestampType type, long maxTimestamp)
    {
        var current = TimestampType;
        if (current == type && MaxTimestamp == maxTimestamp)
            return;
        Attributes = (short)(type == TimestampType.LogAppendTime ? Attributes | TimestampTypeMask : Attributes & ~TimestampTypeMask);
        MaxTimestamp = maxTimestamp;
        UpdateCrc();
    }

    /// <summary>Writes the header of this batch without its records: offsets, sequences, epochs and the greatest timestamp stay, as compaction needs them for the producer's state.</summary>
    public void WriteEmptied(Span<byte> target)
    {
        bytes[..HeaderSize].CopyTo(target);
        var emptied = new RecordBatch(target[..HeaderSize]);
        emptied.Length = HeaderSize - LogOverhead;
        emptied.Attributes = (short)(Attributes & (TimestampTypeMask | TransactionalMask | ControlMask));
        emptied.BaseTimestamp = NoTimestamp;
        emptied.RecordCount = 0;
        emptied.UpdateCrc();
    }

    public void UpdateCrc() => BinaryPrimitives.WriteUInt32BigEndian(bytes[CrcPosition..], Crc32C.Compute(bytes[AttributesPosition..]));

    /// <summary>
    /// Takes the first whole batch off the front of <paramref name="source"/>; false when too few bytes are left for what the length field says, or the length is no batch's.
    /// </summary>
    public static bool TryTakeFirst(scoped ref Span<byte> source, out RecordBatch batch)
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
