using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Groups.Consumer;

namespace NettyKafka.Server.Handlers;

/// <summary>ConsumerGroupDescribe v0-1: state, epochs and members of consumer groups; from version 1 on whether a member speaks the classic protocol.</summary>
public sealed class ConsumerGroupDescribeHandler(GroupCoordinator groups, ConsumerGroupSupport support) : IHandler<ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse>
{
    public async ValueTask<ConsumerGroupDescribeResponse?> HandleAsync(ConsumerGroupDescribeRequest request, RequestContext context)
    {
        var response = new ConsumerGroupDescribeResponse();
        foreach (var groupId in request.GroupIds)
        {
            var group = await DescribeAsync(groupId, context);
            if (request.IncludeAuthorizedOperations && group.ErrorCode == ErrorCode.None)
                group.AuthorizedOperations = AuthorizedOperations.OfGroup(context, groupId);
            response.Groups.Add(group);
        }

        return response;
    }

    async ValueTask<ConsumerGroupDescribeResponse.DescribedGroup> DescribeAsync(string groupId, RequestContext context)
    {
        if (!support.IsEnabled)
            return Failed(groupId, ErrorCode.UnsupportedVersion, null);
        if (!context.IsAuthorized(AclOperation.Describe, ResourceType.Group, groupId))
            return Failed(groupId, ErrorCode.GroupAuthorizationFailed, null);
        if (groupId.Length == 0)
            return Failed(groupId, ErrorCode.InvalidGroupId, null);
        try
        {
            var group = await groups.RunAsync(context.Node, groupId, shard => shard.Consumer.Describe(groupId));
            return TopicsOf(group).TrueForAll(topic => context.IsAuthorized(AclOperation.Describe, ResourceType.Topic, topic))
                ? group
                : Failed(groupId, ErrorCode.TopicAuthorizationFailed, "The group has described topic(s) that the client is not authorized to describe.");
        }
        catch (CoordinatorException e)
        {
            return Failed(groupId, e.Error, e.Message.Shortened());
        }
    }

    static List<string> TopicsOf(ConsumerGroupDescribeResponse.DescribedGroup group) =>
    [
        .. group.Members
            .SelectMany(member => member.Assignment.TopicPartitions.Concat(member.TargetAssignment.TopicPartitions))
            .Select(topic => topic.TopicName)
            .Distinct(StringComparer.Ordinal),
    ];

    static ConsumerGroupDescribeResponse.DescribedGroup Failed(string groupId, ErrorCode error, string? message) => new() { GroupId = groupId, ErrorCode = error, ErrorMessage = message };
}
