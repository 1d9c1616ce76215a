using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;

namespace NettyKafka.Server.Handlers;

/// <summary>DeleteRecords v0-2. Moves a partition's log start offset forward; segments wholly below it are deleted.</summary>
public sealed class DeleteRecordsHandler(PartitionTable partitions) : IHandler<DeleteRecordsRequest, DeleteRecordsResponse>
{
    const long HighWatermark = -1;
    const long InvalidLowWatermark = -1;

    public async ValueTask<DeleteRecordsResponse?> HandleAsync(DeleteRecordsRequest request, RequestContext context)
    {
        var response = new DeleteRecordsResponse();
        foreach (var topic in request.Topics)
        {
            var mayDelete = context.IsAuthorized(AclOperation.Delete, ResourceType.Topic, topic.Name);
            var results = new List<DeleteRecordsResponse.DeleteRecordsPartitionResult>(topic.Partitions.Count);
            foreach (var partition in topic.Partitions)
                results.Add(mayDelete ? await DeleteAsync(topic.Name, partition, context) : Failed(partition, ErrorCode.TopicAuthorizationFailed));
            response.Topics.Add(new() { Name = topic.Name, Partitions = results });
        }

        return response;
    }

    async ValueTask<DeleteRecordsResponse.DeleteRecordsPartitionResult> DeleteAsync(
        string topic, DeleteRecordsRequest.DeleteRecordsPartition wanted, RequestContext context)
    {
        if (context.InterceptPartition(topic, wanted.PartitionIndex) is { } intercepted)
            return Failed(wanted, intercepted);
        if (!partitions.TryFindLeader(topic, wanted.PartitionIndex, context.Node, out var partition, out var error))
            return Failed(wanted, error);
        if (InternalTopics.Contains(topic))
            return Failed(wanted, ErrorCode.InvalidTopicException);
        // Kafka deletes records by the delete policy only: a compacted topic refuses.
        if (!partition.Log.Config.IsDeleted)
            return Failed(wanted, ErrorCode.PolicyViolation);

        var bounds = partition.Bounds;
        var offset = wanted.Offset == HighWatermark ? bounds.HighWatermark : wanted.Offset;
        if (offset < 0 || offset > bounds.HighWatermark)
            return Failed(wanted, ErrorCode.OffsetOutOfRange);

        var (failure, logStartOffset) = await partition.AdvanceLogStartAsync(offset);
        if (failure != ErrorCode.None)
            return Failed(wanted, failure);
        return new() { PartitionIndex = wanted.PartitionIndex, LowWatermark = logStartOffset };
    }

    static DeleteRecordsResponse.DeleteRecordsPartitionResult Failed(DeleteRecordsRequest.DeleteRecordsPartition wanted, ErrorCode error) => new()
    {
        PartitionIndex = wanted.PartitionIndex,
        LowWatermark = InvalidLowWatermark,
        ErrorCode = error,
    };
}
