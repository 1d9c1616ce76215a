using DotNetty.Buffers;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>
/// What the leader checks of the one batch that a producer sends to a partition (Produce v3 and up), and sets in it: everything but offsets and producer state, which need
/// the log. Bad bytes are answered by Kafka's error codes and never by an exception. What Kafka meets with an unexpected exception is INVALID_RECORD here (records that
/// do not decompress) or UNSUPPORTED_COMPRESSION_TYPE (a codec that does not exist), and a batch that decompresses beyond <paramref name="maxDecompressedBytes"/> is
/// MESSAGE_TOO_LARGE, which makes producers split it.
/// </summary>
public sealed class LogValidator(int maxDecompressedBytes = CompressionCodec.DefaultMaxDecompressedBytes)
{
    const short FirstVersionWithZstd = 7;
    const int SmallestLength = 14;

    /// <summary>Validates what <paramref name="produceVersion"/> brought for a topic with <paramref name="config"/>. The caller keeps <paramref name="records"/>.</summary>
    public LogValidationResult Validate(Records? records, short produceVersion, TopicConfig config, long nowMs)
    {
        if (TakeSingleBatch(records, produceVersion, out var batch) is { } malformed)
            return malformed;
        if (CheckBatch(batch, config) is { } refused)
            return refused;
        return ValidateRecords(records!, batch, config, nowMs);
    }

    static LogValidationResult? TakeSingleBatch(Records? records, short produceVersion, out RecordBatch batch)
    {
        batch = default;
        var rest = records is null ? default : records.Span;
        if (CheckNextBatch(rest) is { } corrupt)
            return corrupt;
        if (!HasWholeBatch(rest))
            return Invalid("Produce requests must have at least one record batch per partition");
        if (rest[RecordBatch.MagicPosition] != RecordBatch.CurrentMagic)
            return Invalid($"Produce requests of version {produceVersion} may only contain record batches of magic {RecordBatch.CurrentMagic}");
        if (!RecordBatch.TryTakeFirst(ref rest, out batch))
            return LogValidationResult.Failed(ErrorCode.CorruptMessage, $"Record batch is smaller than its header of {RecordBatch.HeaderSize} bytes");
        if (produceVersion < FirstVersionWithZstd && batch.CompressionType == CompressionType.Zstd)
            return LogValidationResult.Failed(ErrorCode.UnsupportedCompressionType, $"Produce requests of version {produceVersion} may not use zstd");
        if (CheckNextBatch(rest) is { } corruptEnd)
            return corruptEnd;
        return HasWholeBatch(rest) ? Invalid("Produce requests may only contain one record batch per partition") : null;
    }

    /// <summary>A length or magic that no format has. Bytes that are merely too few are no batch: they are left out.</summary>
    static LogValidationResult? CheckNextBatch(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < RecordBatch.LogOverhead)
            return null;
        var length = LengthOf(rest);
        if (length < SmallestLength)
            return LogValidationResult.Failed(ErrorCode.CorruptMessage, $"Record size {length} is less than the minimum record overhead ({SmallestLength})");
        if (rest.Length > RecordBatch.MagicPosition && rest[RecordBatch.MagicPosition] > RecordBatch.CurrentMagic)
            return LogValidationResult.Failed(ErrorCode.CorruptMessage, $"Invalid magic found in record: {rest[RecordBatch.MagicPosition]}");
        return null;
    }

    static bool HasWholeBatch(ReadOnlySpan<byte> rest) => rest.Length > RecordBatch.MagicPosition && rest.Length >= RecordBatch.LogOverhead + (long)LengthOf(rest);

    static int LengthOf(ReadOnlySpan<byte> batch) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(batch[sizeof(long)..]);

    static LogValidationResult? CheckBatch(RecordBatch batch, TopicConfig config)
    {
        if (batch.BaseOffset != 0)
            return Invalid($"The base offset of the record batch should be 0, but it is {batch.BaseOffset}");
        if (TooLarge(batch.SizeInBytes, config) is { } tooLarge)
            return tooLarge;
        if (!batch.IsCrcValid)
            return LogValidationResult.Failed(ErrorCode.CorruptMessage, $"Record batch is corrupt (stored crc = {batch.Crc})");
        if (batch.CompressionType > CompressionType.Zstd)
            return LogValidationResult.Failed(ErrorCode.UnsupportedCompressionType, $"Unknown compression type id: {(int)batch.CompressionType}");
        if (batch.RecordCount <= 0)
            return Invalid($"Invalid reported count for record batch: {batch.RecordCount}");
        if (batch.LastOffsetDelta != batch.RecordCount - 1)
            return Invalid($"Inconsistent batch offset range [0, {batch.LastOffset}] and count of records {batch.RecordCount}");
        if (batch.IsControl)
            return Invalid("Clients are not allowed to write control records");
        if (batch.HasProducerId && batch.BaseSequence < 0)
            return Invalid($"Invalid sequence number {batch.BaseSequence} in record batch with producer id {batch.ProducerId}");
        if (batch.IsTransactional && !batch.HasProducerId)
            return Invalid("Transactional record batch without a producer id");
        return null;
    }

    LogValidationResult ValidateRecords(Records records, RecordBatch batch, TopicConfig config, long nowMs)
    {
        if (batch.CompressionType == CompressionType.None)
            return ValidateRecords(records, batch, batch.RecordBytes, config, nowMs);
        using var decompressed = new PooledBuffer(maxDecompressedBytes);
        return CompressionCodec.Decompress(batch.CompressionType, batch.Magic, batch.RecordBytes, decompressed) switch
        {
            DecompressionResult.Done => ValidateRecords(records, batch, decompressed.WrittenSpan, config, nowMs),
            DecompressionResult.TooLarge => LogValidationResult.Failed(ErrorCode.MessageTooLarge, $"The records take more than {maxDecompressedBytes} bytes decompressed"),
            _ => Invalid($"The records do not decompress with {batch.CompressionType}"),
        };
    }

    static LogValidationResult ValidateRecords(Records records, RecordBatch batch, ReadOnlySpan<byte> recordBytes, TopicConfig config, long nowMs)
    {
        var validator = new RecordValidator(config, nowMs);
        if (validator.Validate(batch, recordBytes) is { } refused)
            return refused;
        var codec = TargetCompression(batch, config);
        if (codec != batch.CompressionType || !validator.AreOffsetsConsecutive)
            return Rewrite(batch, recordBytes, codec, config, nowMs);
        if (config.MessageTimestampTypeIsLogAppendTime)
            batch.SetMaxTimestamp(TimestampType.LogAppendTime, nowMs);
        else
            batch.SetMaxTimestamp(TimestampType.CreateTime, validator.MaxTimestamp);
        if (batch.SizeInBytes < records.SizeInBytes)
            return LogValidationResult.Accepted(Records.View(records.Memory[..batch.SizeInBytes]));
        records.Retain();
        return LogValidationResult.Accepted(records);
    }

    static LogValidationResult Rewrite(RecordBatch batch, ReadOnlySpan<byte> recordBytes, CompressionType codec, TopicConfig config, long nowMs)
    {
        using var builder = new RecordBatchBuilder
        {
            CompressionType = codec,
            CompressionLevel = CompressionLevel(codec, config),
            LogAppendTime = config.MessageTimestampTypeIsLogAppendTime ? nowMs : null,
            ProducerId = batch.ProducerId,
            ProducerEpoch = batch.ProducerEpoch,
            BaseSequence = batch.BaseSequence,
            IsTransactional = batch.IsTransactional,
        };
        var reader = new RecordReader(batch, recordBytes);
        while (reader.TryRead(out var record))
            builder.AppendWithOffset(builder.RecordCount, record);
        var rewritten = builder.Build();
        if (TooLarge(rewritten.Length, config) is { } tooLarge)
            return tooLarge;
        var buffer = PooledByteBufferAllocator.Default.HeapBuffer(rewritten.Length);
        rewritten.CopyTo(buffer.Array.AsSpan(buffer.ArrayOffset));
        buffer.SetWriterIndex(rewritten.Length);
        return LogValidationResult.Accepted(Records.Own(buffer));
    }

    static LogValidationResult? TooLarge(int size, TopicConfig config) => size <= config.MaxMessageBytes ? null
        : LogValidationResult.Failed(ErrorCode.MessageTooLarge, $"The record batch size is {size} bytes which exceeds the maximum configured value of {config.MaxMessageBytes}");

    static LogValidationResult Invalid(string message) => LogValidationResult.Failed(ErrorCode.InvalidRecord, message);

    static CompressionType TargetCompression(RecordBatch batch, TopicConfig config) => config.CompressionType switch
    {
        "producer" => batch.CompressionType,
        "uncompressed" => CompressionType.None,
        "gzip" => CompressionType.Gzip,
        "snappy" => CompressionType.Snappy,
        "lz4" => CompressionType.Lz4,
        "zstd" => CompressionType.Zstd,
        var other => throw new ArgumentException($"compression.type {other}"),
    };

    static int? CompressionLevel(CompressionType codec, TopicConfig config) => codec switch
    {
        CompressionType.Gzip => config.CompressionGzipLevel,
        CompressionType.Lz4 => config.CompressionLz4Level,
        CompressionType.Zstd => config.CompressionZstdLevel,
        _ => null,
    };
}
