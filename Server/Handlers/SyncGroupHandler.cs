using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;

namespace NettyKafka.Server.Handlers;

/// <summary>SyncGroup v0-5. The leader brings the assignment; every other member is answered when it is durable. From version 5 protocol type and name have to be the group's.</summary>
public sealed class SyncGroupHandler(GroupCoordinator groups) : IHandler<SyncGroupRequest, SyncGroupResponse>
{
    const short FirstVersionWithProtocol = 5;

    public async ValueTask<SyncGroupResponse?> HandleAsync(SyncGroupRequest request, RequestContext context)
    {
        if (context.ApiVersion >= FirstVersionWithProtocol && (request.ProtocolType is null || request.ProtocolName is null))
            return new() { ErrorCode = ErrorCode.InconsistentGroupProtocol };
        if (!context.IsAuthorized(AclOperation.Read, ResourceType.Group, request.GroupId))
            return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        if (request.GroupId.Length == 0)
            return new() { ErrorCode = ErrorCode.InvalidGroupId };
        try
        {
            return await groups.RequestAsync<SyncGroupResponse>(context.Node, request.GroupId, (shard, reply) => shard.Sync(request, reply));
        }
        catch (CoordinatorException e)
        {
            return new() { ErrorCode = e.Error };
        }
    }
}
