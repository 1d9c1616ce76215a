using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;

namespace NettyKafka.Server.Handlers;

/// <summary>ListGroups v0-5. The groups whose coordinator the node is; filtered by state from version 4, by type from 5, both in any case of letters.</summary>
public sealed class ListGroupsHandler(GroupCoordinator groups) : IHandler<ListGroupsRequest, ListGroupsResponse>
{
    public async ValueTask<ListGroupsResponse?> HandleAsync(ListGroupsRequest request, RequestContext context)
    {
        var states = request.StatesFilter.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var types = request.TypesFilter.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var mayDescribeAll = context.IsAuthorizedOnCluster(AclOperation.Describe, logIfDenied: false);
        try
        {
            var listed = await groups.RunOnAllAsync(context.Node, shard => List(shard, states, types));
            return new() { Groups = [.. listed.SelectMany(ofShard => ofShard).Where(group => mayDescribeAll || MayDescribe(group.GroupId, context))] };
        }
        catch (CoordinatorException e)
        {
            return new() { ErrorCode = e.Error };
        }
    }

    static bool MayDescribe(string groupId, RequestContext context) => context.IsAuthorized(AclOperation.Describe, ResourceType.Group, groupId, logIfDenied: false);

    static List<ListGroupsResponse.ListedGroup> List(GroupShard shard, HashSet<string> states, HashSet<string> types) =>
    [
        .. from listed in shard.Groups.All
           where states.Count == 0 || states.Contains(listed.StateName)
           where types.Count == 0 || types.Contains(listed.Type.ToName())
           select new ListGroupsResponse.ListedGroup
           {
               GroupId = listed.GroupId,
               ProtocolType = listed.ProtocolType,
               GroupState = listed.StateName,
               GroupType = listed.Type.ToName(),
           },
    ];
}
