using Microsoft.CodeAnalysis.Text;

namespace NettyKafka.Codec.Generator;

/// <summary>Reads a schema file: what it is of, its versions, its messages.</summary>
sealed class SchemaParser
{
    readonly List<SchemaException> errors = [];
    readonly List<SchemaLine> lines;
    readonly Schema schema = new();

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
        var first = lines[0];
        lines.RemoveAll(line => line.IsBlank);
        try
        {
            HeadParser.ParseKind(schema, lines.Count > 0 ? lines[0] : first);
            foreach (var line in lines.Skip(1).Where(line => line.Spaces == 0 && !IsMessageStart(line)))
                HeadParser.ParseLine(schema, line);
            HeadParser.CheckComplete(schema, first);
            ParseMessages();
        }
        catch (SchemaException e)
        {
            errors.Add(e);
        }
    }

    void ParseMessages()
    {
        if (schema.Kind == SchemaKind.Api)
        {
            ParseMessage("request", schema.Name + "Request");
            ParseMessage("response", schema.Name + "Response");
        }
        else
        {
            ParseMessage(null, schema.Name);
        }
    }

    void ParseMessage(string? start, string name)
    {
        var at = start is null ? 0 : lines.FindIndex(line => line.Spaces == 0 && line.Text == start);
        if (at < 0)
            throw lines[0].Error($"api {schema.Name} has no {start}");
        var message = new Message(name, schema);
        var body = lines.Skip(at + 1).SkipWhile(line => start is null && line.Spaces == 0).TakeWhile(line => line.Spaces > 0).ToList();
        new MessageParser(message, body).Parse(errors);
        new MessageResolver(message, errors).Resolve();
        schema.Messages.Add(message);
    }

    bool IsMessageStart(SchemaLine line) => schema.Kind == SchemaKind.Api && line.Text is "request" or "response";
}
