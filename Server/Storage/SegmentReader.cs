using System.Buffers.Binary;
using DotNetty.Buffers;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Server.Storage;

/// <summary>Reads whole batches from a segment's file, up to the size it had when the reader was made.</summary>
readonly struct SegmentReader(IFile log, int size)
{
    const int HeadersAtATime = 4096;

    public int Size => size;

    /// <summary>Reads the header of the batch at a position; false at the end, or where no whole batch is.</summary>
    public bool TryReadHeader(int position, Span<byte> header, out int batchSize)
    {
        batchSize = 0;
        if (size - position < RecordBatch.HeaderSize || log.Read(header[..RecordBatch.HeaderSize], position) < RecordBatch.HeaderSize)
            return false;
        return TryGetSize(position, new RecordBatch(header), out batchSize);
    }

    /// <summary>Reads bytes from a position on, at most to the segment's end, and says how many.</summary>
    public int ReadBytes(int position, Span<byte> target) => log.Read(target[..Math.Min(target.Length, size - position)], position);

    /// <summary>Finds the batch that an offset falls in, or else the next one, from a position on that is not behind it.</summary>
    public bool TryFindBatch(long offset, int position, out int found, out int batchSize)
    {
        Span<byte> headers = stackalloc byte[HeadersAtATime];
        (found, batchSize) = (position, 0);
        var (start, length) = (position, 0);
        while (size - found >= RecordBatch.HeaderSize)
        {
            if (found - start + RecordBatch.HeaderSize > length)
                (start, length) = (found, log.Read(headers[..Math.Min(HeadersAtATime, size - found)], found));
            if (length < RecordBatch.HeaderSize)
                return false;
            var batch = new RecordBatch(headers[(found - start)..]);
            if (!TryGetSize(found, batch, out batchSize))
                return false;
            if (batch.LastOffset >= offset)
                return true;
            found += batchSize;
        }

        return false;
    }

    /// <summary>Where the last whole batch from a position on ends, and the offset behind it; the given ones when there is none.</summary>
    public OffsetPosition FindEnd(int position, long offset)
    {
        Span<byte> header = stackalloc byte[RecordBatch.HeaderSize];
        for (; TryReadHeader(position, header, out var batchSize); position += batchSize)
            offset = new RecordBatch(header).NextOffset;
        return new(offset, position);
    }

    /// <summary>
    /// Reads the batch at a position and those behind it that end below <paramref name="limitOffset"/>, as many as fit in <paramref name="maxBytes"/>. Bytes that
    /// come from the disk are checked first: what is corrupt ends the read.
    /// </summary>
    /// <exception cref="InvalidRecordException">The first batch is corrupt.</exception>
    public Records Read(int position, int maxBytes, long limitOffset, IByteBufferAllocator allocator, bool checksCrc)
    {
        var wanted = Math.Min(size - position, maxBytes);
        var buffer = allocator.HeapBuffer(wanted);
        var end = 0;
        try
        {
            var bytes = buffer.Array.AsSpan(buffer.ArrayOffset, wanted);
            end = EndOfBatches(bytes[..log.Read(bytes, position)], limitOffset, checksCrc);
        }
        finally
        {
            if (end == 0)
                buffer.Release();
        }

        return end == 0 ? Records.Empty : Records.Own(buffer.SetWriterIndex(end));
    }

    /// <summary>Whether the file begins with a whole message of magic 0 or 1. Zeros of a torn write are none.</summary>
    public bool StartsWithMessageSet(out byte magic)
    {
        Span<byte> header = stackalloc byte[RecordBatch.MagicPosition + 1];
        magic = ReadBytes(0, header) == header.Length ? header[RecordBatch.MagicPosition] : RecordBatch.CurrentMagic;
        var length = BinaryPrimitives.ReadInt32BigEndian(header[sizeof(long)..]);
        if (magic >= RecordBatch.CurrentMagic || length <= 0 || length > size - RecordBatch.LogOverhead)
            return false;
        var bytes = new byte[RecordBatch.LogOverhead + length];
        ReadBytes(0, bytes);
        ReadOnlySpan<byte> message = bytes;
        return LegacyRecord.TryTakeFirst(ref message, out var taken, out _) && taken.IsCrcValid;
    }

    static int EndOfBatches(Span<byte> bytes, long limitOffset, bool checksCrc)
    {
        var end = 0;
        while (RecordBatch.TryTakeFirst(ref bytes, out var batch) && batch.LastOffset < limitOffset)
        {
            if (checksCrc && !batch.IsCrcValid)
                return end > 0 ? end : throw new InvalidRecordException($"the record batch with base offset {batch.BaseOffset} has a wrong CRC");
            end += batch.SizeInBytes;
        }

        return end;
    }

    bool TryGetSize(int position, RecordBatch batch, out int batchSize)
    {
        var wanted = RecordBatch.LogOverhead + (long)batch.Length;
        batchSize = (int)Math.Clamp(wanted, 0, int.MaxValue);
        return wanted >= RecordBatch.HeaderSize && wanted <= size - position;
    }
}
