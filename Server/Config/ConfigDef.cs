using System.Diagnostics.CodeAnalysis;

namespace NettyKafka.Server.Config;

/// <summary>All configs of one scope (broker, topic or group), in the order of their names.</summary>
public sealed class ConfigDef
{
    readonly Dictionary<string, ConfigKey> byName;

    public ConfigDef(params ReadOnlySpan<ConfigKey[]> tables)
    {
        List<ConfigKey> keys = [];
        foreach (var table in tables)
            keys.AddRange(table);
        keys.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        Keys = keys.FindAll(key => !key.IsInternal);
        byName = keys.ToDictionary(key => key.Name);
    }

    /// <summary>Those that are not internal.</summary>
    public IReadOnlyList<ConfigKey> Keys { get; }

    public ConfigKey this[string name] => byName[name];

    public bool TryFind(string name, [NotNullWhen(true)] out ConfigKey? key) => byName.TryGetValue(name, out key);
}
