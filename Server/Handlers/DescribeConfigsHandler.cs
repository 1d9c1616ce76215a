using System.Collections.Immutable;
using System.Globalization;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Handlers;

/// <summary>DescribeConfigs v0-4 for topics, brokers, their loggers, groups and metrics subscriptions: value, source, synonyms, type.</summary>
public sealed class DescribeConfigsHandler(ClusterMetadata cluster, DynamicBrokerConfig config, BrokerLoggers loggers) : IHandler<DescribeConfigsRequest, DescribeConfigsResponse>
{
    const short FirstVersionWithSource = 1;

    ConfigDescription Description => new(config.Current);

    public ValueTask<DescribeConfigsResponse?> HandleAsync(DescribeConfigsRequest request, RequestContext context) => new(new DescribeConfigsResponse
    {
        Results = request.Resources.ConvertAll(resource => Describe(resource, request, context)),
    });

    DescribeConfigsResponse.DescribeConfigsResult Describe(
        DescribeConfigsRequest.DescribeConfigsResource resource, DescribeConfigsRequest request, RequestContext context)
    {
        var type = (ConfigResourceType)resource.ResourceType;
        var (error, message, entries) = ConfigRights.Check(context, AclOperation.DescribeConfigs, new(type, resource.ResourceName)) is { IsNone: false } refusal
            ? (refusal.Code, refusal.Message, [])
            : Find(type, resource.ResourceName, context);
        var wanted = resource.ConfigurationKeys is { Count: > 0 } keys ? keys.ToHashSet() : null;
        return new()
        {
            ErrorCode = error,
            ErrorMessage = message,
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
            Configs = [.. entries.Where(entry => wanted?.Contains(entry.Name) ?? true).Select(entry => Describe(entry, request, context))],
        };
    }

    /// <summary>Nodes share all their configs but for what tells them apart.</summary>
    static ConfigEntry OfNode(ConfigEntry entry, Node node) => entry.Name switch
    {
        "node.id" or "broker.id" => entry with { Value = node.Id.ToString(CultureInfo.InvariantCulture) },
        "broker.rack" => entry with { Value = node.Rack },
        _ => entry,
    };

    (ErrorCode Error, string? Message, IReadOnlyList<ConfigEntry> Entries) Find(ConfigResourceType type, string name, RequestContext context) => type switch
    {
        ConfigResourceType.Topic => FindTopic(name),
        ConfigResourceType.Broker when name == "" => (ErrorCode.None, null, Description.DescribeBrokerDefaults()),
        ConfigResourceType.Broker when IdOf(name) is not { } => (ErrorCode.InvalidRequest, $"Broker id must be an integer, but it is: {name}", []),
        ConfigResourceType.Broker when IdOf(name) == context.Node.Id => (ErrorCode.None, null, [.. Description.DescribeBroker().Select(entry => OfNode(entry, context.Node))]),
        ConfigResourceType.Broker => (ErrorCode.InvalidRequest, $"Unexpected broker id, expected {context.Node.Id} or empty string, but received {name}", []),
        ConfigResourceType.BrokerLogger when name == "" => (ErrorCode.InvalidRequest, "Broker id must not be empty", []),
        ConfigResourceType.BrokerLogger when IdOf(name) is not { } => (ErrorCode.InvalidRequest, $"Broker id must be an integer, but it is: {name}", []),
        ConfigResourceType.BrokerLogger when IdOf(name) == context.Node.Id => (ErrorCode.None, null, loggers.Describe()),
        ConfigResourceType.BrokerLogger => (ErrorCode.InvalidRequest, $"Unexpected broker id, expected {context.Node.Id} but received {name}", []),
        ConfigResourceType.ClientMetrics when name == "" => (ErrorCode.InvalidRequest, "Client metrics subscription name must not be empty", []),
        ConfigResourceType.ClientMetrics => (ErrorCode.None, null, ConfigDescription.DescribeClientMetrics(OverridesOf(ConfigResourceType.ClientMetrics, name))),
        ConfigResourceType.Group when name == "" => (ErrorCode.InvalidRequest, "Group name must not be empty", []),
        ConfigResourceType.Group => (ErrorCode.None, null, Description.DescribeGroup(OverridesOf(ConfigResourceType.Group, name))),
        _ => (ErrorCode.InvalidRequest, $"Unsupported resource type: {type}", []),
    };

    (ErrorCode Error, string? Message, IReadOnlyList<ConfigEntry> Entries) FindTopic(string name)
    {
        if (!TopicName.IsValid(name, out var reason))
            return (ErrorCode.InvalidTopicException, $"Topic name is invalid: {reason}", []);
        return cluster.Image.FindTopic(name) is null
            ? (ErrorCode.UnknownTopicOrPartition, null, [])
            : (ErrorCode.None, null, Description.DescribeTopic(OverridesOf(ConfigResourceType.Topic, name)));
    }

    ImmutableSortedDictionary<string, string> OverridesOf(ConfigResourceType type, string name) => cluster.Image.ConfigsOf(new(type, name));

    static int? IdOf(string name) => int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : null;

    static DescribeConfigsResponse.DescribeConfigsResourceResult Describe(ConfigEntry entry, DescribeConfigsRequest request, RequestContext context) => new()
    {
        Name = entry.Name,
        Value = entry.Value,
        ReadOnly = entry.IsReadOnly,
        IsDefault = context.ApiVersion < FirstVersionWithSource && entry.IsDefault,
        ConfigSource = (sbyte)entry.Source,
        IsSensitive = entry.IsSensitive,
        Synonyms = request.IncludeSynonyms
            ? [.. entry.Synonyms.Select(synonym => new DescribeConfigsResponse.DescribeConfigsSynonym
            {
                Name = synonym.Name,
                Value = synonym.Value,
                Source = (sbyte)synonym.Source,
            })]
            : [],
        ConfigType = (sbyte)entry.Type,
        Documentation = request.IncludeDocumentation ? entry.Documentation : null,
    };
}
