using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;

namespace NettyKafka.Server.Handlers;

/// <summary>LeaveGroup v0-5; several members at once from version 3, each with its own error and, from version 5, a reason.</summary>
public sealed class LeaveGroupHandler(GroupCoordinator groups) : IHandler<LeaveGroupRequest, LeaveGroupResponse>
{
    const short FirstVersionWithSeveralMembers = 3;

    public async ValueTask<LeaveGroupResponse?> HandleAsync(LeaveGroupRequest request, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Read, ResourceType.Group, request.GroupId))
            return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        if (request.GroupId.Length == 0)
            return new() { ErrorCode = ErrorCode.InvalidGroupId };
        var isBatch = context.ApiVersion >= FirstVersionWithSeveralMembers;
        List<LeaveGroupRequest.MemberIdentity> members = isBatch ? request.Members : [new() { MemberId = request.MemberId }];
        try
        {
            var left = await groups.RunAsync(context.Node, request.GroupId, shard => shard.Leave(request.GroupId, members));
            return isBatch ? new() { Members = [.. left] } : new() { ErrorCode = left[0].ErrorCode };
        }
        catch (CoordinatorException e)
        {
            return new() { ErrorCode = e.Error };
        }
    }
}
