using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Groups.Consumer;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// ConsumerGroupHeartbeat v0-1: the one request of a member of a consumer group (KIP-848). From version 1 on the client chooses its member id and may subscribe by
/// a regular expression. Not served where the consumer protocol is not: UNSUPPORTED_VERSION.
/// </summary>
public sealed class ConsumerGroupHeartbeatHandler(GroupCoordinator groups, ConsumerGroupSupport support) : IHandler<ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse>
{
    public async ValueTask<ConsumerGroupHeartbeatResponse?> HandleAsync(ConsumerGroupHeartbeatRequest request, RequestContext context)
    {
        if (!support.IsEnabled)
            return new() { ErrorCode = ErrorCode.UnsupportedVersion };
        if (!context.IsAuthorized(AclOperation.Read, ResourceType.Group, request.GroupId))
            return new() { ErrorCode = ErrorCode.GroupAuthorizationFailed };
        if (request.SubscribedTopicNames?.TrueForAll(topic => context.IsAuthorized(AclOperation.Describe, ResourceType.Topic, topic)) == false)
            return new() { ErrorCode = ErrorCode.TopicAuthorizationFailed };
        try
        {
            return await groups.RunAsync(context.Node, request.GroupId, shard => shard.Consumer.Heartbeat(request, context.GroupClient()));
        }
        catch (CoordinatorException e)
        {
            return new() { ErrorCode = e.Error, ErrorMessage = e.Message.Shortened() };
        }
    }
}
