namespace NettyKafka.Codec.Records;

/// <summary>
/// One record as a view of its bytes, of any format version. A null key or value is an empty span with <see cref="HasKey"/> or <see cref="HasValue"/> false.
/// </summary>
public readonly ref struct Record
{
    public long Offset { get; init; }

    /// <summary>The record's own timestamp, or that of its batch where the log's append time counts.</summary>
    public long Timestamp { get; init; }

    public bool HasKey { get; init; }

    public ReadOnlySpan<byte> Key { get; init; }

    public bool HasValue { get; init; }

    public ReadOnlySpan<byte> Value { get; init; }

    public RecordHeaders Headers { get; init; }

    /// <summary>The bytes the record takes uncompressed, its own length included.</summary>
    public int SizeInBytes { get; init; }
}
