namespace NettyKafka.Server.Config;

/// <summary>Typed values by name: what is set, else the default. Reading a config that is not marked as used is a bug and fails.</summary>
public sealed class ConfigValues(ConfigDef definition, IReadOnlyDictionary<string, string> settings)
{
    public bool Boolean(string name) => (bool)Value(name)!;

    public int Int(string name) => (int)Value(name)!;

    public short Short(string name) => (short)Value(name)!;

    public long Long(string name) => (long)Value(name)!;

    public double Double(string name) => (double)Value(name)!;

    public string Text(string name) => (string)Value(name)!;

    public IReadOnlyList<string> List(string name) => (IReadOnlyList<string>)Value(name)!;

    public string? TextOrNull(string name) => (string?)Value(name);

    public int? IntOrNull(string name) => (int?)Value(name);

    public long? LongOrNull(string name) => (long?)Value(name);

    /// <summary>The list without empty entries: a trailing comma means nothing.</summary>
    public IReadOnlyList<string> Entries(string name) => Value(name) is IReadOnlyList<string> list ? [.. list.Where(entry => entry.Length > 0)] : [];

    object? Value(string name)
    {
        var key = definition[name];
        if (!key.IsUsed)
            throw new InvalidOperationException($"{name} is read, but its definition says that it has no effect.");
        return (settings.GetValueOrDefault(name) ?? key.Default) is { } text ? key.Parse(text) : null;
    }
}
