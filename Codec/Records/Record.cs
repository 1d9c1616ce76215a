namespace NettyKafka.Codec.Records;

/// <summary>One record as a view of its bytes, of any format version. A null key or value is an empty span with <see cref="HasKey"/> or <see cref="HasValue"/> false.</summary>
public readonly ref struct Record
{
    readonly ReadOnlySpan<byte> bytes;
    readonly Field key;
    readonly Field value;
    readonly int headersPosition;
    readonly int headerCount;

    internal Record(ReadOnlySpan<byte> bytes, long offset, long timestamp, Field key, Field value, int headersPosition, int headerCount)
    {
        this.bytes = bytes;
        this.key = key;
        this.value = value;
        this.headersPosition = headersPosition;
        this.headerCount = headerCount;
        Offset = offset;
        Timestamp = timestamp;
    }

    public long Offset { get; }

    /// <summary>The record's own timestamp, or that of its batch where the log's append time counts.</summary>
    public long Timestamp { get; }

    public bool HasKey => key.IsPresent;

    public ReadOnlySpan<byte> Key => key.In(bytes);

    public bool HasValue => value.IsPresent;

    public ReadOnlySpan<byte> Value => value.In(bytes);

    public RecordHeaders Headers => new(headerCount, bytes[headersPosition..]);

    /// <summary>The bytes the record takes uncompressed, its own length included.</summary>
    public int SizeInBytes => bytes.Length;

    /// <summary>Where a key or value lies in the record's bytes; a negative length is null.</summary>
    internal readonly struct Field(int position, int length)
    {
        public bool IsPresent => length >= 0;

        public int End => position + Math.Max(length, 0);

        public ReadOnlySpan<byte> In(ReadOnlySpan<byte> bytes) => length > 0 ? bytes.Slice(position, length) : default;
    }
}
