using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// JoinGroup v0-9. Answers when the group's next generation begins. From version 4 a dynamic member is given its id first (MEMBER_ID_REQUIRED), from version 5
/// there are static members, and from version 9 a leader may be told to skip the assignment.
/// </summary>
public sealed class JoinGroupHandler(GroupCoordinator groups, BrokerConfig config) : IHandler<JoinGroupRequest, JoinGroupResponse>
{
    const short FirstVersionWithRebalanceTimeout = 1;
    const short FirstVersionWithNullProtocol = 7;

    /// <summary>With '-' and a UUID behind it, it still has to be a string of the protocol.</summary>
    const int MaxMemberIdPrefixBytes = short.MaxValue - 37;

    public async ValueTask<JoinGroupResponse?> HandleAsync(JoinGroupRequest request, RequestContext context)
    {
        var response = await JoinAsync(request, context);
        var hasNoProtocol = string.IsNullOrEmpty(response.ProtocolName);
        response.ProtocolName = !hasNoProtocol ? response.ProtocolName : context.ApiVersion >= FirstVersionWithNullProtocol ? null : "";
        return response;
    }

    async ValueTask<JoinGroupResponse> JoinAsync(JoinGroupRequest request, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Read, ResourceType.Group, request.GroupId))
            return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        if (request.GroupId.Length == 0)
            return new() { ErrorCode = ErrorCode.InvalidGroupId, MemberId = request.MemberId };
        if (Encoding.UTF8.GetByteCount(request.GroupInstanceId ?? context.Header.ClientId ?? "") > MaxMemberIdPrefixBytes)
            return new() { ErrorCode = ErrorCode.InvalidRequest, MemberId = request.MemberId };
        if (request.SessionTimeoutMs < config.GroupMinSessionTimeoutMs || request.SessionTimeoutMs > config.GroupMaxSessionTimeoutMs)
            return new() { ErrorCode = ErrorCode.InvalidSessionTimeout, MemberId = request.MemberId };
        if (context.ApiVersion < FirstVersionWithRebalanceTimeout)
            request.RebalanceTimeoutMs = request.SessionTimeoutMs;
        try
        {
            return await groups.RequestAsync<JoinGroupResponse>(context.Node, request.GroupId, (shard, reply) => shard.Join(request, context.GroupClient(), reply));
        }
        catch (CoordinatorException e)
        {
            return new() { ErrorCode = e.Error };
        }
    }
}
