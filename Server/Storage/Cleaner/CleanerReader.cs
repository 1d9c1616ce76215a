using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage.Cleaner;

/// <summary>Goes through a segment's batches for a cleaning. What is corrupt is never taken for data: it is refused with file and position.</summary>
sealed class CleanerReader(LogSegment segment, int position, int bufferBytes, CleanerThrottle throttle, CancellationToken abort) : IDisposable
{
    readonly SegmentReader reader = segment.Reader;
    readonly SegmentScanner scanner = new(segment.Reader, position, bufferBytes);

    /// <summary>Takes the next batch; its bytes are good until the next call. False at the segment's end.</summary>
    /// <exception cref="InvalidRecordException">There is no valid batch.</exception>
    public bool TryTake(out RecordBatch batch)
    {
        var start = scanner.Position;
        if (!scanner.TryTake(out batch))
            return start == reader.Size ? false : throw new InvalidRecordException($"{segment.Path} has no whole batch at position {start}");
        if (batch.Magic != RecordBatch.CurrentMagic || batch.LastOffsetDelta < 0 || !batch.IsCrcValid)
            throw new InvalidRecordException($"{segment.Path} has a corrupt batch at position {start}");
        throttle.Take(batch.SizeInBytes, abort);
        return true;
    }

    /// <summary>Says where the batch is whose records turned out to be corrupt.</summary>
    public InvalidRecordException Corrupt(RecordBatch batch, InvalidRecordException cause) =>
        new($"{segment.Path} has a corrupt batch at position {scanner.Position - batch.SizeInBytes}: {cause.Message}", cause);

    public void Dispose() => scanner.Dispose();
}
