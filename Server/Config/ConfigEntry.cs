namespace NettyKafka.Server.Config;

/// <summary>One config of a resource as DescribeConfigs shows it. The synonyms are in order: the first is the one in effect.</summary>
public sealed record ConfigEntry(
    string Name, string? Value, ConfigSource Source, bool IsSensitive, bool IsReadOnly, IReadOnlyList<ConfigSynonym> Synonyms, ConfigType Type, string? Documentation)
{
    public bool IsDefault => Source == ConfigSource.DefaultConfig;
}

/// <summary>A place that sets a config, or would if those before it did not; the value of a secret is null.</summary>
public sealed record ConfigSynonym(string Name, string? Value, ConfigSource Source);
