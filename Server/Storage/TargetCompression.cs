using NettyKafka.Codec.Records;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Storage;

/// <summary>The codec and level that a topic wants its batches written with.</summary>
readonly record struct TargetCompression(CompressionType Type, int? Level)
{
    /// <summary>What a topic makes of batches that came with the codec <paramref name="source"/>.</summary>
    public static TargetCompression Of(TopicConfig config, CompressionType source)
    {
        var type = config.CompressionType switch
        {
            "producer" => source,
            "uncompressed" => CompressionType.None,
            "gzip" => CompressionType.Gzip,
            "snappy" => CompressionType.Snappy,
            "lz4" => CompressionType.Lz4,
            "zstd" => CompressionType.Zstd,
            var other => throw new ArgumentException($"compression.type {other}"),
        };
        return new(type, LevelOf(config, type));
    }

    static int? LevelOf(TopicConfig config, CompressionType type) => type switch
    {
        CompressionType.Gzip => config.CompressionGzipLevel,
        CompressionType.Lz4 => config.CompressionLz4Level,
        CompressionType.Zstd => config.CompressionZstdLevel,
        _ => null,
    };
}
