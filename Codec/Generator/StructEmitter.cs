namespace NettyKafka.Codec.Generator;

/// <summary>Emits the members that a message and its structs have alike: properties, constructors, Write.</summary>
sealed class StructEmitter(CodeWriter code, Struct type, Message message)
{
    readonly bool isRoot = type == message.Root;
    readonly Versions flexible = new(message.Schema.FlexibleFrom, short.MaxValue);

    bool HasTagged => type.Fields.Exists(spec => spec.IsTagged);

    bool IsFlexible => !flexible.Intersect(type.Versions).IsEmpty && message.Schema.FlexibleFrom != short.MaxValue;

    string? Flexible => flexible.ConditionWithin(type.Versions);

    public void EmitProperties()
    {
        foreach (var field in type.Fields)
        {
            var facts = string.Join(" ", field.Line.Words.Skip(1));
            code.Line($"/// <summary><c>{facts}</c></summary>");
            code.Line($"public {new FieldCode(field, type, message).Type} {field.Name} {{ get; set; }}");
            code.Line();
        }
    }

    public void EmitConstructors()
    {
        var defaults = type.Fields.FindAll(field => !Defaults.IsZero(field));
        if (isRoot || defaults.Count > 0)
        {
            code.Open($"public {type.TypeName}()");
            foreach (var field in defaults)
                code.Line($"{field.Name} = {Defaults.Of(field)};");
            code.Close();
            code.Line();
        }

        new ReadEmitter(code, type, message).EmitConstructor(Declare(), isRoot ? "" : "internal ");
    }

    public void EmitWrite()
    {
        new WriteEmitter(code, type, message).EmitWrite(Declare(), isRoot);
        if (HasTagged && IsFlexible)
            new TaggedEmitter(code, type, message).EmitWrite();
    }

    /// <summary>The declaration of <c>flexible</c>; null when nothing asks for it.</summary>
    string? Declare()
    {
        var isUsed = type.Fields.Exists(field => field is { IsReference: true, IsNeverCompact: false, IsTagged: false }) || (IsFlexible && Flexible is not null);
        if (!isUsed || message.Schema.FlexibleFrom == short.MaxValue)
            return null;
        return IsFlexible && Flexible is { } condition ? $"var flexible = {condition};" : $"const bool flexible = {(IsFlexible ? "true" : "false")};";
    }

    public void EmitReleaseRecords(string modifier)
    {
        code.Line();
        code.Open($"{modifier} void ReleaseRecords()");
        foreach (var field in type.Fields.Where(field => field.IsRecords))
            code.Line($"{field.Name}{(field.IsNullable ? "?" : "")}.Release();");
        foreach (var field in type.Fields.Where(field => field.Struct is { HoldsRecords: true }))
        {
            if (field.IsArray)
            {
                code.Line($"foreach (var element in {field.Name}{(field.IsNullable ? " ?? []" : "")})");
                code.Indented("element.ReleaseRecords();");
            }
            else
            {
                code.Line($"{field.Name}{(field.IsNullable ? "?" : "")}.ReleaseRecords();");
            }
        }

        code.Close();
    }

    public void EmitIsDefault()
    {
        code.Line();
        code.Line($"internal readonly bool IsDefault => {string.Join(" && ", type.Fields.Select(Defaults.IsDefault))};");
    }
}
