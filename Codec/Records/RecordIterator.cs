using NettyKafka.Codec.Records.Compression;

namespace NettyKafka.Codec.Records;

/// <summary>
/// Iterates over the records of a batch, decompressed if need be into a pooled buffer that goes back on <see cref="Dispose"/> (<c>foreach</c> does that):
/// no record outlives it. Corrupt bytes are an <see cref="InvalidRecordException"/>.
/// </summary>
public ref struct RecordIterator
{
    readonly PooledBuffer? decompressed;
    RecordReader reader;
    Record current;

    internal RecordIterator(RecordBatch batch, int maxDecompressedBytes)
    {
        if (batch.CompressionType == CompressionType.None || batch.RecordCount == 0)
        {
            reader = new(batch, batch.RecordCount == 0 ? [] : batch.RecordBytes);
            return;
        }

        decompressed = new(maxDecompressedBytes);
        var result = CompressionCodec.Decompress(batch.CompressionType, batch.Magic, batch.RecordBytes, decompressed);
        if (result != DecompressionResult.Done)
        {
            decompressed.Dispose();
            throw new InvalidRecordException($"records compressed with {batch.CompressionType} do not decompress: {result}");
        }

        reader = new(batch, decompressed.WrittenSpan);
    }

    public readonly Record Current => current;

    public readonly RecordIterator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (reader.TryRead(out current))
            return true;
        return reader.Error is null ? false : throw new InvalidRecordException(reader.Error);
    }

    public readonly void Dispose() => decompressed?.Dispose();
}
