using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
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
                group.AuthorizedOperations = AuthorizedOperations.OfGroup;
            response.Groups.Add(group);
        }

        return response;
    }

    async ValueTask<ConsumerGroupDescribeResponse.DescribedGroup> DescribeAsync(string groupId, RequestContext context)
    {
        if (!support.IsEnabled)
            return Failed(groupId, ErrorCode.UnsupportedVersion, null);
        if (groupId.Length == 0)
            return Failed(groupId, ErrorCode.InvalidGroupId, null);
        try
        {
            return await groups.RunAsync(context.Node, groupId, shard => shard.Consumer.Describe(groupId));
        }
        catch (CoordinatorException e)
        {
            return Failed(groupId, e.Error, e.Message.Shortened());
        }
    }

    static ConsumerGroupDescribeResponse.DescribedGroup Failed(string groupId, ErrorCode error, string? message) => new() { GroupId = groupId, ErrorCode = error, ErrorMessage = message };
}
