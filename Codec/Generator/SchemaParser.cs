using Microsoft.CodeAnalysis.Text;

namespace NettyKafka.Codec.Generator;

/// <summary>Reads a schema file: what it is of, its versions, its messages.</summary>
sealed class SchemaParser
{
    const string Request = "request";
    const string Response = "response";

    readonly List<SchemaException> errors = [];
    readonly List<SchemaLine> lines;
    readonly Schema schema = new();
    readonly HashSet<string> heads = [];
    readonly Dictionary<string, List<SchemaLine>> bodies = [];

    /// <summary>The message whose fields are being read; null at the head of the file.</summary>
    string? current;

    SchemaParser(string path, SourceText text) =>
        lines = text.Lines.Select(line => new SchemaLine(path, line)).ToList();

    /// <summary>The schema, and what is wrong with it: it is whole only when nothing is.</summary>
    public static (Schema Schema, IReadOnlyList<SchemaException> Errors) Parse(string path, SourceText text)
    {
        var parser = new SchemaParser(path, text);
        parser.Parse();
        return (parser.schema, parser.errors);
    }

    void Parse()
    {
        var first = lines.Find(line => !line.IsBlank) ?? lines[0];
        try
        {
            HeadParser.ParseKind(schema, first);
            foreach (var line in lines.Where(line => !line.IsBlank && line != first))
                ParseLine(line);
            HeadParser.CheckComplete(schema, first);
            ParseMessages(first);
        }
        catch (SchemaException e)
        {
            errors.Add(e);
        }
    }

    void ParseLine(SchemaLine line)
    {
        if (line.Spaces > 0)
            Body(line).Add(line);
        else if (schema.Kind == SchemaKind.Api && line.Text is Request or Response)
            Begin(line, line.Text);
        else if (current is not null)
            throw line.Error($"'{line.Text}' stands below the fields");
        else if (!heads.Add(line.Words[0]))
            throw line.Error($"'{line.Words[0]}' stands here twice");
        else
            HeadParser.ParseLine(schema, line);
    }

    List<SchemaLine> Body(SchemaLine line)
    {
        if (current is null && schema.Kind == SchemaKind.Api)
            throw line.Error($"'{line.Words[0]}' stands above '{Request}'");
        if (current is null)
            Begin(line, "");
        return bodies[current!];
    }

    void Begin(SchemaLine line, string name)
    {
        if (bodies.ContainsKey(name))
            throw line.Error($"'{name}' stands here twice");
        bodies[name] = [];
        current = name;
    }

    void ParseMessages(SchemaLine first)
    {
        if (schema.Kind != SchemaKind.Api)
        {
            ParseMessage(schema.Name, bodies.TryGetValue("", out var fields) ? fields : []);
            return;
        }

        foreach (var part in new[] { Request, Response })
            ParseMessage(schema.Name + Naming.Pascal(part), bodies.TryGetValue(part, out var fields) ? fields : throw first.Error($"{schema.Name} has no '{part}'"));
    }

    void ParseMessage(string name, List<SchemaLine> fields)
    {
        var message = new Message(name, schema);
        var known = errors.Count;
        new MessageParser(message, fields).Parse(errors);
        if (errors.Count == known)
            new MessageResolver(message, errors).Resolve();
        schema.Messages.Add(message);
    }
}
