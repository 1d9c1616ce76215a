using System.Buffers.Binary;
using NettyKafka.Codec.Records;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>Batches of records with keys, every other of them unique, and values of which half is noise.</summary>
sealed class KeyedRecords(int recordSize, CompressionType compression)
{
    public const int BatchBytes = 64 << 10;

    const int KeySize = 16;
    const int Overhead = 8;
    const int SharedKeys = 1000;

    readonly Random random = new(recordSize);
    readonly byte[] key = new byte[KeySize];
    readonly byte[] value = new byte[recordSize - KeySize - Overhead];
    long count;

    /// <summary>As many records as have the size of a batch before they are compressed.</summary>
    public byte[] NextBatch()
    {
        using var batch = new RecordBatchBuilder { CompressionType = compression };
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (var bytes = 0; bytes < BatchBytes; bytes += recordSize, count++)
        {
            BinaryPrimitives.WriteInt64BigEndian(key, count % 2 == 0 ? count : -1 - random.Next(SharedKeys));
            random.NextBytes(value.AsSpan(value.Length / 2));
            batch.Append(now, key, value);
        }

        return batch.ToArray();
    }
}
