using System.Text.Json;
using System.Text.Json.Serialization;

namespace NettyKafka.Testing.Faults;

/// <summary>Values of an enumeration by Kafka's names, NOT_LEADER_OR_FOLLOWER, or by ours, NotLeaderOrFollower.</summary>
sealed class KafkaNameConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    static readonly Dictionary<string, TEnum> byName = Enum.GetValues<TEnum>().ToDictionary(value => $"{value}", StringComparer.OrdinalIgnoreCase);

    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        return byName.TryGetValue(name.Replace("_", "", StringComparison.Ordinal), out var value)
            ? value
            : throw new JsonException("", new FormatException($"it is one of {string.Join(", ", byName.Values.Select(NameOf))}."));
    }

    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) => writer.WriteStringValue(NameOf(value));

    static string NameOf(TEnum value) => JsonNamingPolicy.SnakeCaseUpper.ConvertName($"{value}");
}
