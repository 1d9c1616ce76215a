namespace NettyKafka.Codec.Generator;

/// <summary>A field of a message or a struct, as its line in the schema says.</summary>
sealed class Field(SchemaLine line, string name, string typeName, bool isArray)
{
    public SchemaLine Line { get; } = line;

    public string Name { get; } = name;

    public string TypeName { get; } = typeName;

    public bool IsArray { get; } = isArray;

    /// <summary>Null for a struct.</summary>
    public Primitive? Primitive { get; } = Primitive.Find(typeName);

    /// <summary>Null for a primitive; found when all structs are known.</summary>
    public Struct? Struct { get; set; }

    public Versions Versions { get; set; } = Versions.All;

    public Versions NullableVersions { get; set; } = Versions.None;

    public int? Tag { get; set; }

    /// <summary>The default as C# spells it; null where the schema names none.</summary>
    public string? Default { get; set; }

    public bool IsIgnorable { get; set; }

    public bool IsNeverCompact { get; set; }

    public bool IsNullable => !NullableVersions.IsEmpty;

    public bool IsTagged => Tag is not null;

    public bool IsRecords => Primitive is { IsRecords: true };

    public bool IsPlainStruct => Primitive is null && !IsArray;

    public bool IsErrorCode => !IsArray && TypeName == "int16" && Name.EndsWith("ErrorCode", StringComparison.Ordinal);

    /// <summary>An object on the heap: null in C# unless it is given something.</summary>
    public bool IsReference => IsArray || Primitive is { IsFixedSize: false };
}
