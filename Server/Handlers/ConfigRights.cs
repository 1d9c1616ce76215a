using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>Whose right the configs of a resource are: a topic's and a group's are its own, all others are the cluster's.</summary>
static class ConfigRights
{
    public static ApiError Check(RequestContext context, AclOperation operation, ConfigResource resource)
    {
        var (isAuthorized, error) = resource.Type switch
        {
            ConfigResourceType.Topic => (context.IsAuthorized(operation, ResourceType.Topic, resource.Name), AuthorizationErrors.Topic),
            ConfigResourceType.Group => (context.IsAuthorized(operation, ResourceType.Group, resource.Name), AuthorizationErrors.Group),
            _ => (context.IsAuthorizedOnCluster(operation), AuthorizationErrors.Cluster),
        };
        return isAuthorized ? ApiError.None : error;
    }
}
