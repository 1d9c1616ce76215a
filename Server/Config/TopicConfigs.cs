using NettyKafka.Server.Config.Definitions;

namespace NettyKafka.Server.Config;

/// <summary>The configs of a topic, and the broker configs that are their defaults.</summary>
public static class TopicConfigs
{
    public static readonly ConfigDef Definition = new(TopicKeys.Keys);

    static readonly Dictionary<string, string> brokerNames = new()
    {
        ["cleanup.policy"] = "log.cleanup.policy",
        ["compression.gzip.level"] = "compression.gzip.level",
        ["compression.lz4.level"] = "compression.lz4.level",
        ["compression.type"] = "compression.type",
        ["compression.zstd.level"] = "compression.zstd.level",
        ["delete.retention.ms"] = "log.cleaner.delete.retention.ms",
        ["file.delete.delay.ms"] = "log.segment.delete.delay.ms",
        ["flush.messages"] = "log.flush.interval.messages",
        ["flush.ms"] = "log.flush.interval.ms",
        ["index.interval.bytes"] = "log.index.interval.bytes",
        ["local.retention.bytes"] = "log.local.retention.bytes",
        ["local.retention.ms"] = "log.local.retention.ms",
        ["max.compaction.lag.ms"] = "log.cleaner.max.compaction.lag.ms",
        ["max.message.bytes"] = "message.max.bytes",
        ["message.timestamp.after.max.ms"] = "log.message.timestamp.after.max.ms",
        ["message.timestamp.before.max.ms"] = "log.message.timestamp.before.max.ms",
        ["message.timestamp.type"] = "log.message.timestamp.type",
        ["min.cleanable.dirty.ratio"] = "log.cleaner.min.cleanable.ratio",
        ["min.compaction.lag.ms"] = "log.cleaner.min.compaction.lag.ms",
        ["min.insync.replicas"] = "min.insync.replicas",
        ["preallocate"] = "log.preallocate",
        ["retention.bytes"] = "log.retention.bytes",
        ["retention.ms"] = "log.retention.ms",
        ["segment.bytes"] = "log.segment.bytes",
        ["segment.index.bytes"] = "log.index.size.max.bytes",
        ["segment.jitter.ms"] = "log.roll.jitter.ms",
        ["segment.ms"] = "log.roll.ms",
        ["unclean.leader.election.enable"] = "unclean.leader.election.enable",
    };

    /// <summary>The broker config that is the default of a topic config, or null when there is none.</summary>
    public static string? BrokerNameOf(string topicName) => brokerNames.GetValueOrDefault(topicName);

    /// <summary>What is wrong with the settings of a topic, in the words of Kafka's INVALID_CONFIG error; null when nothing is.</summary>
    public static string? Validate(BrokerConfig broker, IReadOnlyDictionary<string, string?> overrides)
    {
        foreach (var name in overrides.Keys)
            if (!Definition.TryFind(name, out _))
                return $"Unknown topic config name: {name}";
        if (overrides.Where(setting => setting.Value is null).Select(setting => setting.Key).ToList() is { Count: > 0 } nulls)
            return $"Null value not supported for topic configs: {string.Join(',', nulls)}";
        foreach (var (name, value) in overrides)
            if (!Definition[name].TryParse(value!, out _, out var error))
                return error!.Message;
        return ValidateTogether(new(Definition, BrokerSettings.Merge(broker.TopicDefaults, overrides!)));
    }

    static string? ValidateTogether(ConfigValues values)
    {
        var (minLag, maxLag) = (values.Long("min.compaction.lag.ms"), values.Long("max.compaction.lag.ms"));
        if (minLag > maxLag)
            return $"conflict topic config setting min.compaction.lag.ms ({minLag}) > max.compaction.lag.ms ({maxLag})";
        if (values.Boolean("remote.storage.enable"))
            return "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.";
        return null;
    }
}
