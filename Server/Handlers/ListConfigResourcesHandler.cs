using System.Globalization;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>ListConfigResources v0-1: the resources that have configs, of the types asked for or of all; v0 knows metrics subscriptions alone.</summary>
public sealed class ListConfigResourcesHandler(ClusterMetadata cluster) : IHandler<ListConfigResourcesRequest, ListConfigResourcesResponse>
{
    static readonly ConfigResourceType[] everyType =
        [ConfigResourceType.Topic, ConfigResourceType.Broker, ConfigResourceType.BrokerLogger, ConfigResourceType.ClientMetrics, ConfigResourceType.Group];

    public ValueTask<ListConfigResourcesResponse?> HandleAsync(ListConfigResourcesRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.DescribeConfigs))
            return new(new ListConfigResourcesResponse { ErrorCode = ErrorCode.ClusterAuthorizationFailed });
        var types = TypesOf(request, context.ApiVersion).ToList();
        if (!types.TrueForAll(everyType.Contains))
            return new(new ListConfigResourcesResponse { ErrorCode = ErrorCode.UnsupportedVersion });
        return new(new ListConfigResourcesResponse
        {
            ConfigResources =
            [
                .. from type in types
                   from name in NamesOf(type)
                   select new ListConfigResourcesResponse.ConfigResource { ResourceName = name, ResourceType = (sbyte)type },
            ],
        });
    }

    static IEnumerable<ConfigResourceType> TypesOf(ListConfigResourcesRequest request, short version)
    {
        if (version == 0)
            return [ConfigResourceType.ClientMetrics];
        return request.ResourceTypes.Count == 0 ? everyType : request.ResourceTypes.Distinct().Select(type => (ConfigResourceType)type);
    }

    IEnumerable<string> NamesOf(ConfigResourceType type) => type switch
    {
        ConfigResourceType.Topic => cluster.Image.TopicsByName.Keys.Order(StringComparer.Ordinal),
        ConfigResourceType.Broker or ConfigResourceType.BrokerLogger => cluster.Nodes.Select(node => node.Id.ToString(CultureInfo.InvariantCulture)),
        _ => cluster.Image.Configs.Keys.Where(resource => resource.Type == type).Select(resource => resource.Name).Order(StringComparer.Ordinal),
    };
}
