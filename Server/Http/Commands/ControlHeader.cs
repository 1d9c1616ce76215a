using System.Text.Json.Serialization;

namespace NettyKafka.Http.Commands;

/// <summary>A record's header as JSON.</summary>
sealed record ControlHeader(string Key)
{
    public string? Value { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ValueBase64 { get; init; }
}
