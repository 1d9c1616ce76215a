using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using NettyKafka.Http.Commands;

namespace NettyKafka.Http;

/// <summary>Describes the commands as OpenAPI 3.1: each a POST, requests and responses as schemas of their own.</summary>
static class OpenApiDocument
{
    const string Schemas = "#/components/schemas/";

    static readonly JsonSchemaExporterOptions exporter = new() { TreatNullObliviousAsNonNullable = true };

    public static byte[] Write(IReadOnlyList<ControlCommand> commands)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = ControlJson.Web.Options.Encoder }))
            DocumentOf(commands).WriteTo(writer);
        return buffer.ToArray();
    }

    static JsonObject DocumentOf(IReadOnlyList<ControlCommand> commands) => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject
        {
            ["title"] = "NettyKafka control",
            ["description"] = "Commands to a Kafka broker under test, by the names of the methods of EmbeddedKafka in C#.",
            ["version"] = VersionOfAssembly(),
        },
        ["paths"] = ObjectOf(commands.Select(command => KeyValuePair.Create($"/control/{command.Name}", (JsonNode?)PathOf(command)))),
        ["components"] = new JsonObject { ["schemas"] = ObjectOf(SchemasOf(commands)) },
    };

    static JsonObject PathOf(ControlCommand command) => new()
    {
        ["post"] = new JsonObject
        {
            ["operationId"] = command.Name,
            ["summary"] = command.Summary,
            ["requestBody"] = new JsonObject { ["content"] = ContentOf(command.Request, JsonNode.Parse(command.Example)) },
            ["responses"] = new JsonObject
            {
                ["200"] = ResponseOf("Done.", command.Response),
                ["400"] = ResponseOf("The request is wrong; the error says what is valid.", ControlJson.Web.ControlError),
                ["408"] = ResponseOf("What was waited for did not come in time.", ControlJson.Web.ControlError),
                ["409"] = ResponseOf("The broker is in no state for it.", ControlJson.Web.ControlError),
                ["500"] = ResponseOf("The broker could not do it.", ControlJson.Web.ControlError),
            },
        },
    };

    static JsonObject ResponseOf(string description, JsonTypeInfo type) => new() { ["description"] = description, ["content"] = ContentOf(type, null) };

    static JsonObject ContentOf(JsonTypeInfo type, JsonNode? example)
    {
        var content = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = Schemas + type.Type.Name } };
        if (example is not null)
            content["example"] = example;
        return new() { ["application/json"] = content };
    }

    static IEnumerable<KeyValuePair<string, JsonNode?>> SchemasOf(IReadOnlyList<ControlCommand> commands) =>
        commands.SelectMany(command => new[] { command.Request, command.Response })
            .Append(ControlJson.Web.ControlError)
            .DistinctBy(type => type.Type)
            .Select(type => KeyValuePair.Create(type.Type.Name, SchemaOf(type)));

    /// <summary>The schema of a type; its references are to itself, wherever it is put.</summary>
    static JsonNode? SchemaOf(JsonTypeInfo type)
    {
        var schema = type.GetJsonSchemaAsNode(exporter);
        foreach (var reference in ReferencesIn(schema).ToList())
            reference["$ref"] = Schemas + type.Type.Name + reference["$ref"]!.GetValue<string>()[1..];
        return schema;
    }

    static IEnumerable<JsonObject> ReferencesIn(JsonNode? node) => node switch
    {
        JsonObject found => (found["$ref"] is JsonValue ? [found] : Enumerable.Empty<JsonObject>()).Concat(found.SelectMany(property => ReferencesIn(property.Value))),
        JsonArray array => array.SelectMany(ReferencesIn),
        _ => [],
    };

    static JsonObject ObjectOf(IEnumerable<KeyValuePair<string, JsonNode?>> properties) => new(properties);

    static string VersionOfAssembly() => typeof(OpenApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
