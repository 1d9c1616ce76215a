using System.Text;

namespace NettyKafka.Testing;

/// <summary>A record of a topic, to put there or as it was read back.</summary>
public sealed record EmbeddedRecord(string Topic, byte[]? Key, byte[]? Value)
{
    /// <summary>A record of text, in UTF-8.</summary>
    public EmbeddedRecord(string topic, string? key, string? value)
        : this(topic, key is null ? null : Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value))
    {
    }

    public int Partition { get; init; }

    /// <summary>Where the record is in its partition; -1 before it was written.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>The time when it is written, unless it is set.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    public IReadOnlyList<KeyValuePair<string, byte[]?>> Headers { get; init; } = [];

    /// <summary>The key as UTF-8 text.</summary>
    public string? KeyText => Key is null ? null : Encoding.UTF8.GetString(Key);

    /// <summary>The value as UTF-8 text.</summary>
    public string? ValueText => Value is null ? null : Encoding.UTF8.GetString(Value);
}
