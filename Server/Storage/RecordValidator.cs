using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>Goes once through the records of a batch: their bytes, keys where the topic is compacted, timestamps, offsets.</summary>
struct RecordValidator(TopicConfig config, long nowMs)
{
    readonly bool needsKeys = config.IsCompacted;
    List<RecordError>? errors;
    bool hasInvalidTimestamp;

    public long MaxTimestamp { get; private set; } = RecordBatch.NoTimestamp;

    /// <summary>Whether the records have the offsets 0, 1, 2 and so on; a batch of a producer that numbers them otherwise is rewritten.</summary>
    public bool AreOffsetsConsecutive { get; private set; } = true;

    public readonly bool HasErrors => errors is not null;

    /// <summary>Why the batch is refused; null while none of its records is.</summary>
    public readonly LogValidationResult? Refusal => errors is null ? null : Refused(errors);

    public LogValidationResult? Validate(RecordBatch batch, ReadOnlySpan<byte> recordBytes)
    {
        var timestampType = batch.TimestampType;
        var reader = new RecordReader(batch, recordBytes);
        for (var index = 0; reader.TryRead(out var record); index++)
            Check(index, record, timestampType);
        return reader.Error is null ? Refusal : LogValidationResult.InvalidRecord($"The records of the batch are invalid: {reader.Error}");
    }

    /// <summary>Checks one record; <paramref name="timestampType"/> is what its producer claims.</summary>
    public void Check(int index, in Record record, TimestampType timestampType)
    {
        if (record.Offset != index)
            AreOffsetsConsecutive = false;
        if (record.Timestamp > MaxTimestamp)
            MaxTimestamp = record.Timestamp;
        if (needsKeys && !record.HasKey)
            Refuse(index, "Compacted topic cannot accept message without key");
        else if (timestampType == TimestampType.LogAppendTime)
            RefuseTimestamp(index, "Invalid timestamp type in message. Producer should not set timestamp type to LogAppendTime");
        else if (!IsTimestampValid(record.Timestamp))
            RefuseTimestamp(index, OutOfRange(record));
    }

    public void Refuse(int index, string message) => (errors ??= []).Add(new(index, message));

    readonly bool IsTimestampValid(long timestamp)
    {
        if (config.MessageTimestampTypeIsLogAppendTime || timestamp == RecordBatch.NoTimestamp)
            return true;
        var age = nowMs - timestamp;
        return age <= config.MessageTimestampBeforeMaxMs && -age <= config.MessageTimestampAfterMaxMs;
    }

    readonly string OutOfRange(in Record record) =>
        $"Timestamp {record.Timestamp} of message with offset {record.Offset} is out of range. The timestamp should be within "
        + $"[{nowMs - config.MessageTimestampBeforeMaxMs}, {nowMs + config.MessageTimestampAfterMaxMs}]";

    void RefuseTimestamp(int index, string message)
    {
        hasInvalidTimestamp = true;
        Refuse(index, message);
    }

    readonly LogValidationResult Refused(List<RecordError> refused) => hasInvalidTimestamp
        ? LogValidationResult.Failed(ErrorCode.InvalidTimestamp, "One or more records have been rejected due to invalid timestamp", refused)
        : LogValidationResult.Failed(ErrorCode.InvalidRecord, $"One or more records have been rejected due to {refused.Count} record errors in total", refused);
}
