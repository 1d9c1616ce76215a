using System.Text;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Support;

/// <summary>Record batches as a producer sends them, byte for byte the same on every run.</summary>
public sealed record TestBatch
{
    public const long Now = 1_700_000_000_000;

    public long Timestamp { get; init; } = Now;

    public CompressionType CompressionType { get; init; }

    public long ProducerId { get; init; } = RecordBatch.NoProducerId;

    public short ProducerEpoch { get; init; } = RecordBatch.NoProducerEpoch;

    public int BaseSequence { get; init; } = RecordBatch.NoSequence;

    public bool IsTransactional { get; init; }

    public long? LogAppendTime { get; init; }

    public static Records Of(params string[] values) => new TestBatch().Build(values);

    /// <summary>A commit or abort marker as the transaction coordinator writes it.</summary>
    public static Records Marker(long producerId, short producerEpoch, bool isAbort, int coordinatorEpoch = 0)
    {
        using var builder = new RecordBatchBuilder { ProducerId = producerId, ProducerEpoch = producerEpoch, IsTransactional = true, IsControl = true };
        builder.Append(Now, ControlRecord.Key(isAbort ? ControlRecordType.Abort : ControlRecordType.Commit), ControlRecord.EndTransactionMarker(coordinatorEpoch));
        return Records.View(builder.ToArray());
    }

    public static Records Concat(params Records[] batches) => Records.View(batches.SelectMany(batch => batch.Span.ToArray()).ToArray());

    /// <summary>A batch with a record for each value, each one millisecond later than the one before.</summary>
    public Records Build(params string[] values) => BuildKeyed([.. values.Select(value => ((string?)null, (string?)value))]);

    /// <summary>As <see cref="Build"/>, with keys; a null value is a tombstone.</summary>
    public Records BuildKeyed(params (string? Key, string? Value)[] records)
    {
        using var builder = new RecordBatchBuilder
        {
            CompressionType = CompressionType,
            ProducerId = ProducerId,
            ProducerEpoch = ProducerEpoch,
            BaseSequence = BaseSequence,
            IsTransactional = IsTransactional,
            LogAppendTime = LogAppendTime,
        };
        for (var i = 0; i < records.Length; i++)
            builder.Append(Timestamp + i, Bytes(records[i].Key), Bytes(records[i].Value));
        return Records.View(builder.ToArray());
    }

    static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
