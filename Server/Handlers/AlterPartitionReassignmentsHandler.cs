using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// AlterPartitionReassignments v0-1 (KIP-455, KIP-860). A reassignment is done when it is answered: all nodes see the same data. Rights: ALTER on the cluster.
/// </summary>
public sealed class AlterPartitionReassignmentsHandler(ReplicationControl replication) : IHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>
{
    public async ValueTask<AlterPartitionReassignmentsResponse?> HandleAsync(AlterPartitionReassignmentsRequest request, RequestContext context)
    {
        var response = new AlterPartitionReassignmentsResponse { AllowReplicationFactorChange = request.AllowReplicationFactorChange, ErrorMessage = null };
        if (!context.IsAuthorizedOnCluster(AclOperation.Alter))
        {
            response.ErrorCode = ErrorCode.ClusterAuthorizationFailed;
            response.ErrorMessage = "Cluster authorization failed.";
            return response;
        }

        var wanted = request.Topics.SelectMany(topic => topic.Partitions.Select(partition => (topic.Name, partition))).ToList();
        var errors = new Queue<ApiError>(await replication.AlterPartitionReassignmentsAsync(wanted, request.AllowReplicationFactorChange));
        response.Responses = request.Topics.ConvertAll(topic => new AlterPartitionReassignmentsResponse.ReassignableTopicResponse
        {
            Name = topic.Name,
            Partitions = topic.Partitions.ConvertAll(partition => Answer(partition.PartitionIndex, errors.Dequeue())),
        });
        return response;
    }

    static AlterPartitionReassignmentsResponse.ReassignablePartitionResponse Answer(int partition, ApiError error) => new()
    {
        PartitionIndex = partition,
        ErrorCode = error.Code,
        ErrorMessage = error.Message,
    };
}
