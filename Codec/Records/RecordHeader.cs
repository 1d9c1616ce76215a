namespace NettyKafka.Codec.Records;

/// <summary>A header of a record to be written, or one copied out of a batch.</summary>
public readonly record struct RecordHeader(string Key, byte[]? Value);
