using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NettyKafka.Testing.Faults;

/// <summary>A time as a number of milliseconds, or as "00:00:01.5".</summary>
sealed class MillisecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var milliseconds))
            return TimeSpan.FromMilliseconds(milliseconds);
        if (reader.TokenType == JsonTokenType.String && TimeSpan.TryParseExact(reader.GetString(), "c", CultureInfo.InvariantCulture, out var time))
            return time;
        throw new JsonException("", new FormatException("it is a whole number of milliseconds, or a time like \"00:00:01.5\"."));
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString("c", CultureInfo.InvariantCulture));
}
