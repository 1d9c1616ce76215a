using System.Diagnostics.CodeAnalysis;
using NettyKafka.Server.Config.Definitions;

namespace NettyKafka.Server.Config;

/// <summary>The configs of a broker, and which of them are set through several names.</summary>
public static class BrokerConfigs
{
    public const string ListenerPrefix = "listener.name.";

    public static readonly ConfigDef Definition = new(
        ServerKeys.Keys, NetworkKeys.Keys, LogKeys.Keys, LogCleanerKeys.Keys, GroupKeys.Keys, ShareAndStreamsGroupKeys.Keys, TransactionKeys.Keys,
        QuorumKeys.Keys, ReplicationKeys.Keys, SecurityKeys.Keys, SaslKeys.Keys, SslKeys.Keys, RemoteStorageKeys.Keys, MetricsAndQuotaKeys.Keys);

    static readonly string[][] synonyms =
    [
        ["log.roll.ms", "log.roll.hours"],
        ["log.roll.jitter.ms", "log.roll.jitter.hours"],
        ["log.retention.ms", "log.retention.minutes", "log.retention.hours"],
    ];

    /// <summary>Those of the authorizer, and those that only this broker has: known, but not part of Kafka's definition.</summary>
    public static readonly ConfigDef Beside = new(BesideKeys.Keys);

    static readonly string[] knownPrefixes = ["config.providers.", "rlmm.config.", "rsm.config."];

    static readonly string[] perMechanism =
    [
        "sasl.jaas.config", "sasl.login.callback.handler.class", "sasl.login.class", "sasl.server.callback.handler.class", "connections.max.reauth.ms",
    ];

    /// <summary>The definition of a name; a listener's own config (listener.name.x.…) has that of the config it overrides.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out ConfigKey? key) =>
        Definition.TryFind(name, out key) || (BaseNameOf(name) is { } baseName && Definition.TryFind(baseName, out key));

    public static bool IsKnown(string name) =>
        TryFind(name, out _) || Beside.TryFind(BaseNameOf(name) ?? name, out _) || knownPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    public static bool IsUsed(string name) => TryFind(name, out var key) ? key.IsUsed : Beside.TryFind(BaseNameOf(name) ?? name, out _);

    /// <summary>All names through which a config is set, the one that counts most first.</summary>
    public static IReadOnlyList<string> SynonymsOf(string name)
    {
        // The scheduler's interval stands in for the flush interval, but is a config of its own.
        if (name == "log.flush.interval.ms")
            return [name, "log.flush.scheduler.interval.ms"];
        return Array.Find(synonyms, names => names.Contains(name)) ?? (BaseNameOf(name) is { } baseName ? [name, baseName] : [name]);
    }

    /// <summary>The config that a listener's own config overrides, or null for a name without a listener.</summary>
    public static string? BaseNameOf(string name)
    {
        if (!name.StartsWith(ListenerPrefix, StringComparison.Ordinal))
            return null;
        var end = name.IndexOf('.', ListenerPrefix.Length);
        if (end < 0)
            return null;
        var rest = name[(end + 1)..];
        return Array.Find(perMechanism, config => rest.EndsWith(config, StringComparison.Ordinal)) ?? rest;
    }
}
