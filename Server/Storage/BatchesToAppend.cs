using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Storage;

/// <summary>The batches of one append, looked through once: whole, of a size that fits, and with their offsets set.</summary>
readonly ref struct BatchesToAppend
{
    BatchesToAppend(Span<byte> bytes, long baseOffset, long nextOffset, long maxTimestamp, long logAppendTimeMs)
    {
        Bytes = bytes;
        BaseOffset = baseOffset;
        NextOffset = nextOffset;
        MaxTimestamp = maxTimestamp;
        LogAppendTimeMs = logAppendTimeMs;
    }

    public Span<byte> Bytes { get; }

    public long BaseOffset { get; }

    public long NextOffset { get; }

    public long MaxTimestamp { get; }

    public long LogAppendTimeMs { get; }

    /// <summary>Gives the batches the offsets from <paramref name="endOffset"/> on; those of another log keep theirs, which must not lie below it.</summary>
    public static LogAppendInfo? TryPrepare(Span<byte> bytes, long endOffset, int leaderEpoch, int maxBatchBytes, AppendOrigin origin, out BatchesToAppend prepared)
    {
        prepared = default;
        var rest = bytes;
        var (nextOffset, maxTimestamp) = (endOffset, RecordBatch.NoTimestamp);
        var (baseOffset, logAppendTimeMs) = (LogAppendInfo.UnknownOffset, LogAppendInfo.NoTimestamp);
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            if (batch.Magic != RecordBatch.CurrentMagic || batch.LastOffsetDelta < 0)
                return LogAppendInfo.Failed(ErrorCode.CorruptMessage, $"Batch of magic {batch.Magic} with last offset delta {batch.LastOffsetDelta}");
            if (origin != AppendOrigin.Replication && batch.SizeInBytes > maxBatchBytes)
                return LogAppendInfo.Failed(ErrorCode.MessageTooLarge, $"The record batch size is {batch.SizeInBytes} bytes which exceeds the maximum configured value of {maxBatchBytes}");
            if (origin == AppendOrigin.Replication && batch.BaseOffset < nextOffset)
                return LogAppendInfo.Failed(ErrorCode.UnknownServerError, $"Out of order offset {batch.BaseOffset}: the next one is {nextOffset}");
            if (origin != AppendOrigin.Replication)
            {
                batch.BaseOffset = nextOffset;
                batch.PartitionLeaderEpoch = leaderEpoch;
            }

            if (baseOffset < 0)
                (baseOffset, logAppendTimeMs) = (batch.BaseOffset, batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : LogAppendInfo.NoTimestamp);
            nextOffset = batch.NextOffset;
            maxTimestamp = Math.Max(maxTimestamp, batch.MaxTimestamp);
        }

        if (!rest.IsEmpty || baseOffset < 0)
            return LogAppendInfo.Failed(ErrorCode.CorruptMessage, $"{rest.Length} of {bytes.Length} bytes are no whole record batch");
        prepared = new(bytes, baseOffset, nextOffset, maxTimestamp, logAppendTimeMs);
        return null;
    }
}
