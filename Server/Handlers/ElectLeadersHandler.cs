using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>ElectLeaders v0-2 (KIP-183, KIP-460). An election is done when it is answered, so TimeoutMs has nothing to limit. Rights: ALTER on the cluster.</summary>
public sealed class ElectLeadersHandler(ReplicationControl replication) : IHandler<ElectLeadersRequest, ElectLeadersResponse>
{
    public async ValueTask<ElectLeadersResponse?> HandleAsync(ElectLeadersRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Alter))
            return Failed(request, new(ErrorCode.ClusterAuthorizationFailed, "Cluster authorization failed."));
        var type = (ElectionType)request.ElectionType;
        if (!Enum.IsDefined(type))
            return Failed(request, new(ErrorCode.InvalidRequest, $"Unknown election type {request.ElectionType}"));

        var wanted = request.TopicPartitions?.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition))).ToList();
        var results = await replication.ElectLeadersAsync(wanted, type);
        // Of all partitions only those are told that needed a leader.
        return Answer(wanted is null ? results.Where(result => result.Error.Code != ErrorCode.ElectionNotNeeded) : results);
    }

    static ElectLeadersResponse Answer(IEnumerable<(string Topic, int Partition, ApiError Error)> results) => new()
    {
        ReplicaElectionResults =
        [
            .. results.GroupBy(result => result.Topic).Select(topic => new ElectLeadersResponse.ReplicaElectionResult
            {
                Topic = topic.Key,
                PartitionResult =
                [
                    .. topic.Select(result => new ElectLeadersResponse.PartitionResult
                    {
                        PartitionId = result.Partition,
                        ErrorCode = result.Error.Code,
                        ErrorMessage = result.Error.Message,
                    }),
                ],
            }),
        ],
    };

    /// <summary>Version 0 has no error for the whole request, so every partition tells it as well.</summary>
    static ElectLeadersResponse Failed(ElectLeadersRequest request, ApiError error)
    {
        var partitions = request.TopicPartitions?.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition, error))) ?? [];
        var response = Answer(partitions);
        response.ErrorCode = error.Code;
        return response;
    }
}
