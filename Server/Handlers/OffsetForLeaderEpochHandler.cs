using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Partitions;

namespace NettyKafka.Server.Handlers;

/// <summary>OffsetForLeaderEpoch v0-4: where the records of a leader epoch end, so that a client finds out what was truncated.</summary>
public sealed class OffsetForLeaderEpochHandler(PartitionTable partitions) : IHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    public ValueTask<OffsetForLeaderEpochResponse?> HandleAsync(OffsetForLeaderEpochRequest request, RequestContext context)
    {
        var response = new OffsetForLeaderEpochResponse();
        // Once this was for brokers alone; consumers ask too since KIP-320.
        var isBroker = context.IsAuthorizedOnCluster(AclOperation.ClusterAction, logIfDenied: false);
        foreach (var topic in request.Topics)
        {
            var mayDescribe = isBroker || context.IsAuthorized(AclOperation.Describe, ResourceType.Topic, topic.Topic);
            response.Topics.Add(new()
            {
                Topic = topic.Topic,
                Partitions = topic.Partitions.ConvertAll(partition => mayDescribe ? Find(topic.Topic, partition, context) : Failed(partition, ErrorCode.TopicAuthorizationFailed)),
            });
        }

        return new(response);
    }

    OffsetForLeaderEpochResponse.EpochEndOffset Find(string topic, OffsetForLeaderEpochRequest.OffsetForLeaderPartition wanted, RequestContext context)
    {
        if (context.InterceptPartition(topic, wanted.Partition) is { } intercepted)
            return Failed(wanted, intercepted);
        if (!partitions.TryFindLeader(topic, wanted.Partition, context.Node, out var partition, out var error))
            return Failed(wanted, error);
        if (partition.CheckLeaderEpoch(wanted.CurrentLeaderEpoch) is not ErrorCode.None and var fenced)
            return Failed(wanted, fenced);

        var end = partition.EndOffsetForEpoch(wanted.LeaderEpoch);
        return new() { Partition = wanted.Partition, LeaderEpoch = end.Epoch, EndOffset = end.EndOffset };
    }

    static OffsetForLeaderEpochResponse.EpochEndOffset Failed(OffsetForLeaderEpochRequest.OffsetForLeaderPartition wanted, ErrorCode error) => new()
    {
        Partition = wanted.Partition,
        ErrorCode = error,
    };
}
