using System.Net;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security;

/// <summary>Says who may do what with which resource, as the StandardAuthorizer of KRaft does.</summary>
public sealed class Authorizer(IReadOnlySet<KafkaPrincipal> superUsers, bool allowEveryoneIfNoAclFound)
{
    /// <summary>The name of the one resource of the type Cluster.</summary>
    public const string ClusterName = "kafka-cluster";

    public bool Authorize(KafkaPrincipal principal, IPAddress host, AclOperation operation, ResourceType type, string name) =>
        superUsers.Contains(principal) || allowEveryoneIfNoAclFound;
}
