using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// FindCoordinator v0-6; several keys at once from version 4. The coordinator of a group or a transactional id is the leader of the partition that keeps its
/// state; the internal topic is created by the first who asks. Share groups (key type 2) are not served.
/// </summary>
public sealed class FindCoordinatorHandler(ClusterMetadata cluster, Controller controller) : IHandler<FindCoordinatorRequest, FindCoordinatorResponse>
{
    const short FirstVersionWithSeveralKeys = 4;
    const sbyte Group = 0;
    const sbyte Transaction = 1;

    public async ValueTask<FindCoordinatorResponse?> HandleAsync(FindCoordinatorRequest request, RequestContext context)
    {
        if (context.ApiVersion >= FirstVersionWithSeveralKeys)
        {
            var response = new FindCoordinatorResponse();
            foreach (var key in request.CoordinatorKeys)
                response.Coordinators.Add(await FindAsync(request.KeyType, key, context));
            return response;
        }

        var found = await FindAsync(request.KeyType, request.Key, context);
        // As in Kafka, versions 1 to 3 tell a success by its name.
        var message = found.ErrorCode == ErrorCode.None ? "NONE" : found.ErrorMessage;
        return new() { ErrorCode = found.ErrorCode, ErrorMessage = message, NodeId = found.NodeId, Host = found.Host, Port = found.Port };
    }

    async ValueTask<FindCoordinatorResponse.Coordinator> FindAsync(sbyte keyType, string key, RequestContext context)
    {
        if (Refusal(keyType, key, context) is { } refusal)
            return Failed(key, refusal.Code, refusal.Message);
        var topicName = keyType switch
        {
            Group => InternalTopics.ConsumerOffsets,
            Transaction => InternalTopics.TransactionState,
            _ => null,
        };
        if (topicName is null)
            return Failed(key, ErrorCode.InvalidRequest, $"coordinator key type {keyType} is not served");

        var error = await controller.EnsureTopicAsync(topicName);
        if (error != ErrorCode.None || cluster.Image.FindTopic(topicName) is not { } topic)
            return Failed(key, ErrorCode.CoordinatorNotAvailable, null);
        var partition = topic.Partitions[CoordinatorKey.PartitionFor(key, topic.Partitions.Count)];
        if (cluster.FindNode(partition.Leader) is not { } node || context.EndpointOf(node) is not { } endpoint)
            return Failed(key, ErrorCode.CoordinatorNotAvailable, null);
        return new() { Key = key, NodeId = node.Id, Host = context.HostOf(endpoint), Port = endpoint.Port };
    }

    static ApiError? Refusal(sbyte keyType, string key, RequestContext context) => keyType switch
    {
        Group when !context.IsAuthorized(AclOperation.Describe, ResourceType.Group, key) => AuthorizationErrors.Group,
        Transaction when !context.IsAuthorized(AclOperation.Describe, ResourceType.TransactionalId, key) => AuthorizationErrors.TransactionalId,
        _ => null,
    };

    static FindCoordinatorResponse.Coordinator Failed(string key, ErrorCode error, string? message) => new()
    {
        Key = key,
        NodeId = PartitionRegistration.NoLeader,
        Host = "",
        Port = -1,
        ErrorCode = error,
        ErrorMessage = message ?? "The coordinator is not available.",
    };
}
