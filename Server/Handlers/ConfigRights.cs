using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>Whose right the configs of a resource are: a topic's and a group's are its own, all others are the cluster's.</summary>
static class ConfigRights
{
    public static ErrorCode Check(RequestContext context, AclOperation operation, ConfigResource resource)
    {
        var (isAuthorized, error) = resource.Type switch
        {
            ConfigResourceType.Topic => (context.IsAuthorized(operation, ResourceType.Topic, resource.Name), ErrorCode.TopicAuthorizationFailed),
            ConfigResourceType.Group => (context.IsAuthorized(operation, ResourceType.Group, resource.Name), ErrorCode.GroupAuthorizationFailed),
            _ => (context.IsAuthorizedOnCluster(operation), ErrorCode.ClusterAuthorizationFailed),
        };
        return isAuthorized ? ErrorCode.None : error;
    }
}
