namespace NettyKafka.Codec.Generator;

/// <summary>Reads the lines of one message: fields, the fields of their structs below them, and structs used by name.</summary>
sealed class MessageParser(Message message, IReadOnlyList<SchemaLine> lines)
{
    readonly List<Struct> open = [message.Root];

    public void Parse(List<SchemaException> errors)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            try
            {
                ParseLine(lines[i], HasFieldsBelow(i));
            }
            catch (SchemaException e)
            {
                errors.Add(e);
                var failed = lines[i];
                while (i + 1 < lines.Count && lines[i + 1].Depth > failed.Depth)
                    i++;
            }
        }
    }

    bool HasFieldsBelow(int i) => i + 1 < lines.Count && lines[i + 1].Depth > lines[i].Depth;

    void ParseLine(SchemaLine line, bool hasFieldsBelow)
    {
        if (line.Spaces % 2 != 0)
            throw line.Error("fields are indented by steps of two spaces");
        if (line.Depth > open.Count)
            throw line.Error($"'{line.Words[0]}' stands deeper than a field of the struct above it");
        open.RemoveRange(line.Depth, open.Count - line.Depth);

        if (line.Words[0] == "struct")
            ParseStruct(line, hasFieldsBelow);
        else
            ParseField(line, hasFieldsBelow);
    }

    void ParseStruct(SchemaLine line, bool hasFieldsBelow)
    {
        if (line.Words.Count != 2 || !Naming.IsIdentifier(line.Words[1]))
            throw line.Error("a struct is 'struct' and its name");
        if (!hasFieldsBelow)
            throw line.Error($"struct {line.Words[1]} has no fields");
        if (line.Depth != 1)
            throw line.Error($"struct {line.Words[1]} stands among the fields of another struct");
        Open(line, line.Words[1]);
    }

    void ParseField(SchemaLine line, bool hasFieldsBelow)
    {
        var parent = open[open.Count - 1];
        var field = FieldParser.Parse(line);
        if (parent.Fields.Exists(other => other.Name == field.Name))
            throw line.Error($"{parent.Name} has two fields '{field.Name}'");
        parent.Fields.Add(field);
        if (hasFieldsBelow && field.Primitive is null)
            Open(line, field.TypeName);
    }

    void Open(SchemaLine line, string name)
    {
        var opened = new Struct(name);
        open.Add(opened);
        if (message.Structs.Exists(other => other.Name == name))
            throw line.Error($"struct {name} is defined twice");
        message.Structs.Add(opened);
    }
}
