using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>DescribeAcls v0-3: the ACLs that a filter matches, by resource pattern; prefixed ones from version 1. Rights: DESCRIBE on the cluster.</summary>
public sealed class DescribeAclsHandler(ClusterMetadata cluster) : IHandler<DescribeAclsRequest, DescribeAclsResponse>
{
    public ValueTask<DescribeAclsResponse?> HandleAsync(DescribeAclsRequest request, RequestContext context) => new(Describe(request, context));

    DescribeAclsResponse Describe(DescribeAclsRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Describe))
            return Failed(AuthorizationErrors.Cluster);
        if (context.Connection.Authorizer is null)
            return Failed(new(ErrorCode.SecurityDisabled, "No Authorizer is configured on the broker"));

        var filter = new AclFilter(
            (ResourceType)request.ResourceTypeFilter,
            request.ResourceNameFilter,
            (PatternType)request.PatternTypeFilter,
            request.PrincipalFilter,
            request.HostFilter,
            (AclOperation)request.Operation,
            (AclPermissionType)request.PermissionType);
        if (AclControl.Check(filter) is { } invalid)
            return Failed(new(ErrorCode.InvalidRequest, invalid));
        return new() { ErrorMessage = null, Resources = [.. ResourcesOf(cluster.Image.Acls.ById.Values.Where(filter.Matches))] };
    }

    static IEnumerable<DescribeAclsResponse.DescribeAclsResource> ResourcesOf(IEnumerable<Acl> acls) =>
        from acl in acls
        group acl by (acl.ResourceType, acl.ResourceName, acl.PatternType) into pattern
        select new DescribeAclsResponse.DescribeAclsResource
        {
            ResourceType = (sbyte)pattern.Key.ResourceType,
            ResourceName = pattern.Key.ResourceName,
            PatternType = (sbyte)pattern.Key.PatternType,
            Acls =
            [
                .. pattern.Select(acl => new DescribeAclsResponse.AclDescription
                {
                    Principal = acl.Principal,
                    Host = acl.Host,
                    Operation = (sbyte)acl.Operation,
                    PermissionType = (sbyte)acl.PermissionType,
                }),
            ],
        };

    static DescribeAclsResponse Failed(ApiError error) => new() { ErrorCode = error.Code, ErrorMessage = error.Message };
}
