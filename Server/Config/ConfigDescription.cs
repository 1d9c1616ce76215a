namespace NettyKafka.Server.Config;

/// <summary>The configs of brokers, topics and groups with value, source and synonyms, as DescribeConfigs answers them.</summary>
public sealed class ConfigDescription(BrokerConfig config)
{
    readonly BrokerSettings settings = config.Settings;
    readonly Lazy<Dictionary<string, string>> groupDefaults = new(() => GroupConfigs.DefaultsOf(config.Settings));

    /// <summary>Every config of this broker, and what else was set at its start.</summary>
    public IReadOnlyList<ConfigEntry> DescribeBroker() =>
        [.. BrokerConfigs.Definition.Keys.Select(key => key.Name).Union(settings.Effective.Keys).Order(StringComparer.Ordinal).Select(DescribeBroker)];

    /// <summary>What is set dynamically for every broker: the resource with the empty name.</summary>
    public IReadOnlyList<ConfigEntry> DescribeBrokerDefaults() =>
        [.. settings.DynamicDefaults.Keys.Order(StringComparer.Ordinal).Select(DescribeBrokerDefault)];

    /// <summary>Every config of a topic with these settings of its own.</summary>
    public IReadOnlyList<ConfigEntry> DescribeTopic(IReadOnlyDictionary<string, string> overrides) =>
        [.. TopicConfigs.Definition.Keys.Select(key => DescribeTopic(key, overrides))];

    /// <summary>Every config of a group with these settings of its own.</summary>
    public IReadOnlyList<ConfigEntry> DescribeGroup(IReadOnlyDictionary<string, string> overrides) =>
        [.. GroupConfigs.Definition.Keys.Select(key => DescribeGroup(key, overrides))];

    /// <summary>What is set for a subscription to clients' metrics: nothing else is shown.</summary>
    public static IReadOnlyList<ConfigEntry> DescribeClientMetrics(IReadOnlyDictionary<string, string> settings) =>
    [
        .. settings.Select(setting => new ConfigEntry(
            setting.Key, setting.Value, ConfigSource.ClientMetricsConfig, IsSensitive: false, IsReadOnly: false, [], ConfigType.Unknown, null)),
    ];

    ConfigEntry DescribeBroker(string name)
    {
        BrokerConfigs.TryFind(name, out var key);
        var text = settings.Effective.GetValueOrDefault(name) ?? key?.Default;
        return ToEntry(name, key, text, BrokerSynonyms(name, key), isReadOnly: key is null or { Mode: DynamicMode.Static });
    }

    ConfigEntry DescribeBrokerDefault(string name)
    {
        BrokerConfigs.TryFind(name, out var key);
        var synonyms = BrokerSynonyms(name, key).FindAll(synonym => synonym.Source == ConfigSource.DynamicDefaultBrokerConfig);
        return ToEntry(name, key, settings.DynamicDefaults[name], synonyms, isReadOnly: key is null or { Mode: DynamicMode.Static });
    }

    ConfigEntry DescribeTopic(ConfigKey key, IReadOnlyDictionary<string, string> overrides)
    {
        var synonyms = TopicConfigs.BrokerNameOf(key.Name) is { } brokerName ? BrokerSynonyms(brokerName, BrokerConfigs.Definition[brokerName]) : [];
        var text = overrides.GetValueOrDefault(key.Name) ?? config.TopicDefaults.GetValueOrDefault(key.Name) ?? key.Default;
        if (overrides.ContainsKey(key.Name))
            synonyms.Insert(0, new(key.Name, ValueOf(key, text), ConfigSource.DynamicTopicConfig));
        return ToEntry(key.Name, key, text, synonyms, isReadOnly: false);
    }

    ConfigEntry DescribeGroup(ConfigKey key, IReadOnlyDictionary<string, string> overrides)
    {
        var text = overrides.GetValueOrDefault(key.Name) ?? groupDefaults.Value[key.Name];
        var source = overrides.ContainsKey(key.Name) ? ConfigSource.GroupConfig : ConfigSource.DefaultConfig;
        return ToEntry(key.Name, key, text, [new(key.Name, ValueOf(key, text), source)], isReadOnly: false);
    }

    /// <summary>Kafka leaves out what stands before the config's own name, so hours alone do not show as a synonym of milliseconds.</summary>
    List<ConfigSynonym> BrokerSynonyms(string name, ConfigKey? key)
    {
        var isSensitive = IsSensitive(key);
        var names = BrokerConfigs.SynonymsOf(name);
        List<ConfigSynonym> synonyms =
        [
            .. Of(names, settings.DynamicOfBroker, ConfigSource.DynamicBrokerConfig, isSensitive),
            .. Of(names, settings.DynamicDefaults, ConfigSource.DynamicDefaultBrokerConfig, isSensitive),
            .. Of(names, settings.Static, ConfigSource.StaticBrokerConfig, isSensitive),
            .. Of(names, DefaultsOf(names), ConfigSource.DefaultConfig, isSensitive),
        ];
        var own = synonyms.FindIndex(synonym => synonym.Name == name);
        return own < 0 ? [] : synonyms[own..];
    }

    static IEnumerable<ConfigSynonym> Of(IReadOnlyList<string> names, IReadOnlyDictionary<string, string> layer, ConfigSource source, bool isSensitive) =>
        names.Where(layer.ContainsKey).Select(name => new ConfigSynonym(name, isSensitive ? null : layer[name], source));

    static Dictionary<string, string> DefaultsOf(IReadOnlyList<string> names)
    {
        Dictionary<string, string> defaults = [];
        foreach (var name in names)
            if (BrokerConfigs.Definition.TryFind(name, out var key) && key.Default is { } value)
                defaults[name] = value;
        return defaults;
    }

    static ConfigEntry ToEntry(string name, ConfigKey? key, string? text, List<ConfigSynonym> synonyms, bool isReadOnly)
    {
        var source = synonyms.Count == 0 ? ConfigSource.DefaultConfig : synonyms[0].Source;
        return new(name, ValueOf(key, text), source, IsSensitive(key), isReadOnly, synonyms, key?.Type ?? ConfigType.Unknown, key?.Documentation);
    }

    // A name that nobody knows may be a secret of a plugin: its value is never shown.
    static bool IsSensitive(ConfigKey? key) => key?.IsSensitive ?? true;

    static string? ValueOf(ConfigKey? key, string? text) =>
        key is null || key.IsSensitive || text is null ? null : ConfigParser.Format(key.Parse(text));
}
