using System.Text.Json;

namespace NettyKafka.Testing.Faults;

/// <summary>Rules as JSON.</summary>
static class FaultRuleJson
{
    static readonly string[] names = [.. FaultRuleContext.Default.FaultRule.Properties.Select(property => property.Name)];

    /// <exception cref="ArgumentException">It is no rule, and no array of rules; the message says what is valid.</exception>
    public static IReadOnlyList<FaultRule> Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(Read)] : [Read(root)];
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The rules are no valid JSON: {e.Message}", e);
        }
    }

    public static string Write(FaultRule rule) => JsonSerializer.Serialize(rule, FaultRuleContext.Default.FaultRule);

    static FaultRule Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new ArgumentException($"A rule is a JSON object, not {element.GetRawText()}.");
        foreach (var property in element.EnumerateObject())
            CheckProperty(property);
        return element.Deserialize(FaultRuleContext.Default.FaultRule)!;
    }

    static void CheckProperty(JsonProperty property)
    {
        if (!names.Contains(property.Name))
            throw new ArgumentException($"A rule has no property {property.Name}; it has {string.Join(", ", names)}.");
        try
        {
            JsonSerializer.Deserialize($"{{\"{property.Name}\":{property.Value.GetRawText()}}}", FaultRuleContext.Default.FaultRule);
        }
        catch (JsonException e)
        {
            var type = FaultRuleContext.Default.FaultRule.Properties.First(known => known.Name == property.Name).PropertyType;
            throw new ArgumentException($"{property.Value.GetRawText()} is no value of {property.Name}: {(e.InnerException is FormatException format ? format.Message : Describe(type))}", e);
        }
    }

    static string Describe(Type type) => $"{(Nullable.GetUnderlyingType(type) ?? type).Name} is needed.";
}
