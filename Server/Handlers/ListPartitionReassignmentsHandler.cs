using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// ListPartitionReassignments v0 (KIP-455). Reassignments that are asked for here are done at once; those that a data directory of Kafka was left with are listed.
/// Rights: DESCRIBE on the cluster.
/// </summary>
public sealed class ListPartitionReassignmentsHandler(ClusterMetadata cluster) : IHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>
{
    public ValueTask<ListPartitionReassignmentsResponse?> HandleAsync(ListPartitionReassignmentsRequest request, RequestContext context) =>
        new(context.IsAuthorizedOnCluster(AclOperation.Describe)
            ? new ListPartitionReassignmentsResponse { ErrorMessage = null, Topics = [.. TopicsOf(request).Select(topic => Describe(topic.Topic, topic.Partitions)).Where(topic => topic.Partitions.Count > 0)] }
            : new ListPartitionReassignmentsResponse { ErrorCode = ErrorCode.ClusterAuthorizationFailed, ErrorMessage = "Cluster authorization failed." });

    IEnumerable<(TopicImage Topic, IEnumerable<PartitionRegistration> Partitions)> TopicsOf(ListPartitionReassignmentsRequest request)
    {
        var image = cluster.Image;
        if (request.Topics is not { } wanted)
            return image.TopicsByName.Values.Select(topic => (topic, topic.Partitions.Values));
        return from one in wanted
               let topic = image.FindTopic(one.Name)
               where topic is not null
               select (topic, topic.Partitions.Values.Where(partition => one.PartitionIndexes.Contains(partition.PartitionId)));
    }

    static ListPartitionReassignmentsResponse.OngoingTopicReassignment Describe(TopicImage topic, IEnumerable<PartitionRegistration> partitions) => new()
    {
        Name = topic.Name,
        Partitions =
        [
            .. partitions.Where(partition => partition.IsBeingReassigned).Select(partition => new ListPartitionReassignmentsResponse.OngoingPartitionReassignment
            {
                PartitionIndex = partition.PartitionId,
                Replicas = [.. partition.Replicas],
                AddingReplicas = [.. partition.AddingReplicas],
                RemovingReplicas = [.. partition.RemovingReplicas],
            }),
        ],
    };
}
