using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Codec;

/// <summary>
/// Compares a message with its value in Kafka's JSON: every field by its name; one that the JSON lacks has its default; bytes are in base64,
/// uuids in 22 letters.
/// </summary>
sealed class MessageJson(Func<string, byte[], object>? readEmbedded)
{
    readonly List<string> differences = [];

    /// <summary>Returns the differences. Where the JSON shows the fields of a message that is kept as bytes, <paramref name="readEmbedded"/> reads it, given the field's name.</summary>
    public static IReadOnlyList<string> Compare(object message, JsonElement json, Func<string, byte[], object>? readEmbedded = null)
    {
        var comparison = new MessageJson(readEmbedded);
        comparison.CompareFields(message, json, message.GetType().Name);
        return comparison.differences;
    }

    void CompareFields(object message, JsonElement json, string path)
    {
        var defaults = Activator.CreateInstance(message.GetType())!;
        var fields = Fields(message.GetType()).ToDictionary(field => JsonName(field.Name));
        foreach (var (name, field) in fields)
        {
            if (json.TryGetProperty(name, out var value))
                CompareValue(field.GetValue(message), value, $"{path}.{name}");
            else if (!IsSame(field.GetValue(message), field.GetValue(defaults)))
                differences.Add($"{path}.{name} is {field.GetValue(message)}, not its default");
        }

        differences.AddRange(json.EnumerateObject().Where(value => !fields.ContainsKey(value.Name)).Select(value => $"{path}.{value.Name} is no field of ours"));
    }

    void CompareValue(object? actual, JsonElement expected, string path)
    {
        if (expected.ValueKind == JsonValueKind.Object && actual is byte[] bytes && readEmbedded is not null)
            CompareFields(readEmbedded(path[(path.LastIndexOf('.') + 1)..], bytes), expected, path);
        else if (expected.ValueKind == JsonValueKind.Object && actual is not null)
            CompareFields(actual, expected, path);
        else if (expected.ValueKind == JsonValueKind.Array && actual is IList list and not byte[])
            CompareElements(list, expected, path);
        else if (Text(actual) != Text(expected, actual))
            differences.Add($"{path} is {Text(actual)}, should be {expected}");
    }

    void CompareElements(IList actual, JsonElement expected, string path)
    {
        if (actual.Count != expected.GetArrayLength())
            differences.Add($"{path} has {actual.Count} elements, should have {expected.GetArrayLength()}");
        foreach (var (i, element) in expected.EnumerateArray().Take(actual.Count).Index())
            CompareValue(actual[i], element, $"{path}[{i}]");
    }

    static string Text(JsonElement expected, object? actual) => expected.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.String => "'" + expected.GetString() + "'",
        JsonValueKind.Number when actual is double => expected.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        _ => expected.GetRawText(),
    };

    static string Text(object? actual) => actual switch
    {
        null => "null",
        string text => $"'{text}'",
        Uuid uuid => $"'{uuid}'",
        byte[] bytes => $"'{Convert.ToBase64String(bytes)}'",
        Records records => $"'{Convert.ToBase64String(records.Span)}'",
        bool value => value ? "true" : "false",
        ErrorCode error => ((short)error).ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"no JSON for {actual.GetType()}"),
    };

    static bool IsSame(object? a, object? b) => (a, b) switch
    {
        (IList x, IList y) => x.Count == y.Count && x.Cast<object>().Zip(y.Cast<object>(), IsSame).All(same => same),
        (ValueType x, ValueType y) when IsStruct(x.GetType()) => Fields(x.GetType()).All(field => IsSame(field.GetValue(x), field.GetValue(y))),
        (Records x, Records y) => x.Span.SequenceEqual(y.Span),
        _ => Equals(a, b),
    };

    static bool IsStruct(Type type) => type.GetInterface("IStruct`1") is not null;

    static PropertyInfo[] Fields(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    static string JsonName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
