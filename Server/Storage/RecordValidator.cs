using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>Goes once through the records of a batch: their bytes, keys where the topic is compacted, timestamps, offsets.</summary>
struct RecordValidator(TopicConfig config, long nowMs)
{
    /// <summary>A small compressed batch can hold millions of records, and each error is told in words: nobody reads more of them than this.</summary>
    public const int MaxRecordErrors = 100;

    readonly bool needsKeys = config.IsCompacted;
    List<RecordError>? errors;
    int errorCount;
    bool hasInvalidTimestamp;

    public long MaxTimestamp { get; private set; } = RecordBatch.NoTimestamp;

    /// <summary>Whether the records have the offsets 0, 1, 2 and so on; a batch of a producer that numbers them otherwise is rewritten.</summary>
    public bool AreOffsetsConsecutive { get; private set; } = true;

    public readonly bool HasErrors => errors is not null;

    /// <summary>Whether no further record can change the answer: a wrong timestamp decides the error code, and the list of errors is full.</summary>
    public readonly bool IsDecided => hasInvalidTimestamp && errorCount >= MaxRecordErrors;

    /// <summary>Why the batch is refused; null while none of its records is.</summary>
    public readonly LogValidationResult? Refusal => errors is null ? null : Refused(errors);

    public LogValidationResult? Validate(RecordBatch batch, ReadOnlySpan<byte> recordBytes)
    {
        var timestampType = batch.TimestampType;
        var reader = new RecordReader(batch, recordBytes);
        for (var index = 0; !IsDecided && reader.TryRead(out var record); index++)
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
        else if (!config.MessageTimestampTypeIsLogAppendTime && record.Timestamp != RecordBatch.NoTimestamp)
            CheckRange(index, record);
        else if (timestampType == TimestampType.LogAppendTime)
            RefuseTimestampType(index);
    }

    /// <summary>Refuses a record inside a compressed message of another magic.</summary>
    public void RefuseMagic(int index, byte magic, byte outerMagic)
    {
        if (CountError())
            errors!.Add(new(index, $"Record's magic {magic} does not match outer magic {outerMagic}"));
    }

    void Refuse(int index, string message)
    {
        if (CountError())
            errors!.Add(new(index, message));
    }

    void RefuseTimestampType(int index)
    {
        hasInvalidTimestamp = true;
        Refuse(index, "Invalid timestamp type in message. Producer should not set timestamp type to LogAppendTime");
    }

    void CheckRange(int index, in Record record)
    {
        var age = nowMs - record.Timestamp;
        if (age <= config.MessageTimestampBeforeMaxMs && -age <= config.MessageTimestampAfterMaxMs)
            return;
        hasInvalidTimestamp = true;
        if (CountError())
            errors!.Add(new(index, OutOfRange(record)));
    }

    /// <summary>Whether the error is one of those that are told.</summary>
    bool CountError()
    {
        errors ??= [];
        return errorCount++ < MaxRecordErrors;
    }

    readonly string OutOfRange(in Record record) =>
        $"Timestamp {record.Timestamp} of message with offset {record.Offset} is out of range. The timestamp should be within "
        + $"[{nowMs - config.MessageTimestampBeforeMaxMs}, {nowMs + config.MessageTimestampAfterMaxMs}]";

    readonly LogValidationResult Refused(List<RecordError> refused) => hasInvalidTimestamp
        ? LogValidationResult.Failed(ErrorCode.InvalidTimestamp, "One or more records have been rejected due to invalid timestamp", refused)
        : LogValidationResult.Failed(ErrorCode.InvalidRecord, $"One or more records have been rejected due to {errorCount} record errors in total", refused);
}
