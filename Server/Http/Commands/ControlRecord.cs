using System.Text;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using NettyKafka.Testing;

namespace NettyKafka.Http.Commands;

/// <summary>A record as JSON: keys and values are text, or in base64 where they are other bytes.</summary>
sealed record ControlRecord(string Topic)
{
    public int Partition { get; init; }

    /// <summary>Where it was read, or written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Offset { get; init; }

    /// <summary>Milliseconds since 1970; the time when it is written, unless it is set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Timestamp { get; init; }

    public string? Key { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeyBase64 { get; init; }

    public string? Value { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ValueBase64 { get; init; }

    public IReadOnlyList<ControlHeader>? Headers { get; init; }

    public static ControlRecord Of(EmbeddedRecord record) => new(record.Topic)
    {
        Partition = record.Partition,
        Offset = record.Offset,
        Timestamp = record.Timestamp?.ToUnixTimeMilliseconds(),
        Key = TextOf(record.Key),
        KeyBase64 = Base64Of(record.Key),
        Value = TextOf(record.Value),
        ValueBase64 = Base64Of(record.Value),
        Headers = [.. record.Headers.Select(header => new ControlHeader(header.Key) { Value = TextOf(header.Value), ValueBase64 = Base64Of(header.Value) })],
    };

    /// <exception cref="ArgumentException">It has a part in both forms, or base64 that is none.</exception>
    public EmbeddedRecord ToRecord() => new(Topic, BytesOf("key", Key, KeyBase64), BytesOf("value", Value, ValueBase64))
    {
        Partition = Partition,
        Timestamp = Timestamp is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null,
        Headers = [.. (Headers ?? []).Select(header => KeyValuePair.Create(header.Key, BytesOf("value", header.Value, header.ValueBase64)))],
    };

    static string? TextOf(byte[]? bytes) => bytes is not null && Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    static string? Base64Of(byte[]? bytes) => bytes is null || Utf8.IsValid(bytes) ? null : Convert.ToBase64String(bytes);

    static byte[]? BytesOf(string name, string? text, string? base64)
    {
        if (text is not null && base64 is not null)
            throw new ArgumentException($"A record has {name} or {name}Base64, not both");
        if (base64 is null)
            return text is null ? null : Encoding.UTF8.GetBytes(text);
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : throw new ArgumentException($"{name}Base64: {base64} is not base64");
    }
}
