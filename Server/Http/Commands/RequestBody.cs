using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NettyKafka.Http.Commands;

/// <summary>Makes a request of JSON, and says in its sender's words what is wrong with it.</summary>
static class RequestBody
{
    /// <exception cref="ArgumentException">It is not a request of the type.</exception>
    public static T Read<T>(JsonElement body, JsonTypeInfo<T> type)
        where T : class
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw new ArgumentException("The body is to be a JSON object.");
        try
        {
            Check(body, type, "");
            return body.Deserialize(type)!;
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{e.Path?.TrimStart('$', '.')} is not as it should be: {(e.InnerException as FormatException ?? (Exception)e).Message}", e);
        }
    }

    /// <summary>No bytes are an empty object.</summary>
    /// <exception cref="ArgumentException">They are no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return JsonDocument.Parse("{}");
        try
        {
            return JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter: a name with escapes that make no text.
            throw new ArgumentException($"The body is not JSON: {e.Message}", e);
        }
    }

    static void Check(JsonElement element, JsonTypeInfo type, string path)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                CheckObject(element, type, path);
                break;
            case JsonTypeInfoKind.Enumerable:
                Require(element.ValueKind == JsonValueKind.Array, path, "an array");
                foreach (var (i, item) in element.EnumerateArray().Index())
                    CheckItem(item, type.Options.GetTypeInfo(type.ElementType!), $"{path}[{i}]");
                break;
            case JsonTypeInfoKind.Dictionary:
                Require(element.ValueKind == JsonValueKind.Object, path, "an object");
                foreach (var property in element.EnumerateObject())
                    CheckItem(property.Value, type.Options.GetTypeInfo(type.ElementType!), $"{path}.{property.Name}");
                break;
            default:
                CheckValue(element, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path);
                break;
        }
    }

    /// <summary>No list or map of a request has nulls among its values.</summary>
    static void CheckItem(JsonElement item, JsonTypeInfo type, string path)
    {
        if (item.ValueKind == JsonValueKind.Null)
            throw new ArgumentException($"{path} cannot be null");
        Check(item, type, path);
    }

    static void CheckObject(JsonElement element, JsonTypeInfo type, string path)
    {
        Require(element.ValueKind == JsonValueKind.Object, path, "an object");
        foreach (var property in element.EnumerateObject())
        {
            var known = type.Properties.FirstOrDefault(candidate => candidate.Name == property.Name)
                ?? throw new ArgumentException($"{Join(path, property.Name)} is unknown; valid: {string.Join(", ", type.Properties.Select(candidate => candidate.Name))}");
            if (property.Value.ValueKind != JsonValueKind.Null || !known.IsSetNullable)
                CheckItem(property.Value, type.Options.GetTypeInfo(known.PropertyType), Join(path, property.Name));
        }
        if (type.Properties.FirstOrDefault(property => property.IsRequired && !element.TryGetProperty(property.Name, out _)) is { } missing)
            throw new ArgumentException($"{Join(path, missing.Name)} is missing");
    }

    static void CheckValue(JsonElement element, Type type, string path)
    {
        if (type == typeof(string))
            Require(element.ValueKind == JsonValueKind.String && IsText(element), path, "a string");
        else if (type == typeof(bool))
            Require(element.ValueKind is JsonValueKind.True or JsonValueKind.False, path, "true or false");
        else if (type == typeof(int))
            Require(element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out _), path, "a whole number of 32 bits");
        else if (type == typeof(long))
            Require(element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out _), path, "a whole number of 64 bits");
    }

    /// <summary>Escapes that make no text are found when it is read.</summary>
    static bool IsText(JsonElement element)
    {
        try
        {
            return element.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    static void Require(bool condition, string path, string expected)
    {
        if (!condition)
            throw new ArgumentException($"{path}: {expected} is expected");
    }

    static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
