namespace NettyKafka.Codec.Generator;

enum SchemaKind
{
    Api,
    Header,
    Data,
    Metadata,
    CoordinatorKey,
    CoordinatorValue,
}

/// <summary>What one schema file says.</summary>
sealed class Schema
{
    public SchemaKind Kind { get; set; }

    public string Name { get; set; } = "";

    /// <summary>The API key, or the type of a record.</summary>
    public short? Key { get; set; }

    public Versions Versions { get; set; } = Versions.None;

    /// <summary>The first flexible version; <see cref="short.MaxValue"/> where there is none.</summary>
    public short FlexibleFrom { get; set; } = short.MaxValue;

    public bool SaysFlexible { get; set; }

    /// <summary>The first version that is not final.</summary>
    public short? Unstable { get; set; }

    public List<Message> Messages { get; } = [];

    public Versions StableVersions => Unstable is { } unstable ? new(Versions.Min, (short)(unstable - 1)) : Versions;
}

/// <summary>A message: the fields at its top, and all its structs wherever they are used.</summary>
sealed class Message(string name, Schema schema)
{
    public string Name { get; } = name;

    public Schema Schema { get; } = schema;

    public Struct Root { get; } = new(name);

    public List<Struct> Structs { get; } = [];
}

/// <summary>A list of fields: those of a message, or a struct's.</summary>
sealed class Struct(string name)
{
    public string Name { get; } = name;

    /// <summary>The name in C#, where neither a member of the message nor one of its own may have the same.</summary>
    public string TypeName { get; set; } = name;

    public List<Field> Fields { get; } = [];

    /// <summary>The versions in which something holds this struct.</summary>
    public Versions Versions { get; set; } = Versions.None;

    public bool HoldsRecords => Fields.Exists(spec => spec.IsRecords || spec.Struct is { HoldsRecords: true });

    public bool HoldsThrottleTime => Fields.Exists(spec => spec.Name == "ThrottleTimeMs");

    public bool HoldsErrorCode => Fields.Exists(spec => spec.Name == "ErrorCode");

    public IEnumerable<Field> Tagged
    {
        get
        {
            var tagged = Fields.FindAll(spec => spec.IsTagged);
            tagged.Sort((a, b) => a.Tag!.Value - b.Tag!.Value);
            return tagged;
        }
    }
}
