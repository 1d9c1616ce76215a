using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>
/// Checks the message set (magic 0 or 1) that Produce v0-2 sends to a partition and converts it up to one batch, by the rules of Kafka 3: messages all of one magic and
/// uncompressed, or a single compressed one that wraps the others. Their offsets count for nothing. A set without a whole message is accepted as nothing to append.
/// </summary>
sealed class MessageSetValidator(int maxDecompressedBytes = CompressionCodec.DefaultMaxDecompressedBytes)
{
    public LogValidationResult Validate(Records records, TopicConfig config, long nowMs, InlineBudget? budget)
    {
        if (CheckMessages(records.Span, config, out var messages, out var codec) is { } refused)
            return refused;
        return messages.IsEmpty ? LogValidationResult.Accepted(Records.Empty) : Convert(messages, codec, config, nowMs, budget);
    }

    /// <summary>Looks at the outer messages only, and cuts off what is no whole one at the end.</summary>
    static LogValidationResult? CheckMessages(ReadOnlySpan<byte> bytes, TopicConfig config, out ReadOnlySpan<byte> messages, out CompressionType codec)
    {
        messages = bytes;
        codec = CompressionType.None;
        var rest = bytes;
        var (count, magic) = (0, (byte)0);
        var isOfOneMagic = true;
        while (true)
        {
            if (ShallowBatch.Check(rest) is { } corrupt)
                return corrupt;
            if (!ShallowBatch.HasWhole(rest))
                break;
            var size = (int)ShallowBatch.SizeOf(rest);
            if (LogValidationResult.TooLarge(size, config) is { } tooLarge)
                return tooLarge;
            magic = count++ == 0 ? rest[RecordBatch.MagicPosition] : magic;
            isOfOneMagic &= rest[RecordBatch.MagicPosition] == magic;
            if (isOfOneMagic && CheckMessage(rest[..size], ref codec) is { } refused)
                return refused;
            rest = rest[size..];
        }

        messages = bytes[..^rest.Length];
        if (codec != CompressionType.None && count > 1)
            return LogValidationResult.InvalidRecord("Compressed outer record has more than one batch");
        return isOfOneMagic ? null : LogValidationResult.InvalidRecord($"Batch magic is not the same as the first batch's magic byte {magic}");
    }

    static LogValidationResult? CheckMessage(ReadOnlySpan<byte> bytes, ref CompressionType codec)
    {
        if (!LegacyRecord.TryTakeFirst(ref bytes, out var message, out var error) || !message.IsCrcValid)
        {
            return error == MessageSetError.InvalidRecord
                ? LogValidationResult.InvalidRecord("The fields of a message go beyond its size")
                : LogValidationResult.Failed(ErrorCode.CorruptMessage, "Record is corrupt: its CRC is wrong");
        }

        if (message.CompressionType > CompressionType.Zstd)
            return LogValidationResult.Failed(ErrorCode.UnsupportedCompressionType, $"Unknown compression type id: {(int)message.CompressionType}");
        if (message.CompressionType != CompressionType.None)
            codec = message.CompressionType;
        return null;
    }

    LogValidationResult Convert(ReadOnlySpan<byte> messages, CompressionType codec, TopicConfig config, long nowMs, InlineBudget? budget)
    {
        var target = TargetCompression.Of(config, codec);
        var validator = new RecordValidator(config, nowMs);
        using var builder = new RecordBatchBuilder
        {
            CompressionType = target.Type,
            CompressionLevel = target.Level,
            LogAppendTime = config.MessageTimestampTypeIsLogAppendTime ? nowMs : null,
        };
        using var reader = new MessageSetReader(messages, budget?.Remaining ?? maxDecompressedBytes);
        for (var index = 0; !IsDecided(validator, codec) && reader.TryRead(out var record); index++)
        {
            if (reader.Magic != reader.Outer.Magic)
                validator.RefuseMagic(index, reader.Magic, reader.Outer.Magic);
            else
                validator.Check(index, record, reader.Outer.TimestampType);
            if (!validator.HasErrors)
                builder.AppendWithOffset(index, record);
        }

        if (budget?.TrySpend(reader.DecompressionResult, reader.DecompressedBytes) == false)
            return LogValidationResult.BeyondBudget;
        if ((Unreadable(reader) ?? validator.Refusal) is { } refused)
            return refused;
        if (target.Type != CompressionType.None && budget?.TryCompress(builder.UncompressedSizeInBytes) == false)
            return LogValidationResult.BeyondBudget;
        return LogValidationResult.Accepted(builder, config);
    }

    /// <summary>An uncompressed message is a batch of its own, and the first that is refused decides.</summary>
    static bool IsDecided(in RecordValidator validator, CompressionType codec) => codec == CompressionType.None ? validator.HasErrors : validator.IsDecided;

    static LogValidationResult? Unreadable(in MessageSetReader reader) => reader.Error switch
    {
        MessageSetError.None => null,
        MessageSetError.CorruptRecord => LogValidationResult.Failed(ErrorCode.CorruptMessage, $"Record is corrupt: {reader.ErrorMessage}"),
        MessageSetError.TooLarge => LogValidationResult.Failed(ErrorCode.MessageTooLarge, $"The records are too large: {reader.ErrorMessage}"),
        _ => LogValidationResult.InvalidRecord($"The records are invalid: {reader.ErrorMessage}"),
    };
}
