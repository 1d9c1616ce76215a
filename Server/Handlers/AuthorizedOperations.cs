using NettyKafka.Server.Cluster;
using NettyKafka.Server.Security;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// The operations that a client may do with a resource, as the bit field that Metadata, DescribeCluster and DescribeGroups answer when asked: bit n is the operation
/// of number n. Without an authorizer they are all that the resource knows.
/// </summary>
static class AuthorizedOperations
{
    /// <summary>The answer when nobody asked.</summary>
    public const int Omitted = int.MinValue;

    static readonly AclOperation[] ofTopic =
    [
        AclOperation.Read, AclOperation.Write, AclOperation.Create, AclOperation.Delete, AclOperation.Alter, AclOperation.Describe, AclOperation.DescribeConfigs, AclOperation.AlterConfigs,
    ];

    static readonly AclOperation[] ofGroup = [AclOperation.Read, AclOperation.Delete, AclOperation.Describe, AclOperation.DescribeConfigs, AclOperation.AlterConfigs];

    static readonly AclOperation[] ofCluster =
    [
        AclOperation.Create, AclOperation.Alter, AclOperation.Describe, AclOperation.ClusterAction, AclOperation.DescribeConfigs, AclOperation.AlterConfigs, AclOperation.IdempotentWrite,
    ];

    public static int OfTopic(RequestContext context, string name) => Of(context, ResourceType.Topic, name, ofTopic);

    public static int OfGroup(RequestContext context, string groupId) => Of(context, ResourceType.Group, groupId, ofGroup);

    /// <summary>None for who may not describe the cluster.</summary>
    public static int OfCluster(RequestContext context) =>
        context.IsAuthorizedOnCluster(AclOperation.Describe) ? Of(context, ResourceType.Cluster, Authorizer.ClusterName, ofCluster) : 0;

    static int Of(RequestContext context, ResourceType type, string name, AclOperation[] operations)
    {
        var authorized = 0;
        foreach (var operation in operations)
        {
            if (context.IsAuthorized(operation, type, name, logIfAllowed: false, logIfDenied: false))
                authorized |= 1 << (int)operation;
        }

        return authorized;
    }
}
