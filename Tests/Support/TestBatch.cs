using System.Buffers.Binary;
using System.Text;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Support;

/// <summary>Uncompressed record batches as a producer sends them, byte for byte the same on every run.</summary>
public sealed record TestBatch
{
    const short Transactional = 0x10;
    const short Control = 0x20;

    public long Timestamp { get; init; } = 1_700_000_000_000;

    public long ProducerId { get; init; } = RecordBatch.NoProducerId;

    public short ProducerEpoch { get; init; } = RecordBatch.NoProducerEpoch;

    public int BaseSequence { get; init; } = RecordBatch.NoSequence;

    public bool IsTransactional { get; init; }

    public bool IsControl { get; init; }

    public static Records Of(params string[] values) => new TestBatch().Build(values);

    /// <summary>A commit or abort marker as the transaction coordinator writes it.</summary>
    public static Records Marker(long producerId, short producerEpoch, bool isAbort, int coordinatorEpoch = 0)
    {
        byte[] key = [0, 0, 0, isAbort ? (byte)0 : (byte)1];
        var value = new byte[6];
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(2), coordinatorEpoch);
        return new TestBatch { ProducerId = producerId, ProducerEpoch = producerEpoch, IsTransactional = true, IsControl = true }.Build([(0, key, value)]);
    }

    public static Records Concat(params Records[] batches) => Records.View(batches.SelectMany(batch => batch.Span.ToArray()).ToArray());

    /// <summary>A batch with a record for each value, each one millisecond later than the one before.</summary>
    public Records Build(params string[] values) => Build([.. values.Select((value, i) => (i, (byte[]?)null, (byte[]?)Encoding.UTF8.GetBytes(value)))]);

    public Records Build((int TimestampDelta, byte[]? Key, byte[]? Value)[] records)
    {
        var bytes = new List<byte>(new byte[RecordBatch.HeaderSize]);
        for (var i = 0; i < records.Length; i++)
            AppendRecord(bytes, i, records[i].TimestampDelta, records[i].Key, records[i].Value);
        var batch = bytes.ToArray();
        WriteHeader(batch, records.Length, Timestamp + records.Max(record => record.TimestampDelta));
        return Records.View(batch);
    }

    static void AppendRecord(List<byte> bytes, int offsetDelta, long timestampDelta, byte[]? key, byte[]? value)
    {
        var body = new List<byte> { 0 };
        AppendVarInt(body, timestampDelta);
        AppendVarInt(body, offsetDelta);
        AppendBytes(body, key);
        AppendBytes(body, value);
        AppendVarInt(body, 0);
        AppendVarInt(bytes, body.Count);
        bytes.AddRange(body);
    }

    static void AppendBytes(List<byte> bytes, byte[]? value)
    {
        AppendVarInt(bytes, value?.Length ?? -1);
        bytes.AddRange(value ?? []);
    }

    static void AppendVarInt(List<byte> bytes, long value)
    {
        var target = new byte[VarInt.MaxLongSize];
        bytes.AddRange(target[..VarInt.Write(target, value)]);
    }

    void WriteHeader(byte[] batch, int recordCount, long maxTimestamp)
    {
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - RecordBatch.LogOverhead);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(12), RecordBatch.NoPartitionLeaderEpoch);
        batch[RecordBatch.MagicPosition] = RecordBatch.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(21), (short)((IsTransactional ? Transactional : 0) | (IsControl ? Control : 0)));
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), recordCount - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(27), Timestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(35), maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(43), ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(51), ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(53), BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), recordCount);
        new RecordBatch(batch).UpdateCrc();
    }
}
