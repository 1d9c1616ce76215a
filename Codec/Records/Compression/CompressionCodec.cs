namespace NettyKafka.Codec.Records.Compression;

/// <summary>Compresses and decompresses the records of a batch with any of Kafka's codecs.</summary>
public static class CompressionCodec
{
    /// <summary>The largest request that a broker takes by default: records beyond it could not have been sent uncompressed either.</summary>
    public const int DefaultMaxDecompressedBytes = 100 * 1024 * 1024;

    /// <summary>Appends the decompressed bytes to the target, whose limit bounds them. Never throws for what the source holds.</summary>
    public static DecompressionResult Decompress(CompressionType type, byte magic, ReadOnlySpan<byte> source, PooledBuffer target) => type switch
    {
        CompressionType.None => Copy(source, target),
        CompressionType.Gzip => GzipCompression.Decompress(source, target),
        CompressionType.Snappy => SnappyCompression.Decompress(source, target),
        CompressionType.Lz4 => Lz4Compression.Decompress(source, target, ignoreHeaderChecksum: magic == Lz4Compression.MagicWithWrongChecksum),
        CompressionType.Zstd => ZstdCompression.Decompress(source, target),
        _ => DecompressionResult.UnknownCodec,
    };

    /// <summary>Appends the compressed bytes to the target. Without a level the codec's default is taken; levels are those of Kafka's configs.</summary>
    public static void Compress(CompressionType type, byte magic, ReadOnlySpan<byte> source, PooledBuffer target, int? level = null)
    {
        switch (type)
        {
            case CompressionType.None:
                Copy(source, target);
                break;
            case CompressionType.Gzip:
                GzipCompression.Compress(source, target, level ?? GzipCompression.DefaultLevel);
                break;
            case CompressionType.Snappy:
                SnappyCompression.Compress(source, target);
                break;
            case CompressionType.Lz4:
                Lz4Compression.Compress(source, target, level ?? Lz4Compression.DefaultLevel, wrongHeaderChecksum: magic == Lz4Compression.MagicWithWrongChecksum);
                break;
            case CompressionType.Zstd:
                ZstdCompression.Compress(source, target, level ?? ZstdCompression.DefaultLevel);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "no such codec");
        }
    }

    static DecompressionResult Copy(ReadOnlySpan<byte> source, PooledBuffer target)
    {
        if (!target.TryGetSpan(source.Length, out var span))
            return DecompressionResult.TooLarge;
        source.CopyTo(span);
        target.Advance(source.Length);
        return DecompressionResult.Done;
    }
}
