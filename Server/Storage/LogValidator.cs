using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>
/// What the leader checks of the one batch that a producer sends to a partition, and sets in it: everything but offsets and producer state, which need the log. The
/// message sets of Produce v0-2 become such a batch. Bad bytes are answered by Kafka's error codes and never by an exception. What Kafka meets with an unexpected exception is INVALID_RECORD here (records that
/// do not decompress) or UNSUPPORTED_COMPRESSION_TYPE (a codec that does not exist), and a batch that decompresses beyond <paramref name="maxDecompressedBytes"/> is
/// MESSAGE_TOO_LARGE, which makes producers split it.
/// </summary>
public sealed class LogValidator(int maxDecompressedBytes = CompressionCodec.DefaultMaxDecompressedBytes)
{
    const short FirstVersionWithBatches = 3;
    const short FirstVersionWithZstd = 7;

    readonly MessageSetValidator messageSets = new(maxDecompressedBytes);

    /// <summary>
    /// Validates what <paramref name="produceVersion"/> brought for a topic with <paramref name="config"/>. The caller keeps <paramref name="records"/>. Where the
    /// <paramref name="budget"/> did not suffice it is used up and the error is MESSAGE_TOO_LARGE.
    /// </summary>
    public LogValidationResult Validate(Records? records, short produceVersion, TopicConfig config, long nowMs, InlineBudget? budget = null)
    {
        if (budget?.TrySpend(records?.SizeInBytes ?? 0) == false)
            return LogValidationResult.BeyondBudget;
        if (produceVersion < FirstVersionWithBatches && records is not null && !StartsWithBatch(records.Span))
            return messageSets.Validate(records, config, nowMs, budget);
        if (TakeSingleBatch(records, produceVersion, out var batch) is { } malformed)
            return malformed;
        if (CheckBatch(batch, config) is { } refused)
            return refused;
        return ValidateRecords(records!, batch, config, nowMs, budget);
    }

    /// <summary>Old versions are not held to the format of their time: some clients send batches with them.</summary>
    static bool StartsWithBatch(ReadOnlySpan<byte> records) => ShallowBatch.HasWhole(records) && records[RecordBatch.MagicPosition] == RecordBatch.CurrentMagic;

    static LogValidationResult? TakeSingleBatch(Records? records, short produceVersion, out RecordBatch batch)
    {
        batch = default;
        var rest = records is null ? default : records.Span;
        if (ShallowBatch.Check(rest) is { } corrupt)
            return corrupt;
        if (!ShallowBatch.HasWhole(rest))
            return LogValidationResult.InvalidRecord("Produce requests must have at least one record batch per partition");
        if (rest[RecordBatch.MagicPosition] != RecordBatch.CurrentMagic)
            return LogValidationResult.InvalidRecord($"Produce requests of version {produceVersion} may only contain record batches of magic {RecordBatch.CurrentMagic}");
        if (!RecordBatch.TryTakeFirst(ref rest, out batch))
            return LogValidationResult.Failed(ErrorCode.CorruptMessage, $"Record batch is smaller than its header of {RecordBatch.HeaderSize} bytes");
        if (produceVersion < FirstVersionWithZstd && batch.CompressionType == CompressionType.Zstd)
            return LogValidationResult.Failed(ErrorCode.UnsupportedCompressionType, $"Produce requests of version {produceVersion} may not use zstd");
        if (ShallowBatch.Check(rest) is { } corruptEnd)
            return corruptEnd;
        return ShallowBatch.HasWhole(rest) ? LogValidationResult.InvalidRecord("Produce requests may only contain one record batch per partition") : null;
    }

    static LogValidationResult? CheckBatch(RecordBatch batch, TopicConfig config)
    {
        if (batch.BaseOffset != 0)
            return LogValidationResult.InvalidRecord($"The base offset of the record batch should be 0, but it is {batch.BaseOffset}");
        if (LogValidationResult.TooLarge(batch.SizeInBytes, config) is { } tooLarge)
            return tooLarge;
        if (!batch.IsCrcValid)
            return LogValidationResult.Failed(ErrorCode.CorruptMessage, $"Record batch is corrupt (stored crc = {batch.Crc})");
        if (batch.CompressionType > CompressionType.Zstd)
            return LogValidationResult.Failed(ErrorCode.UnsupportedCompressionType, $"Unknown compression type id: {(int)batch.CompressionType}");
        if (batch.RecordCount <= 0)
            return LogValidationResult.InvalidRecord($"Invalid reported count for record batch: {batch.RecordCount}");
        if (batch.LastOffsetDelta != batch.RecordCount - 1)
            return LogValidationResult.InvalidRecord($"Inconsistent batch offset range [0, {batch.LastOffset}] and count of records {batch.RecordCount}");
        if (batch.IsControl)
            return LogValidationResult.InvalidRecord("Clients are not allowed to write control records");
        if (batch.HasProducerId && batch.BaseSequence < 0)
            return LogValidationResult.InvalidRecord($"Invalid sequence number {batch.BaseSequence} in record batch with producer id {batch.ProducerId}");
        if (batch.IsTransactional && !batch.HasProducerId)
            return LogValidationResult.InvalidRecord("Transactional record batch without a producer id");
        return null;
    }

    LogValidationResult ValidateRecords(Records records, RecordBatch batch, TopicConfig config, long nowMs, InlineBudget? budget)
    {
        if (batch.CompressionType == CompressionType.None)
            return ValidateRecords(records, batch, batch.RecordBytes, config, nowMs, budget);
        using var decompressed = new PooledBuffer(budget?.Remaining ?? maxDecompressedBytes);
        var result = CompressionCodec.Decompress(batch.CompressionType, batch.Magic, batch.RecordBytes, decompressed);
        if (budget?.TrySpend(result, decompressed.WrittenCount) == false)
            return LogValidationResult.BeyondBudget;
        return result switch
        {
            DecompressionResult.Done => ValidateRecords(records, batch, decompressed.WrittenSpan, config, nowMs, budget),
            DecompressionResult.TooLarge => LogValidationResult.Failed(ErrorCode.MessageTooLarge, $"The records take more than {maxDecompressedBytes} bytes decompressed"),
            _ => LogValidationResult.InvalidRecord($"The records do not decompress with {batch.CompressionType}"),
        };
    }

    static LogValidationResult ValidateRecords(
        Records records, RecordBatch batch, ReadOnlySpan<byte> recordBytes, TopicConfig config, long nowMs, InlineBudget? budget)
    {
        var validator = new RecordValidator(config, nowMs);
        if (validator.Validate(batch, recordBytes) is { } refused)
            return refused;
        var target = TargetCompression.Of(config, batch.CompressionType);
        if (target.Type != batch.CompressionType || !validator.AreOffsetsConsecutive)
            return Rewrite(batch, recordBytes, target, config, nowMs, budget);
        if (config.MessageTimestampTypeIsLogAppendTime)
            batch.SetMaxTimestamp(TimestampType.LogAppendTime, nowMs);
        else
            batch.SetMaxTimestamp(TimestampType.CreateTime, validator.MaxTimestamp);
        if (batch.SizeInBytes < records.SizeInBytes)
            return LogValidationResult.Accepted(Records.View(records.Memory[..batch.SizeInBytes]));
        records.Retain();
        return LogValidationResult.Accepted(records);
    }

    static LogValidationResult Rewrite(
        RecordBatch batch, ReadOnlySpan<byte> recordBytes, TargetCompression target, TopicConfig config, long nowMs, InlineBudget? budget)
    {
        if (target.Type != CompressionType.None && budget?.TryCompress(recordBytes.Length) == false)
            return LogValidationResult.BeyondBudget;
        using var builder = new RecordBatchBuilder
        {
            CompressionType = target.Type,
            CompressionLevel = target.Level,
            LogAppendTime = config.MessageTimestampTypeIsLogAppendTime ? nowMs : null,
            ProducerId = batch.ProducerId,
            ProducerEpoch = batch.ProducerEpoch,
            BaseSequence = batch.BaseSequence,
            IsTransactional = batch.IsTransactional,
        };
        var reader = new RecordReader(batch, recordBytes);
        while (reader.TryRead(out var record))
            builder.AppendWithOffset(builder.RecordCount, record);
        return LogValidationResult.Accepted(builder, config);
    }
}
