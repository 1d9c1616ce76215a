using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Partitions;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// DescribeTopicPartitions v0: topics in the order of their names, a page of partitions at a time; the cursor says where the next page begins. Eligible leader
/// replicas are not kept.
/// </summary>
public sealed class DescribeTopicPartitionsHandler(ClusterMetadata cluster, PartitionTable partitions, BrokerConfig config)
    : IHandler<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>
{
    public ValueTask<DescribeTopicPartitionsResponse?> HandleAsync(DescribeTopicPartitionsRequest request, RequestContext context) => new(Describe(request));

    DescribeTopicPartitionsResponse Describe(DescribeTopicPartitionsRequest request)
    {
        if (request.Cursor is { } cursor && (cursor.PartitionIndex < 0 || (request.Topics.Count > 0 && !request.Topics.Exists(topic => topic.Name == cursor.TopicName))))
            return new() { Topics = request.Topics.ConvertAll(topic => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic { ErrorCode = ErrorCode.InvalidRequest, Name = topic.Name }) };

        var image = cluster.Image;
        var response = new DescribeTopicPartitionsResponse();
        var room = Math.Max(1, Math.Min(request.ResponsePartitionLimit, config.MaxRequestPartitionSizeLimit));
        foreach (var name in NamesFrom(request, image))
        {
            if (room <= 0)
            {
                response.NextCursor = new() { TopicName = name, PartitionIndex = 0 };
                break;
            }

            var first = request.Cursor is { } at && at.TopicName == name ? at.PartitionIndex : 0;
            room -= AddPage(response, image, name, first, room);
            if (response.NextCursor is not null)
                break;
        }

        return response;
    }

    static IEnumerable<string> NamesFrom(DescribeTopicPartitionsRequest request, ClusterImage image)
    {
        var names = request.Topics.Count > 0 ? request.Topics.ConvertAll(topic => topic.Name) : [.. image.TopicsByName.Keys];
        return names.Distinct().Where(name => request.Cursor is not { } cursor || string.CompareOrdinal(name, cursor.TopicName) >= 0).Order(StringComparer.Ordinal);
    }

    int AddPage(DescribeTopicPartitionsResponse response, ClusterImage image, string name, int first, int room)
    {
        if (image.FindTopic(name) is not { } topic)
        {
            var error = TopicName.IsValid(name, out _) ? ErrorCode.UnknownTopicOrPartition : ErrorCode.InvalidTopicException;
            response.Topics.Add(new() { ErrorCode = error, Name = name });
            return 0;
        }

        var page = topic.Partitions.Values.Where(partition => partition.PartitionId >= first).Take(room).Select(partition => Describe(topic, partition)).ToList();
        response.Topics.Add(new()
        {
            Name = name,
            TopicId = topic.Id,
            IsInternal = topic.IsInternal,
            Partitions = page,
            TopicAuthorizedOperations = AuthorizedOperations.OfTopic,
        });
        if (first + page.Count < topic.Partitions.Count)
            response.NextCursor = new() { TopicName = name, PartitionIndex = first + page.Count };
        return page.Count;
    }

    DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition Describe(TopicImage topic, PartitionRegistration partition)
    {
        var isOffline = partitions.IsOffline(new(topic.Name, partition.PartitionId));
        var isLed = !isOffline && cluster.FindNode(partition.Leader) is not null;
        return new()
        {
            ErrorCode = isLed ? ErrorCode.None : ErrorCode.LeaderNotAvailable,
            PartitionIndex = partition.PartitionId,
            LeaderId = isLed ? partition.Leader : PartitionRegistration.NoLeader,
            LeaderEpoch = partition.LeaderEpoch,
            ReplicaNodes = [.. partition.Replicas],
            IsrNodes = [.. partition.Isr],
            EligibleLeaderReplicas = [],
            LastKnownElr = [],
            OfflineReplicas = [.. partition.Replicas.Where(replica => isOffline || cluster.FindNode(replica) is null)],
        };
    }
}
