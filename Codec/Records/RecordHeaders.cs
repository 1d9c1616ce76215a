using NettyKafka.Codec.Wire;

namespace NettyKafka.Codec.Records;

/// <summary>The headers of one record, read in place; they were checked when the record was read.</summary>
public readonly ref struct RecordHeaders
{
    internal RecordHeaders(int count, ReadOnlySpan<byte> bytes)
    {
        Count = count;
        Bytes = bytes;
    }

    public int Count { get; }

    /// <summary>The headers as they stand in the record, without their count.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public Enumerator GetEnumerator() => new(this);

    public RecordHeader[] ToArray()
    {
        var headers = new RecordHeader[Count];
        var index = 0;
        foreach (var header in this)
            headers[index++] = header.ToHeader();
        return headers;
    }

    /// <summary>One header as a view of its bytes.</summary>
    public readonly ref struct View
    {
        public ReadOnlySpan<byte> Key { get; init; }

        public bool HasValue { get; init; }

        public ReadOnlySpan<byte> Value { get; init; }

        public RecordHeader ToHeader() => new(System.Text.Encoding.UTF8.GetString(Key), HasValue ? Value.ToArray() : null);
    }

    public ref struct Enumerator
    {
        ReadOnlySpan<byte> rest;
        int left;

        internal Enumerator(RecordHeaders headers)
        {
            rest = headers.Bytes;
            left = headers.Count;
        }

        public View Current { get; private set; }

        public bool MoveNext()
        {
            if (left-- <= 0)
                return false;
            var key = Take();
            VarInt.TryRead(rest, out int length, out _);
            var value = Take();
            Current = new() { Key = key, HasValue = length >= 0, Value = value };
            return true;
        }

        ReadOnlySpan<byte> Take()
        {
            VarInt.TryRead(rest, out int length, out var size);
            var end = size + Math.Max(length, 0);
            var taken = rest[size..end];
            rest = rest[end..];
            return taken;
        }
    }
}
