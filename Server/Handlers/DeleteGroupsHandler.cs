using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;

namespace NettyKafka.Server.Handlers;

/// <summary>DeleteGroups v0-3. Deletes groups without members, of any type, with all that they have committed.</summary>
public sealed class DeleteGroupsHandler(GroupCoordinator groups) : IHandler<DeleteGroupsRequest, DeleteGroupsResponse>
{
    public async ValueTask<DeleteGroupsResponse?> HandleAsync(DeleteGroupsRequest request, RequestContext context)
    {
        var response = new DeleteGroupsResponse();
        foreach (var groupId in request.GroupsNames.Distinct(StringComparer.Ordinal))
            response.Results.Add(await DeleteAsync(groupId, context));
        return response;
    }

    async ValueTask<DeleteGroupsResponse.DeletableGroupResult> DeleteAsync(string groupId, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Delete, ResourceType.Group, groupId))
            return new() { GroupId = groupId, ErrorCode = ErrorCode.GroupAuthorizationFailed };
        try
        {
            await groups.RunAsync(context.Node, groupId, shard =>
            {
                shard.Deletion.Delete(groupId);
                return true;
            });
            return new() { GroupId = groupId };
        }
        catch (CoordinatorException e)
        {
            return new() { GroupId = groupId, ErrorCode = e.Error, ErrorMessage = e.Message.Shortened() };
        }
    }
}
