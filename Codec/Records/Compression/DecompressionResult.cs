namespace NettyKafka.Codec.Records.Compression;

/// <summary>How a decompression ended.</summary>
public enum DecompressionResult
{
    Done,

    /// <summary>The bytes are not of the codec, or cut off.</summary>
    Corrupt,

    /// <summary>They hold more than the target may take.</summary>
    TooLarge,

    /// <summary>No codec has this id.</summary>
    UnknownCodec,
}
