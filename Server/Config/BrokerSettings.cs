namespace NettyKafka.Server.Config;

/// <summary>What is set for a broker, by layer, as text. A dynamic setting goes before a static one, one for this broker before one for all.</summary>
public sealed class BrokerSettings
{
    static readonly Dictionary<string, string> none = [];

    readonly IReadOnlyDictionary<string, string> set;

    BrokerSettings(
        Profile profile, IReadOnlyDictionary<string, string> set, IReadOnlyDictionary<string, string> dynamicDefaults, IReadOnlyDictionary<string, string> dynamicOfBroker)
    {
        this.set = set;
        Profile = profile;
        Static = Merge(Profiles.SettingsOf(profile), set, RolesOf(set), NodeIdOf(set));
        DynamicDefaults = dynamicDefaults;
        DynamicOfBroker = dynamicOfBroker;
        Effective = Merge(Static, DynamicDefaults, DynamicOfBroker);
        foreach (var (name, value) in Effective)
            Check(name, value);
        Values = new(BrokerConfigs.Definition, Effective);
        Beside = new(BrokerConfigs.Beside, Effective);
    }

    public Profile Profile { get; }

    /// <summary>What the broker was started with, with the profile's defaults and what Kafka requires filled in.</summary>
    public IReadOnlyDictionary<string, string> Static { get; }

    public IReadOnlyDictionary<string, string> DynamicDefaults { get; }

    public IReadOnlyDictionary<string, string> DynamicOfBroker { get; }

    public IReadOnlyDictionary<string, string> Effective { get; }

    public ConfigValues Values { get; }

    /// <summary>Of the configs that Kafka's definition does not have.</summary>
    public ConfigValues Beside { get; }

    /// <summary>Names that are set and that no Kafka broker knows: most likely a mistake, worth a warning.</summary>
    public IEnumerable<string> UnknownNames => set.Keys.Where(name => !BrokerConfigs.IsKnown(name)).Order(StringComparer.Ordinal);

    /// <summary>Names that are set, known, and without effect here.</summary>
    public IEnumerable<string> UnusedNames => set.Keys.Where(BrokerConfigs.IsKnown).Where(name => !BrokerConfigs.IsUsed(name)).Order(StringComparer.Ordinal);

    public static BrokerSettings OfStart(IReadOnlyDictionary<string, string> set, Profile profile) =>
        new(profile, set, none, none);

    public BrokerSettings WithDynamic(IReadOnlyDictionary<string, string> ofEveryBroker, IReadOnlyDictionary<string, string> ofThisBroker) =>
        new(Profile, set, ofEveryBroker, ofThisBroker);

    /// <summary>What counts for listeners that are open: of the dynamic settings only those that Kafka alters while clients are connected, key and trust stores of a listener above all.</summary>
    public BrokerSettings OfOpenListeners() => new(Profile, set, OfOpenListeners(DynamicDefaults), OfOpenListeners(DynamicOfBroker));

    /// <summary>What counts for one listener, its own configs (listener.name.x.…) under the names of those that they override.</summary>
    public IReadOnlyDictionary<string, string> EffectiveOf(string listenerName)
    {
        var prefix = $"{BrokerConfigs.ListenerPrefix}{listenerName.ToLowerInvariant()}.";
        var own = Effective.Where(setting => setting.Key.StartsWith(prefix, StringComparison.Ordinal));
        return Merge(Effective, own.ToDictionary(setting => setting.Key[prefix.Length..], setting => setting.Value));
    }

    /// <summary>Later layers go before earlier ones.</summary>
    public static Dictionary<string, string> Merge(params ReadOnlySpan<IReadOnlyDictionary<string, string>> layers)
    {
        Dictionary<string, string> merged = [];
        foreach (var layer in layers)
            foreach (var (name, value) in layer)
                merged[name] = value;
        return merged;
    }

    static Dictionary<string, string> OfOpenListeners(IReadOnlyDictionary<string, string> layer) =>
        layer.Where(setting => BrokerConfigs.BaseNameOf(setting.Key) is { } name && DynamicConfigRules.IsDynamicOfListener(name)).ToDictionary();

    static Dictionary<string, string> RolesOf(IReadOnlyDictionary<string, string> set) =>
        set.ContainsKey("process.roles") ? none : new() { ["process.roles"] = "broker,controller" };

    static Dictionary<string, string> NodeIdOf(IReadOnlyDictionary<string, string> set)
    {
        var brokerId = set.GetValueOrDefault("broker.id");
        var nodeId = set.GetValueOrDefault("node.id") ?? (brokerId is null or "-1" ? "1" : brokerId);
        return new() { ["node.id"] = nodeId, ["broker.id"] = brokerId is null or "-1" ? nodeId : brokerId };
    }

    static void Check(string name, string value)
    {
        if (BrokerConfigs.TryFind(name, out var key) && !key.TryParse(value, out _, out var error, name))
            throw new ConfigException(error!);
    }
}
