namespace NettyKafka.Codec.Generator;

/// <summary>Reads the lines at the head of a schema.</summary>
static class HeadParser
{
    public static void ParseKind(Schema schema, SchemaLine line)
    {
        if (line.IsBlank || line.Spaces > 0)
            throw line.Error("a schema begins with what it is of: 'api 1 Fetch', 'data AbortedTxn'");
        schema.Kind = line.Words[0] switch
        {
            "api" => SchemaKind.Api,
            "header" => SchemaKind.Header,
            "data" => SchemaKind.Data,
            "metadata" => SchemaKind.Metadata,
            "coordinator-key" => SchemaKind.CoordinatorKey,
            "coordinator-value" => SchemaKind.CoordinatorValue,
            _ => throw line.Error($"'{line.Words[0]}' is no kind of schema"),
        };
        if (schema.Kind == SchemaKind.Api)
            schema.Key = Number(line, 1);
        var name = schema.Kind == SchemaKind.Api ? 2 : 1;
        if (line.Words.Count != name + 1 || !Naming.IsIdentifier(line.Words[name]))
            throw line.Error($"after '{line.Words[0]}' {(name == 2 ? "a key and a name are" : "a name is")} expected");
        schema.Name = line.Words[name];
    }

    public static void ParseLine(Schema schema, SchemaLine line)
    {
        switch (line.Words[0])
        {
            case "versions":
                schema.Versions = Range(line);
                break;
            case "flexible":
                schema.FlexibleFrom = line.Words.Count == 2 && line.Words[1] == "none" ? short.MaxValue : Range(line).Min;
                schema.SaysFlexible = true;
                break;
            case "unstable":
                schema.Unstable = Number(line, 1);
                break;
            case "key" when schema.Kind is SchemaKind.Metadata or SchemaKind.CoordinatorKey or SchemaKind.CoordinatorValue:
                schema.Key = Number(line, 1);
                break;
            case "kafka4" when schema.Kind == SchemaKind.Api:
                Range(line);
                break;
            case "listeners" when schema.Kind == SchemaKind.Api:
                CheckListeners(line);
                break;
            default:
                throw line.Error($"'{line.Words[0]}' says nothing about a schema");
        }
    }

    public static void CheckComplete(Schema schema, SchemaLine first)
    {
        if (schema.Versions.IsEmpty)
            throw first.Error($"{schema.Name} has no line 'versions'");
        if (!schema.SaysFlexible)
            throw first.Error($"{schema.Name} has no line 'flexible'");
        if (schema.Key is null && schema.Kind is not (SchemaKind.Data or SchemaKind.Header))
            throw first.Error($"{schema.Name} has no line 'key'");
        if (schema.Unstable is { } unstable && (unstable <= schema.Versions.Min || unstable > schema.Versions.Max))
            throw first.Error($"version {unstable} cannot be unstable: the versions are {schema.Versions}");
    }

    static void CheckListeners(SchemaLine line)
    {
        if (line.Words.Count < 2 || line.Words.Skip(1).Any(word => word is not ("broker" or "controller")))
            throw line.Error("'listeners' is followed by 'broker', 'controller' or both");
    }

    static Versions Range(SchemaLine line) =>
        line.Words.Count == 2 && Versions.Parse(line.Words[1]) is { } versions ? versions : throw line.Error($"'{line.Words[0]}' is followed by versions such as 0-3");

    static short Number(SchemaLine line, int word) =>
        line.Words.Count > word && Versions.ParseNumber(line.Words[word]) is { } number ? number : throw line.Error($"'{line.Words[0]}' is followed by a number");
}
