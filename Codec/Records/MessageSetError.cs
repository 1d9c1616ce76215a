namespace NettyKafka.Codec.Records;

/// <summary>Why a message set cannot be read.</summary>
public enum MessageSetError
{
    None,

    /// <summary>The bytes are not those that were sent: a CRC is wrong.</summary>
    CorruptRecord,

    /// <summary>The bytes are as they were sent, and break the format's rules.</summary>
    InvalidRecord,

    /// <summary>A compressed message holds more than the reader may decompress.</summary>
    TooLarge,
}
