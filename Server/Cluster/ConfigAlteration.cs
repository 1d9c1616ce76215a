using System.Collections.Immutable;
using System.Globalization;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Cluster;

/// <summary>
/// What altering the configs of one resource means: the records that do it, or Kafka's error. All of a resource's changes are made, or none. Pure: it looks at an image
/// and changes nothing.
/// </summary>
public sealed class ConfigAlteration(ClusterImage image, BrokerConfig config)
{
    /// <summary>An alteration planned, or why not.</summary>
    public readonly record struct Plan(ErrorCode Error, string? Message, IReadOnlyList<MetadataRecord> Records)
    {
        /// <summary>This broker's configuration when it is a broker's that is altered.</summary>
        public BrokerConfig? Broker { get; init; }

        public static readonly Plan Valid = new(ErrorCode.None, null, []);

        public static Plan Failed(ErrorCode error, string? message) => new(error, message, []);
    }

    public Plan Alter(ConfigChange change)
    {
        if (CheckRequest(change) is { } refused)
            return refused;
        var current = image.ConfigsOf(change.Resource);
        Dictionary<string, string> next = change.ReplacesAll ? [] : new(current);
        foreach (var entry in change.Entries)
            if (Apply(change.Resource.Type, entry, next) is { } cannot)
                return Plan.Failed(ErrorCode.InvalidConfig, cannot);
        var plan = Check(change, next);
        return plan.Error == ErrorCode.None ? plan with { Records = RecordsOf(change, current, next) } : plan;
    }

    static Plan? CheckRequest(ConfigChange change)
    {
        if (change.Entries.Select(entry => entry.Name).Distinct().Count() < change.Entries.Count)
            return Plan.Failed(ErrorCode.InvalidRequest, "Error due to duplicate config keys");
        if (change.Entries.Where(entry => entry.Value is null && entry.Op != AlterConfigOp.Delete).Select(entry => entry.Name).ToList() is { Count: > 0 } nulls)
            return Plan.Failed(ErrorCode.InvalidRequest, $"Null value not supported for : {string.Join(", ", nulls)}");
        return change.Entries.FirstOrDefault(entry => !Enum.IsDefined(entry.Op)) is { } unknown
            ? Plan.Failed(ErrorCode.InvalidRequest, $"Unknown operations type {(sbyte)unknown.Op}") : null;
    }

    /// <summary>Changes <paramref name="configs"/>; answers what is wrong with an entry.</summary>
    static string? Apply(ConfigResourceType type, ConfigChange.Entry entry, Dictionary<string, string> configs)
    {
        switch (entry.Op)
        {
            case AlterConfigOp.Set:
                configs[entry.Name] = entry.Value!;
                return null;
            case AlterConfigOp.Delete:
                configs.Remove(entry.Name);
                return null;
            default:
                if (FindKey(type, entry.Name) is not { Type: ConfigType.List } key)
                    return NotAList(type, entry);
                var before = (configs.GetValueOrDefault(entry.Name) ?? key.Default ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
                var given = entry.Value!.Split(',');
                configs[entry.Name] = string.Join(',', entry.Op == AlterConfigOp.Append ? before.Concat(given.Except(before)) : before.Except(given));
                return null;
        }
    }

    static string NotAList(ConfigResourceType type, ConfigChange.Entry entry) => type == ConfigResourceType.Broker
        ? $"Config value {entry.Op.ToString().ToLowerInvariant()} is not allowed for config key: {entry.Name}"
        : $"Can't {entry.Op.ToString().ToUpperInvariant()} to key {entry.Name} because its type is not LIST.";

    static ConfigKey? FindKey(ConfigResourceType type, string name) => type switch
    {
        ConfigResourceType.Topic => TopicConfigs.Definition.TryFind(name, out var key) ? key : null,
        ConfigResourceType.Broker => BrokerConfigs.TryFind(name, out var key) ? key : null,
        ConfigResourceType.Group => GroupConfigs.Definition.TryFind(name, out var key) ? key : null,
        ConfigResourceType.ClientMetrics => ClientMetricsConfigs.Definition.TryFind(name, out var key) ? key : null,
        _ => null,
    };

    Plan Check(ConfigChange change, Dictionary<string, string> configs) => change.Resource.Type switch
    {
        ConfigResourceType.Topic => CheckTopic(change.Resource.Name, configs),
        ConfigResourceType.Broker => CheckBroker(change, configs),
        ConfigResourceType.Group => CheckGroup(change.Resource.Name, configs),
        ConfigResourceType.ClientMetrics => CheckClientMetrics(change.Resource.Name, configs),
        _ => Plan.Failed(ErrorCode.InvalidRequest, $"Unknown resource type {(sbyte)change.Resource.Type}"),
    };

    Plan CheckTopic(string name, Dictionary<string, string> configs)
    {
        if (name.Length == 0)
            return Plan.Failed(ErrorCode.InvalidRequest, "Default topic resources are not allowed.");
        if (!TopicName.IsValid(name, out var reason))
            return Plan.Failed(ErrorCode.InvalidTopicException, $"Topic name is invalid: {reason}");
        if (TopicConfigs.Validate(config, configs!) is { } invalid)
            return Plan.Failed(ErrorCode.InvalidConfig, invalid);
        return image.FindTopic(name) is null ? Plan.Failed(ErrorCode.UnknownTopicOrPartition, $"The topic '{name}' does not exist.") : Plan.Valid;
    }

    Plan CheckBroker(ConfigChange change, Dictionary<string, string> configs)
    {
        var isOfOneBroker = change.Resource.Name.Length > 0;
        if (isOfOneBroker && CheckNode(change.Resource.Name) is { } notHere)
            return Plan.Failed(ErrorCode.InvalidRequest, notHere);

        // What another version of the broker has let through has no effect, and must not stand in the way.
        var altered = change.Entries.Select(entry => entry.Name).ToHashSet();
        var valid = configs.Where(setting => altered.Contains(setting.Key) || DynamicConfigRules.Check(setting.Key, setting.Value, isOfOneBroker) is null).ToDictionary();
        if (DynamicConfigRules.Check(valid, isOfOneBroker) is { } reason)
            return Plan.Failed(ErrorCode.InvalidRequest, reason);
        try
        {
            var settings = config.Settings;
            return Plan.Valid with { Broker = isOfOneBroker ? config.WithDynamic(settings.DynamicDefaults, valid) : config.WithDynamic(valid, settings.DynamicOfBroker) };
        }
        catch (ConfigException e)
        {
            return Plan.Failed(ErrorCode.InvalidRequest, e.Error?.Message ?? e.Message);
        }
    }

    string? CheckNode(string name)
    {
        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            return $"Node id must be an integer, but it is: {name}";
        return id == config.NodeId ? null : $"Unexpected broker id, expected {config.NodeId}, but received {name}";
    }

    Plan CheckGroup(string name, Dictionary<string, string> configs)
    {
        if (name.Length == 0)
            return Plan.Failed(ErrorCode.InvalidRequest, "Default group resources are not allowed.");
        return GroupConfigs.Validate(config, configs) is { } invalid ? Plan.Failed(ErrorCode.InvalidConfig, invalid) : Plan.Valid;
    }

    static Plan CheckClientMetrics(string name, Dictionary<string, string> configs)
    {
        if (name.Length == 0)
            return Plan.Failed(ErrorCode.InvalidRequest, "Subscription name can't be empty");
        return ClientMetricsConfigs.Validate(configs) is var (message, isInvalidRequest)
            ? Plan.Failed(isInvalidRequest ? ErrorCode.InvalidRequest : ErrorCode.InvalidConfig, message) : Plan.Valid;
    }

    /// <summary>A broker's configs are written even when they are the same: it looks again at what they name.</summary>
    static List<MetadataRecord> RecordsOf(ConfigChange change, ImmutableSortedDictionary<string, string> current, Dictionary<string, string> next)
    {
        var altered = change.Entries.Select(entry => entry.Name).ToList();
        return
        [
            .. from name in altered.Concat(change.ReplacesAll ? current.Keys.Except(altered) : [])
               let value = next.GetValueOrDefault(name)
               where change.Resource.Type == ConfigResourceType.Broker || value != current.GetValueOrDefault(name)
               select MetadataRecord.Of(new ConfigRecord { ResourceType = (sbyte)change.Resource.Type, ResourceName = change.Resource.Name, Name = name, Value = value }),
        ];
    }
}
