using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>DeleteAcls v0-3: each filter answers what it has matched, prefixed patterns from version 1. Rights: ALTER on the cluster.</summary>
public sealed class DeleteAclsHandler(AclControl acls) : IHandler<DeleteAclsRequest, DeleteAclsResponse>
{
    public async ValueTask<DeleteAclsResponse?> HandleAsync(DeleteAclsRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Alter))
            return new() { FilterResults = request.Filters.ConvertAll(_ => ResultOf(new(AuthorizationErrors.Cluster, []))) };
        if (context.Connection.Authorizer is null)
            return new() { FilterResults = request.Filters.ConvertAll(_ => ResultOf(new(new(ErrorCode.SecurityDisabled, "No Authorizer is configured."), []))) };
        var deleted = await acls.DeleteAsync(request.Filters.ConvertAll(FilterOf));
        return new() { FilterResults = [.. deleted.Select(ResultOf)] };
    }

    static AclFilter FilterOf(DeleteAclsRequest.DeleteAclsFilter filter) => new(
        (ResourceType)filter.ResourceTypeFilter,
        filter.ResourceNameFilter,
        (PatternType)filter.PatternTypeFilter,
        filter.PrincipalFilter,
        filter.HostFilter,
        (AclOperation)filter.Operation,
        (AclPermissionType)filter.PermissionType);

    static DeleteAclsResponse.DeleteAclsFilterResult ResultOf(DeletedAcls deleted) => new()
    {
        ErrorCode = deleted.Error.Code,
        ErrorMessage = deleted.Error.Message,
        MatchingAcls =
        [
            .. deleted.Acls.Select(acl => new DeleteAclsResponse.DeleteAclsMatchingAcl
            {
                ErrorMessage = null,
                ResourceType = (sbyte)acl.ResourceType,
                ResourceName = acl.ResourceName,
                PatternType = (sbyte)acl.PatternType,
                Principal = acl.Principal,
                Host = acl.Host,
                Operation = (sbyte)acl.Operation,
                PermissionType = (sbyte)acl.PermissionType,
            }),
        ],
    };
}
