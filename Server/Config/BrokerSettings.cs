namespace NettyKafka.Server.Config;

/// <summary>What is set for a broker, by layer, as text. A dynamic setting goes before a static one, one for this broker before one for all.</summary>
public sealed class BrokerSettings
{
    static readonly Dictionary<string, string> none = [];

    BrokerSettings(
        Profile profile, IReadOnlyDictionary<string, string> ofStart, IReadOnlyDictionary<string, string> dynamicDefaults, IReadOnlyDictionary<string, string> dynamicOfBroker)
    {
        Profile = profile;
        Static = ofStart;
        DynamicDefaults = dynamicDefaults;
        DynamicOfBroker = dynamicOfBroker;
        Effective = Merge(Static, DynamicDefaults, DynamicOfBroker);
        foreach (var (name, value) in Effective)
            Check(name, value);
        Values = new(BrokerConfigs.Definition, Effective);
    }

    public Profile Profile { get; }

    /// <summary>What the broker was started with, the profile's defaults included.</summary>
    public IReadOnlyDictionary<string, string> Static { get; }

    public IReadOnlyDictionary<string, string> DynamicDefaults { get; }

    public IReadOnlyDictionary<string, string> DynamicOfBroker { get; }

    public IReadOnlyDictionary<string, string> Effective { get; }

    public ConfigValues Values { get; }

    /// <summary>Names that are set and that no Kafka broker knows: most likely a mistake, worth a warning.</summary>
    public IEnumerable<string> UnknownNames => Static.Keys.Where(name => !BrokerConfigs.IsKnown(name)).Order(StringComparer.Ordinal);

    /// <summary>Names that are set, known, and without effect here.</summary>
    public IEnumerable<string> UnusedNames => Static.Keys.Where(BrokerConfigs.IsKnown).Where(name => !BrokerConfigs.IsUsed(name)).Order(StringComparer.Ordinal);

    /// <summary>The settings of a start: <paramref name="set"/> over the profile's; what Kafka requires and is not set is filled in.</summary>
    public static BrokerSettings OfStart(IReadOnlyDictionary<string, string> set, Profile profile) =>
        new(profile, Merge(Profiles.SettingsOf(profile), set, RolesOf(set), NodeIdOf(set)), none, none);

    public BrokerSettings WithDynamic(IReadOnlyDictionary<string, string> ofEveryBroker, IReadOnlyDictionary<string, string> ofThisBroker) =>
        new(Profile, Static, ofEveryBroker, ofThisBroker);

    /// <summary>Later layers go before earlier ones.</summary>
    public static Dictionary<string, string> Merge(params ReadOnlySpan<IReadOnlyDictionary<string, string>> layers)
    {
        Dictionary<string, string> merged = [];
        foreach (var layer in layers)
            foreach (var (name, value) in layer)
                merged[name] = value;
        return merged;
    }

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
