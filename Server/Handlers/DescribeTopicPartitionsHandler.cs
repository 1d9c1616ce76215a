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
    public ValueTask<DescribeTopicPartitionsResponse?> HandleAsync(DescribeTopicPartitionsRequest request, RequestContext context) => new(Describe(request, context));

    DescribeTopicPartitionsResponse Describe(DescribeTopicPartitionsRequest request, RequestContext context)
    {
        if (request.Cursor is { } cursor && (cursor.PartitionIndex < 0 || (request.Topics.Count > 0 && !request.Topics.Exists(topic => topic.Name == cursor.TopicName))))
            return new() { Topics = request.Topics.ConvertAll(topic => new DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic { ErrorCode = ErrorCode.InvalidRequest, Name = topic.Name }) };

        var image = cluster.Image;
        var response = new DescribeTopicPartitionsResponse();
        var room = Math.Max(1, Math.Min(request.ResponsePartitionLimit, config.MaxRequestPartitionSizeLimit));
        var (allowed, denied) = RightsTo(NamesFrom(request, image), isForAll: request.Topics.Count == 0, context);
        foreach (var name in allowed)
        {
            if (room <= 0)
            {
                response.NextCursor = new() { TopicName = name, PartitionIndex = 0 };
                break;
            }

            var first = request.Cursor is { } at && at.TopicName == name ? at.PartitionIndex : 0;
            room -= AddPage(response, image.FindTopic(name), name, first, room, context);
            if (response.NextCursor is not null)
                break;
        }

        // Whether they exist is not told, so they are not even looked for.
        foreach (var name in denied)
            response.Topics.Add(new() { ErrorCode = ErrorCode.TopicAuthorizationFailed, Name = name, TopicAuthorizedOperations = AuthorizedOperations.Omitted });
        return response;
    }

    /// <summary>Of all topics, those that may not be described are left out.</summary>
    static (List<string> Allowed, List<string> Denied) RightsTo(IEnumerable<string> names, bool isForAll, RequestContext context)
    {
        var rights = names.ToLookup(name => context.IsAuthorized(AclOperation.Describe, ResourceType.Topic, name, logIfDenied: !isForAll));
        return ([.. rights[true]], isForAll ? [] : [.. rights[false]]);
    }

    static IEnumerable<string> NamesFrom(DescribeTopicPartitionsRequest request, ClusterImage image)
    {
        var names = request.Topics.Count > 0 ? request.Topics.ConvertAll(topic => topic.Name) : [.. image.TopicsByName.Keys];
        return names.Distinct().Where(name => request.Cursor is not { } cursor || string.CompareOrdinal(name, cursor.TopicName) >= 0).Order(StringComparer.Ordinal);
    }

    int AddPage(DescribeTopicPartitionsResponse response, TopicImage? topic, string name, int first, int room, RequestContext context)
    {
        if (topic is null)
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
            TopicAuthorizedOperations = AuthorizedOperations.OfTopic(context, name),
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
