namespace NettyKafka.Codec.Generator;

/// <summary>The C# of one field: its type, the expression that reads it, the statement that writes it.</summary>
sealed class FieldCode(Field spec, Struct owner, Message message)
{
    readonly short flexibleFrom = message.Schema.FlexibleFrom;

    public string Type => ElementType switch
    {
        var element when spec.IsArray => $"Collections::List<{element}>",
        var element => element,
    } + (spec.IsNullable ? "?" : "");

    /// <summary>The condition for the field being in a version of its owner; null when it is in all of them.</summary>
    public string? Present => spec.Versions.ConditionWithin(owner.Versions);

    string ElementType => spec.IsErrorCode ? "Wire::ErrorCode" : spec.Primitive?.CSharp ?? spec.Struct!.TypeName;

    Versions PresentVersions => spec.Versions.Intersect(owner.Versions);

    string Compact => spec.IsTagged ? "true" : spec.IsNeverCompact || flexibleFrom == short.MaxValue ? "false" : "flexible";

    public string Read
    {
        get
        {
            var nullable = spec.NullableVersions.ConditionWithin(PresentVersions);
            if (!spec.IsNullable || spec.NullableVersions.Intersect(PresentVersions).IsEmpty)
                return ReadAs("");
            return nullable is null ? ReadAs("Nullable") : $"({nullable} ? {ReadAs("Nullable")} : {ReadAs("")})";
        }
    }

    public string Write
    {
        get
        {
            var method = $"writer.Write{(spec.IsNullable ? "Nullable" : "")}{Method}";
            if (spec.IsArray)
                return $"{method}({spec.Name}, {(spec.Struct is null ? "" : "version, ")}{Compact});";
            if (spec.IsPlainStruct)
                return spec.IsNullable ? $"{method}({spec.Name}, version);" : $"{spec.Name}.Write(ref writer, version);";
            if (spec.IsReference)
                return $"{method}({spec.Name}, {Compact});";
            return spec.IsErrorCode ? $"writer.WriteInt16((short){spec.Name});" : $"{method}({spec.Name});";
        }
    }

    /// <summary>The condition under which null cannot be written; null when it always can, or the type has no null.</summary>
    public string? NullRefused
    {
        get
        {
            if (!spec.IsNullable || spec.NullableVersions.ConditionOutside(PresentVersions) is not { } outside)
                return null;
            return $"{spec.Name} is null && {(outside.Contains(" or ") ? $"({outside})" : outside)}";
        }
    }

    string Method => spec switch
    {
        { Struct: not null } => spec.IsArray ? "StructList" : spec.IsTagged ? "TaggedStruct" : "Struct",
        { IsArray: true, Primitive: { IsSignedInteger: true } } => "IntegerList",
        { IsArray: true } => spec.Primitive!.Method + "List",
        _ => spec.Primitive!.Method,
    };

    string ReadAs(string nullable)
    {
        if (spec.IsPlainStruct)
            return nullable.Length > 0 ? $"reader.ReadNullable{Method}<{spec.Struct!.TypeName}>(version)" : $"new {spec.Struct!.TypeName}(ref reader, version)";
        if (spec.Struct is { } type)
            return $"reader.Read{nullable}StructList<{type.TypeName}>(version, {Compact}, {MinimumSize.OfElement(spec, PresentVersions, flexibleFrom)})";
        if (spec.IsArray)
            return $"reader.Read{nullable}{Method}{(spec.Primitive!.IsSignedInteger ? $"<{spec.Primitive.CSharp}>" : "")}({Compact})";
        var read = $"reader.Read{nullable}{Method}({(spec.IsReference ? Compact : "")})";
        return spec.IsErrorCode ? $"(Wire::ErrorCode){read}" : read;
    }
}
