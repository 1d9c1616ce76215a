using System.Text;
using NettyKafka.Codec.Records.Compression;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Codec.Records;

/// <summary>
/// Builds one record batch of magic 2 in pooled buffers. What <see cref="Build"/> returns is valid until the builder is disposed or appended to.
/// </summary>
public sealed class RecordBatchBuilder : IDisposable
{
    // One byte of attributes, which no version uses yet.
    const int AttributesSize = 1;

    readonly PooledBuffer records = new();
    readonly PooledBuffer compressed = new();
    long baseTimestamp = RecordBatch.NoTimestamp;
    long maxTimestamp = RecordBatch.NoTimestamp;
    long nextOffset;
    int lastOffsetDelta = -1;

    public RecordBatchBuilder(long baseOffset = 0)
    {
        BaseOffset = baseOffset;
        nextOffset = baseOffset;
        records.GetSpan(RecordBatch.HeaderSize)[..RecordBatch.HeaderSize].Clear();
        records.Advance(RecordBatch.HeaderSize);
    }

    public long BaseOffset { get; }

    public CompressionType CompressionType { get; init; }

    /// <summary>The codec's level as in Kafka's configs; null for its default.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>The one timestamp of a batch whose records bear the log's append time; null where they bear their own.</summary>
    public long? LogAppendTime { get; init; }

    public long ProducerId { get; init; } = RecordBatch.NoProducerId;

    public short ProducerEpoch { get; init; } = RecordBatch.NoProducerEpoch;

    public int BaseSequence { get; init; } = RecordBatch.NoSequence;

    public bool IsTransactional { get; init; }

    public bool IsControl { get; init; }

    /// <summary>When compaction may remove the tombstones or the marker in the batch; null for never.</summary>
    public long? DeleteHorizonMs { get; init; }

    /// <summary>The last offset of a batch whose last records are gone; null for that of the last record appended.</summary>
    public long? LastOffset { get; init; }

    public int PartitionLeaderEpoch { get; init; } = RecordBatch.NoPartitionLeaderEpoch;

    public int RecordCount { get; private set; }

    /// <summary>The size of the batch as far as it is built, before compression.</summary>
    public int UncompressedSizeInBytes => records.WrittenCount;

    public void Append(long timestamp, byte[]? key, byte[]? value, params ReadOnlySpan<RecordHeader> headers) =>
        AppendWithOffset(nextOffset, timestamp, key, value, headers);

    public void AppendWithOffset(long offset, long timestamp, byte[]? key, byte[]? value, params ReadOnlySpan<RecordHeader> headers) =>
        WriteHeaders(StartRecord(offset, timestamp, key is not null, key, value is not null, value, headers.Length, SizeOf(headers)), headers);

    /// <summary>Appends a copy of the record under another offset.</summary>
    public void AppendWithOffset(long offset, in Record record)
    {
        var headers = record.Headers;
        headers.Bytes.CopyTo(StartRecord(offset, record.Timestamp, record.HasKey, record.Key, record.HasValue, record.Value, headers.Count, headers.Bytes.Length));
    }

    /// <summary>Appends a copy of the record with its own offset and timestamp.</summary>
    public void Append(in Record record) => AppendWithOffset(record.Offset, record);

    /// <summary>Completes header, compression and CRC.</summary>
    public Span<byte> Build()
    {
        var source = records.WrittenSpan;
        var target = source;
        if (CompressionType != CompressionType.None)
        {
            compressed.Clear();
            source[..RecordBatch.HeaderSize].CopyTo(compressed.GetSpan(RecordBatch.HeaderSize));
            compressed.Advance(RecordBatch.HeaderSize);
            CompressionCodec.Compress(CompressionType, RecordBatch.CurrentMagic, source[RecordBatch.HeaderSize..], compressed, CompressionLevel);
            target = compressed.WrittenSpan;
        }

        WriteHeader(new(target));
        return target;
    }

    public byte[] ToArray() => Build().ToArray();

    public void Dispose()
    {
        records.Dispose();
        compressed.Dispose();
    }

    void WriteHeader(RecordBatch batch)
    {
        batch.BaseOffset = BaseOffset;
        batch.Length = batch.SizeInBytes - RecordBatch.LogOverhead;
        batch.PartitionLeaderEpoch = PartitionLeaderEpoch;
        batch.Magic = RecordBatch.CurrentMagic;
        batch.Attributes = Attributes();
        batch.LastOffsetDelta = LastOffset is { } lastOffset ? checked((int)(lastOffset - BaseOffset)) : lastOffsetDelta;
        batch.BaseTimestamp = DeleteHorizonMs ?? baseTimestamp;
        batch.MaxTimestamp = LogAppendTime ?? maxTimestamp;
        batch.ProducerId = ProducerId;
        batch.ProducerEpoch = ProducerEpoch;
        batch.BaseSequence = BaseSequence;
        batch.RecordCount = RecordCount;
        batch.UpdateCrc();
    }

    short Attributes() => (short)((int)CompressionType
        | (LogAppendTime is null ? 0 : RecordBatch.TimestampTypeMask)
        | (IsTransactional ? RecordBatch.TransactionalMask : 0)
        | (IsControl ? RecordBatch.ControlMask : 0)
        | (DeleteHorizonMs is null ? 0 : RecordBatch.DeleteHorizonMask));

    /// <summary>Writes all of a record but its headers, and returns the room for them.</summary>
    Span<byte> StartRecord(long offset, long timestamp, bool hasKey, ReadOnlySpan<byte> key, bool hasValue, ReadOnlySpan<byte> value, int headerCount, int headersSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(offset, nextOffset);
        if (RecordCount == 0)
            baseTimestamp = DeleteHorizonMs ?? timestamp;
        var offsetDelta = checked((int)(offset - BaseOffset));
        var timestampDelta = timestamp - baseTimestamp;
        var bodySize = AttributesSize + VarInt.SizeOf(timestampDelta) + VarInt.SizeOf(offsetDelta) + SizeOf(hasKey, key) + SizeOf(hasValue, value)
            + VarInt.SizeOf(headerCount) + headersSize;
        var size = VarInt.SizeOf(bodySize) + bodySize;
        var room = records.GetSpan(size)[..size];
        var at = VarInt.Write(room, bodySize);
        room[at++] = 0;
        at += VarInt.Write(room[at..], timestampDelta);
        at += VarInt.Write(room[at..], offsetDelta);
        at += WriteBytes(room[at..], hasKey, key);
        at += WriteBytes(room[at..], hasValue, value);
        at += VarInt.Write(room[at..], headerCount);
        records.Advance(size);
        Count(timestamp, offsetDelta);
        return room[at..];
    }

    void Count(long timestamp, int offsetDelta)
    {
        RecordCount++;
        lastOffsetDelta = offsetDelta;
        nextOffset = BaseOffset + offsetDelta + 1;
        maxTimestamp = Math.Max(maxTimestamp, timestamp);
    }

    static int SizeOf(bool isPresent, ReadOnlySpan<byte> value) => isPresent ? VarInt.SizeOf(value.Length) + value.Length : VarInt.SizeOf(-1);

    static int SizeOf(ReadOnlySpan<RecordHeader> headers)
    {
        var size = 0;
        foreach (var header in headers)
        {
            var keySize = Encoding.UTF8.GetByteCount(header.Key);
            size += VarInt.SizeOf(keySize) + keySize + SizeOf(header.Value is not null, header.Value);
        }

        return size;
    }

    static void WriteHeaders(Span<byte> room, ReadOnlySpan<RecordHeader> headers)
    {
        foreach (var header in headers)
        {
            var at = VarInt.Write(room, Encoding.UTF8.GetByteCount(header.Key));
            at += Encoding.UTF8.GetBytes(header.Key, room[at..]);
            at += WriteBytes(room[at..], header.Value is not null, header.Value);
            room = room[at..];
        }
    }

    static int WriteBytes(Span<byte> room, bool isPresent, ReadOnlySpan<byte> value)
    {
        if (!isPresent)
            return VarInt.Write(room, -1);
        var at = VarInt.Write(room, value.Length);
        value.CopyTo(room[at..]);
        return at + value.Length;
    }
}
