using System.Globalization;

namespace NettyKafka.Server.Config;

/// <summary>The configs of a topic as the broker's configs make them, as text.</summary>
static class TopicDefaults
{
    const long Minute = 60_000;
    const long Hour = 60 * Minute;

    public static Dictionary<string, string> Of(BrokerSettings settings)
    {
        Dictionary<string, string> defaults = [];
        foreach (var key in TopicConfigs.Definition.Keys)
            if (TopicConfigs.BrokerNameOf(key.Name) is { } brokerName && TextOf(settings, brokerName) is { } text)
                defaults[key.Name] = text;

        var values = settings.Values;
        defaults["segment.ms"] = ToText(SegmentMs(values));
        defaults["segment.jitter.ms"] = ToText(SegmentJitterMs(values));
        defaults["flush.ms"] = ToText(values.LongOrNull("log.flush.interval.ms") ?? values.Long("log.flush.scheduler.interval.ms"));
        defaults["retention.ms"] = ToText(RetentionMs(values));
        foreach (var (name, text) in defaults)
            Check(name, text);
        return defaults;
    }

    static long SegmentMs(ConfigValues values) => values.LongOrNull("log.roll.ms") ?? values.Int("log.roll.hours") * Hour;

    static long SegmentJitterMs(ConfigValues values) => values.LongOrNull("log.roll.jitter.ms") ?? values.Int("log.roll.jitter.hours") * Hour;

    /// <summary>Any negative time means for ever, which is -1.</summary>
    static long RetentionMs(ConfigValues values)
    {
        var retentionMs = values.LongOrNull("log.retention.ms")
            ?? values.IntOrNull("log.retention.minutes") * Minute
            ?? values.Int("log.retention.hours") * Hour;
        return Math.Max(-1, retentionMs);
    }

    // A topic's config is sometimes narrower than the broker's that is its default.
    static void Check(string name, string text)
    {
        if (!TopicConfigs.Definition[name].TryParse(text, out _, out var error, TopicConfigs.BrokerNameOf(name)))
            throw new ConfigException(error!);
    }

    static string? TextOf(BrokerSettings settings, string brokerName) =>
        settings.Effective.GetValueOrDefault(brokerName) ?? BrokerConfigs.Definition[brokerName].Default;

    static string ToText(long value) => value.ToString(CultureInfo.InvariantCulture);
}
