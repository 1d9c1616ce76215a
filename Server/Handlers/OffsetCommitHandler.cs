using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Groups.Offsets;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// OffsetCommit v0-10; topics by id from version 10. Offsets of partitions that do not exist are refused one by one. Version 0, which Kafka kept in ZooKeeper, commits
/// to the group as who is no member of it.
/// </summary>
public sealed class OffsetCommitHandler(ClusterMetadata cluster, GroupCoordinator groups) : IHandler<OffsetCommitRequest, OffsetCommitResponse>
{
    const short FirstVersionWithTopicIds = 10;

    public async ValueTask<OffsetCommitResponse?> HandleAsync(OffsetCommitRequest request, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Read, ResourceType.Group, request.GroupId))
            return Refused(request, ErrorCode.GroupAuthorizationFailed);
        var response = new OffsetCommitResponse();
        var image = cluster.Image;
        var found = new List<PartitionOffsetCommit>();
        var places = new List<(List<OffsetCommitResponse.OffsetCommitResponsePartition> Results, int Index)>();
        foreach (var topic in request.Topics)
        {
            var results = new List<OffsetCommitResponse.OffsetCommitResponsePartition>(topic.Partitions.Count);
            response.Topics.Add(new() { Name = topic.Name, TopicId = topic.TopicId, Partitions = results });
            var known = context.ApiVersion >= FirstVersionWithTopicIds ? image.FindTopic(topic.TopicId) : image.FindTopic(topic.Name);
            var mayRead = IsUnknownId(known, context) || context.IsAuthorized(AclOperation.Read, ResourceType.Topic, known?.Name ?? topic.Name);
            foreach (var partition in topic.Partitions)
            {
                var error = mayRead ? Check(known, partition.PartitionIndex, context) : ErrorCode.TopicAuthorizationFailed;
                if (error == ErrorCode.None)
                {
                    found.Add(CommitOf(known!, partition));
                    places.Add((results, results.Count));
                }

                results.Add(new() { PartitionIndex = partition.PartitionIndex, ErrorCode = error });
            }
        }

        if (found.Count == 0)
            return response;
        var errors = await CommitAsync(request, found, context);
        for (var i = 0; i < errors.Count; i++)
            places[i].Results[places[i].Index] = new() { PartitionIndex = found[i].Partition, ErrorCode = errors[i] };
        return response;
    }

    /// <summary>Every partition bears the error of the whole: the response has no other place for it.</summary>
    static OffsetCommitResponse Refused(OffsetCommitRequest request, ErrorCode error) => new()
    {
        Topics = request.Topics.ConvertAll(topic => new OffsetCommitResponse.OffsetCommitResponseTopic
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions = topic.Partitions.ConvertAll(partition => new OffsetCommitResponse.OffsetCommitResponsePartition { PartitionIndex = partition.PartitionIndex, ErrorCode = error }),
        }),
    };

    static bool IsUnknownId(TopicImage? topic, RequestContext context) => topic is null && context.ApiVersion >= FirstVersionWithTopicIds;

    static ErrorCode Check(TopicImage? topic, int partition, RequestContext context)
    {
        if (topic is null)
            return IsUnknownId(topic, context) ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
        return context.InterceptPartition(topic.Name, partition) ?? (topic.Partitions.ContainsKey(partition) ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition);
    }

    static PartitionOffsetCommit CommitOf(TopicImage topic, OffsetCommitRequest.OffsetCommitRequestPartition partition) => new(
        topic.Name,
        topic.Id,
        partition.PartitionIndex,
        partition.CommittedOffset,
        partition.CommittedLeaderEpoch,
        partition.CommittedMetadata ?? "",
        partition.CommitTimestamp);

    async ValueTask<IReadOnlyList<ErrorCode>> CommitAsync(OffsetCommitRequest request, List<PartitionOffsetCommit> found, RequestContext context)
    {
        var commit = new OffsetCommit(
            request.GroupId, request.MemberId, request.GroupInstanceId, request.GenerationIdOrMemberEpoch, request.RetentionTimeMs, context.ApiVersion, found);
        try
        {
            return await groups.RunAsync(context.Node, request.GroupId, shard => shard.Commits.Commit(commit));
        }
        catch (CoordinatorException e)
        {
            return [.. found.Select(_ => e.Error)];
        }
    }
}
