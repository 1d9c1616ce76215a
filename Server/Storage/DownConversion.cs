using DotNetty.Buffers;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Records.Compression;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>
/// Makes message sets of magic 0 or 1 out of record batches, by the rules of Kafka 3. Control batches and headers are left out, and what lies below the offset wanted as
/// far as it is not wrapped with the rest. A batch whose CRC is wrong is not given a right one. One that takes more than <paramref name="maxBytes"/> decompressed, or in the
/// old format, is MESSAGE_TOO_LARGE: an old consumer stops at that error, where it would ask for ever after one that it may retry.
/// </summary>
sealed class DownConversion(byte toMagic, int maxBytes = CompressionCodec.DefaultMaxDecompressedBytes)
{
    /// <summary>
    /// Converts the first batch and as many others as fit, converted, in the size of all. An error at a later batch is left to the read that begins with it.
    /// The caller keeps <paramref name="records"/>. Where the <paramref name="budget"/> did not suffice it is used up, and the error, if there is one, is MESSAGE_TOO_LARGE.
    /// </summary>
    public DownConversionResult Convert(Records records, long firstOffset, InlineBudget? budget = null)
    {
        if (budget?.TrySpend(records.SizeInBytes) == false)
            return new(ErrorCode.MessageTooLarge, Records.Empty, firstOffset);
        using var converted = new PooledBuffer(maxBytes);
        var nextOffset = firstOffset;
        var size = 0;
        var rest = records.Span;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            var error = Convert(batch, firstOffset, converted, budget);
            if (error != ErrorCode.None && size == 0)
                return new(error, Records.Empty, nextOffset);
            if (error != ErrorCode.None || (size > 0 && converted.WrittenCount > records.SizeInBytes))
                break;
            size = converted.WrittenCount;
            nextOffset = batch.NextOffset;
        }

        return new(ErrorCode.None, Copy(converted.WrittenSpan[..size]), nextOffset);
    }

    ErrorCode Convert(RecordBatch batch, long firstOffset, PooledBuffer converted, InlineBudget? budget)
    {
        if (batch.IsControl || batch.RecordCount == 0)
            return ErrorCode.None;
        if (batch.CompressionType > CompressionType.Lz4)
            return ErrorCode.UnsupportedCompressionType;
        if (!batch.IsCrcValid)
            return ErrorCode.CorruptMessage;
        if (batch.CompressionType == CompressionType.None)
            return Convert(batch, batch.RecordBytes, firstOffset, converted, budget);
        using var decompressed = new PooledBuffer(budget?.Remaining ?? maxBytes);
        var result = CompressionCodec.Decompress(batch.CompressionType, batch.Magic, batch.RecordBytes, decompressed);
        if (budget?.TrySpend(result, decompressed.WrittenCount) == false || result == DecompressionResult.TooLarge)
            return ErrorCode.MessageTooLarge;
        return result == DecompressionResult.Done ? Convert(batch, decompressed.WrittenSpan, firstOffset, converted, budget) : ErrorCode.CorruptMessage;
    }

    ErrorCode Convert(RecordBatch batch, ReadOnlySpan<byte> recordBytes, long firstOffset, PooledBuffer converted, InlineBudget? budget)
    {
        using var builder = new MessageSetBuilder(toMagic, batch.CompressionType, budget?.Remaining ?? maxBytes)
        {
            LogAppendTime = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : null,
        };
        var isWrapped = batch.CompressionType != CompressionType.None;
        var lastOffset = -1L;
        var reader = new RecordReader(batch, recordBytes);
        while (reader.TryRead(out var record))
        {
            lastOffset = record.Offset;
            if ((isWrapped || record.Offset >= firstOffset) && !builder.TryAppend(record))
            {
                budget?.UseUp();
                return ErrorCode.MessageTooLarge;
            }
        }

        if (reader.Error is not null)
            return ErrorCode.CorruptMessage;
        // A consumer does not get past a set that ends below the offset it wants.
        if (lastOffset < firstOffset)
            return ErrorCode.None;
        return Add(builder, converted, budget);
    }

    static ErrorCode Add(MessageSetBuilder builder, PooledBuffer converted, InlineBudget? budget)
    {
        var size = builder.UncompressedSizeInBytes;
        if (budget?.TrySpend(size) == false || (builder.CompressionType != CompressionType.None && budget?.TryCompress(size) == false))
            return ErrorCode.MessageTooLarge;
        var messages = builder.Build();
        if (!converted.TryGetSpan(messages.Length, out var room))
            return ErrorCode.MessageTooLarge;
        messages.CopyTo(room);
        converted.Advance(messages.Length);
        return ErrorCode.None;
    }

    static Records Copy(ReadOnlySpan<byte> messages)
    {
        if (messages.IsEmpty)
            return Records.Empty;
        var buffer = PooledByteBufferAllocator.Default.HeapBuffer(messages.Length);
        messages.CopyTo(buffer.Array.AsSpan(buffer.ArrayOffset));
        return Records.Own(buffer.SetWriterIndex(messages.Length));
    }
}

/// <summary>Message sets, which the receiver releases, and the offset behind the batches they were made of.</summary>
readonly record struct DownConversionResult(ErrorCode Error, Records Records, long NextOffset);
