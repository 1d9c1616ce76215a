namespace NettyKafka.Server.Config;

/// <summary>Which broker configs can be altered while the broker runs, and where: for all brokers, for one, for one listener of one.</summary>
public static class DynamicConfigRules
{
    /// <summary>A listener's own; the broker's are what it was started with.</summary>
    static readonly HashSet<string> onlyOfListeners =
    [
        "ssl.keystore.type", "ssl.keystore.location", "ssl.keystore.password", "ssl.key.password", "ssl.keystore.certificate.chain", "ssl.keystore.key",
        "ssl.truststore.type", "ssl.truststore.location", "ssl.truststore.password", "ssl.truststore.certificates",
    ];

    /// <summary>These can be set for a listener of all brokers.</summary>
    static readonly HashSet<string> ofListenersClusterWide = ["max.connections", "max.connection.creation.rate", "num.network.threads"];

    /// <summary>What is wrong with all dynamic configs of a broker, or of every broker, in Kafka's words; null when nothing is. Names that nobody knows may be a plugin's.</summary>
    public static string? Check(IReadOnlyDictionary<string, string> configs, bool isOfOneBroker)
    {
        if (Those(configs, IsStatic) is { } fixedNames)
            return $"Cannot update these configs dynamically: {fixedNames}";
        if (Those(configs, onlyOfListeners.Contains) is { } withoutListener)
            return $"These security configs can be dynamically updated only per-listener using the listener prefix: {withoutListener}";
        foreach (var (name, value) in configs)
            if (BrokerConfigs.TryFind(name, out var key) && !key.TryParse(value, out _, out var error, name))
                return error!.Message;
        if (!isOfOneBroker && Those(configs, IsPerBroker) is { } perBroker)
            return $"Cannot update these configs at default cluster level, broker id must be specified: {perBroker}";
        return null;
    }

    public static string? Check(string name, string value, bool isOfOneBroker) => Check(new Dictionary<string, string> { [name] = value }, isOfOneBroker);

    /// <summary>Whether a listener's config can be altered while the listener is open.</summary>
    public static bool IsDynamicOfListener(string baseName) => onlyOfListeners.Contains(baseName) || ofListenersClusterWide.Contains(baseName);

    /// <summary>Users and rights are of who starts the broker: who may alter its configs must not become somebody else by them.</summary>
    static bool IsStatic(string name) =>
        (BrokerConfigs.Definition.TryFind(name, out var key) && key.Mode == DynamicMode.Static) || BrokerConfigs.Beside.TryFind(BrokerConfigs.BaseNameOf(name) ?? name, out _);

    static bool IsPerBroker(string name) => BrokerConfigs.BaseNameOf(name) is { } baseName
        ? !ofListenersClusterWide.Contains(baseName)
        : BrokerConfigs.Definition.TryFind(name, out var key) && key.Mode == DynamicMode.PerBroker;

    static string? Those(IReadOnlyDictionary<string, string> configs, Func<string, bool> condition)
    {
        var names = configs.Keys.Where(condition).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? null : $"Set({string.Join(", ", names)})";
    }
}
