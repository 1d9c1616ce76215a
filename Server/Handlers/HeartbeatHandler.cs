using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;

namespace NettyKafka.Server.Handlers;

/// <summary>Heartbeat v0-4 of a classic group's member.</summary>
public sealed class HeartbeatHandler(GroupCoordinator groups) : IHandler<HeartbeatRequest, HeartbeatResponse>
{
    public async ValueTask<HeartbeatResponse?> HandleAsync(HeartbeatRequest request, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Read, ResourceType.Group, request.GroupId))
            return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        if (request.GroupId.Length == 0)
            return new() { ErrorCode = ErrorCode.InvalidGroupId };
        try
        {
            return new() { ErrorCode = await groups.RunAsync(context.Node, request.GroupId, shard => shard.Heartbeat(request)) };
        }
        catch (CoordinatorException e)
        {
            // Once the group is loaded every session starts anew: nobody has to look for another coordinator.
            return new() { ErrorCode = e.Error == ErrorCode.CoordinatorLoadInProgress ? ErrorCode.None : e.Error };
        }
    }
}
