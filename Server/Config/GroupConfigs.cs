using System.Globalization;
using NettyKafka.Server.Config.Definitions;

namespace NettyKafka.Server.Config;

/// <summary>The configs of a group; the default of most is the broker config of the same name behind <c>group.</c></summary>
public static class GroupConfigs
{
    public static readonly ConfigDef Definition = new(GroupResourceKeys.Keys);

    static readonly string[] types = ["consumer", "share", "streams"];

    /// <summary>The broker config that is the default of a group config, or null when there is none.</summary>
    public static string? BrokerNameOf(string groupName) =>
        BrokerConfigs.Definition.TryFind($"group.{groupName}", out var key) ? key.Name : null;

    /// <summary>What a group without settings of its own has.</summary>
    public static Dictionary<string, string> DefaultsOf(BrokerSettings broker) =>
        Definition.Keys.ToDictionary(key => key.Name, key => (BrokerNameOf(key.Name) is { } brokerName ? broker.Effective.GetValueOrDefault(brokerName) : null) ?? key.Default!);

    /// <summary>What is wrong with the settings of a group, in the words of Kafka's INVALID_CONFIG error; null when nothing is.</summary>
    public static string? Validate(BrokerConfig broker, IReadOnlyDictionary<string, string> overrides)
    {
        foreach (var name in overrides.Keys)
            if (!Definition.TryFind(name, out _))
                return $"Unknown group config name: {name}";
        foreach (var (name, text) in overrides)
            if (!Definition[name].TryParse(text, out _, out var error))
                return error!.Message;

        var values = BrokerSettings.Merge(DefaultsOf(broker.Settings), overrides);
        return BoundsOf("heartbeat.interval.ms", types).Concat(BoundsOf("session.timeout.ms", types)).Concat(BoundsOf("record.lock.duration.ms", "share"))
            .Append(("streams.num.standby.replicas", null, "group.streams.max.standby.replicas"))
            .Select(bounds => CheckBounds(bounds, values, broker.Settings))
            .Concat(types.Select(type => CheckSession(type, values)))
            .FirstOrDefault(message => message is not null);
    }

    static IEnumerable<(string Name, string? Min, string? Max)> BoundsOf(string config, params string[] groupTypes) =>
        groupTypes.Select(type => ($"{type}.{config}", (string?)$"group.{type}.min.{config}", (string?)$"group.{type}.max.{config}"));

    static string? CheckBounds((string Name, string? Min, string? Max) bounds, Dictionary<string, string> values, BrokerSettings broker)
    {
        var value = Int(values[bounds.Name]);
        if (bounds.Min is { } min && value < broker.Values.Int(min))
            return $"{bounds.Name} must be greater than or equal to {min}";
        return bounds.Max is { } max && value > broker.Values.Int(max) ? $"{bounds.Name} must be less than or equal to {max}" : null;
    }

    static string? CheckSession(string type, Dictionary<string, string> values) =>
        Int(values[$"{type}.session.timeout.ms"]) <= Int(values[$"{type}.heartbeat.interval.ms"])
            ? $"{type}.session.timeout.ms must be greater than {type}.heartbeat.interval.ms" : null;

    static int Int(string text) => int.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
}
