namespace NettyKafka.Codec.Generator;

/// <summary>Reads a field's line: its name, its type, its marks.</summary>
static class FieldParser
{
    public static Field Parse(SchemaLine line)
    {
        if (line.Words.Count < 2)
            throw line.Error($"field '{line.Words[0]}' has no type");
        if (!Naming.IsIdentifier(line.Words[0]))
            throw line.Error($"'{line.Words[0]}' is no name of a field");

        var field = ParseType(line, line.Words[1]);
        string? defaultText = null;
        for (var i = 2; i < line.Words.Count; i++)
        {
            var word = line.Words[i];
            if (word[0] == '=' && defaultText is null)
                defaultText = word.Substring(1);
            else if (!TryApply(field, word))
                throw line.Error($"'{word}' is no mark of a field, stands here twice, or has no valid number");
        }

        if (defaultText is not null)
            field.Default = Defaults.Parse(field, defaultText) ?? throw line.Error($"'{defaultText}' is no default of a field of type {line.Words[1]}");
        return field;
    }

    static Field ParseType(SchemaLine line, string type)
    {
        var isArray = type.StartsWith("[]", StringComparison.Ordinal);
        var mark = type.IndexOf('?');
        var start = isArray ? 2 : 0;
        var name = type.Substring(start, (mark < 0 ? type.Length : mark) - start);
        if (!Naming.IsIdentifier(name))
            throw line.Error($"'{type}' is no type");

        var field = new Field(line, Naming.Pascal(line.Words[0]), name, isArray);
        if (mark >= 0)
            field.NullableVersions = ParseNullable(line, type.Substring(mark + 1));
        if (field.IsNullable && field is { IsReference: false, IsPlainStruct: false })
            throw line.Error($"type {name} cannot be null");
        if (isArray && field.Primitive is { CanBeElement: false })
            throw line.Error($"type {name} is no element of an array");
        if (!isArray && field.Primitive is null && char.IsLower(name[0]))
            throw line.Error($"unknown type '{name}'");
        return field;
    }

    static Versions ParseNullable(SchemaLine line, string text) =>
        text.Length == 0 ? Versions.All : Versions.Parse(text) ?? throw line.Error($"'?{text}' does not name versions");

    static bool TryApply(Field field, string word)
    {
        if (word == "ignorable" && !field.IsIgnorable)
            return field.IsIgnorable = true;
        if (word == "never-compact" && !field.IsNeverCompact && field.Primitive is { IsString: true })
            return field.IsNeverCompact = true;
        if (word.StartsWith("tag", StringComparison.Ordinal) && field.Tag is null)
            return (field.Tag = Versions.ParseNumber(word.Substring(3))) is not null;
        if (word[0] == 'v' && field.Versions.Equals(Versions.All) && Versions.Parse(word.Substring(1)) is { } versions)
            field.Versions = versions;
        else
            return word == "key" || word[0] == '@';
        return true;
    }
}
