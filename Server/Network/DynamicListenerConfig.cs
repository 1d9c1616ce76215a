using NettyKafka.Server.Config;

namespace NettyKafka.Server.Network;

/// <summary>Brings changed configs of listeners into effect, and refuses what an open listener cannot change: what it was opened as.</summary>
sealed class DynamicListenerConfig(Transport transport) : Reconfigurable
{
    public override ValueTask ValidateAsync(BrokerConfig current, BrokerConfig next)
    {
        ThreadCounts.Check("num.network.threads", current.NumNetworkThreads, next.NumNetworkThreads);
        foreach (var listener in current.Listeners)
            CheckListener(listener, current, next);
        if (!current.Listeners.SequenceEqual(next.Listeners) || !current.AdvertisedListeners.SequenceEqual(next.AdvertisedListeners))
            throw new ConfigException("Advertised listeners cannot be altered when using a Raft-based metadata quorum.");
        return default;
    }

    public override ValueTask ReconfigureAsync(BrokerConfig current, BrokerConfig next)
    {
        transport.Resize(next.NumNetworkThreads);
        return default;
    }

    static void CheckListener(Endpoint listener, BrokerConfig current, BrokerConfig next)
    {
        if (next.Listeners.FirstOrDefault(other => other.Name == listener.Name) is { } same && same.SecurityProtocol != listener.SecurityProtocol)
            throw new ConfigException($"Security protocol cannot be updated for existing listener ListenerName({listener.Name})");
        if (FixedOf(listener, current) is var before && FixedOf(listener, next) is var after && !(before.Count == after.Count && !before.Except(after).Any()))
            throw new ConfigException($"Configs cannot be updated dynamically for existing listener ListenerName({listener.Name}), restart broker or create a new listener for update");
    }

    static Dictionary<string, string> FixedOf(Endpoint listener, BrokerConfig config)
    {
        var prefix = $"{BrokerConfigs.ListenerPrefix}{listener.Name.ToLowerInvariant()}.";
        return config.Settings.Effective
            .Where(setting => setting.Key.StartsWith(prefix, StringComparison.Ordinal) && !DynamicConfigRules.IsDynamicOfListener(setting.Key[prefix.Length..]))
            .ToDictionary();
    }
}
