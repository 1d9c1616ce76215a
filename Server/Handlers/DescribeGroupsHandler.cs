using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Groups.Classic;
using Described = NettyKafka.Codec.Messages.DescribeGroupsResponse.DescribedGroup;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// DescribeGroups v0-6: classic groups. One that does not exist, or is of another type, is GROUP_ID_NOT_FOUND from version 6 and a dead group before. What members say
/// of themselves and have been assigned is told of stable groups only.
/// </summary>
public sealed class DescribeGroupsHandler(GroupCoordinator groups) : IHandler<DescribeGroupsRequest, DescribeGroupsResponse>
{
    const short FirstVersionWithGroupIdNotFound = 6;

    public async ValueTask<DescribeGroupsResponse?> HandleAsync(DescribeGroupsRequest request, RequestContext context)
    {
        var response = new DescribeGroupsResponse();
        foreach (var groupId in request.Groups)
        {
            var described = await DescribeAsync(groupId, context);
            described.AuthorizedOperations = request.IncludeAuthorizedOperations && described.ErrorCode == ErrorCode.None ? AuthorizedOperations.OfGroup(context, groupId) : AuthorizedOperations.Omitted;
            response.Groups.Add(described);
        }

        return response;
    }

    async ValueTask<Described> DescribeAsync(string groupId, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Describe, ResourceType.Group, groupId))
            return Failed(groupId, ErrorCode.GroupAuthorizationFailed, "");
        try
        {
            return await groups.RunAsync(context.Node, groupId, shard => Describe(shard, groupId, context.ApiVersion));
        }
        catch (CoordinatorException e)
        {
            return Failed(groupId, e.Error, "");
        }
    }

    static Described Describe(GroupShard shard, string groupId, short version)
    {
        if (shard.Groups.Find(groupId) is ClassicGroup group)
            return DescriptionOf(group);
        var message = shard.Groups.Find(groupId) is null ? $"Group {groupId} not found." : $"Group {groupId} is not a classic group.";
        return version >= FirstVersionWithGroupIdNotFound
            ? Failed(groupId, ErrorCode.GroupIdNotFound, nameof(ClassicGroupState.Dead), message.Shortened())
            : Failed(groupId, ErrorCode.None, nameof(ClassicGroupState.Dead));
    }

    static Described DescriptionOf(ClassicGroup group)
    {
        var isStable = group.State == ClassicGroupState.Stable;
        return new()
        {
            GroupId = group.GroupId,
            GroupState = group.StateName,
            ProtocolType = group.ProtocolType,
            ProtocolData = isStable ? group.ProtocolName ?? "" : "",
            Members = [.. group.Members.All.Select(member => DescriptionOf(member, isStable ? group.ProtocolName : null))],
        };
    }

    static DescribeGroupsResponse.DescribedGroupMember DescriptionOf(ClassicGroupMember member, string? protocolName) => new()
    {
        MemberId = member.MemberId,
        GroupInstanceId = member.GroupInstanceId,
        ClientId = member.ClientId,
        ClientHost = member.ClientHost,
        MemberMetadata = protocolName is null ? [] : member.MetadataOf(protocolName),
        MemberAssignment = protocolName is null ? [] : member.Assignment,
    };

    static Described Failed(string groupId, ErrorCode error, string state, string? message = null) => new()
    {
        GroupId = groupId,
        ErrorCode = error,
        ErrorMessage = message,
        GroupState = state,
    };
}
