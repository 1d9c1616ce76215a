using System.Buffers;
using NettyKafka.Codec.Records;

namespace NettyKafka.Server.Storage;

/// <summary>Goes through a segment's batches from a position on, each of them whole in memory.</summary>
sealed class SegmentScanner(SegmentReader reader, int position, int bufferBytes = SegmentScanner.BytesAtATime) : IDisposable
{
    const int BytesAtATime = 256 << 10;

    byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Min(bufferBytes, reader.Size - position), RecordBatch.HeaderSize));
    int bufferPosition = position;
    int bufferLength;

    /// <summary>Where the batch after the last one taken begins.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Takes the next batch; its bytes are good until the next call. False at the end, or where no whole batch is.</summary>
    public bool TryTake(out RecordBatch batch)
    {
        batch = default;
        if (!TryTakeBuffered(out batch))
        {
            Span<byte> header = stackalloc byte[RecordBatch.HeaderSize];
            if (!reader.TryReadHeader(Position, header, out var batchSize))
                return false;
            Fill(batchSize);
            if (!TryTakeBuffered(out batch))
                return false;
        }

        Position += batch.SizeInBytes;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    bool TryTakeBuffered(out RecordBatch batch)
    {
        batch = default;
        var buffered = buffer.AsSpan(0, bufferLength)[(Position - bufferPosition)..];
        var rest = buffered;
        if (!RecordBatch.TryTakeFirst(ref rest, out var first))
            return false;
        batch = new(buffered[..first.SizeInBytes]);
        return true;
    }

    void Fill(int batchSize)
    {
        if (buffer.Length < batchSize)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = ArrayPool<byte>.Shared.Rent(batchSize);
        }

        bufferPosition = Position;
        bufferLength = reader.ReadBytes(Position, buffer);
    }
}
