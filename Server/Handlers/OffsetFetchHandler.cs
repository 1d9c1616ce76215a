using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Groups.Offsets;
using Group = NettyKafka.Codec.Messages.OffsetFetchRequest.OffsetFetchRequestGroup;
using GroupResult = NettyKafka.Codec.Messages.OffsetFetchResponse.OffsetFetchResponseGroup;
using PartitionResult = NettyKafka.Codec.Messages.OffsetFetchResponse.OffsetFetchResponsePartitions;
using TopicResult = NettyKafka.Codec.Messages.OffsetFetchResponse.OffsetFetchResponseTopics;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// OffsetFetch v0-10; all that a group has committed from version 2, many groups from 8, topics by id from 10. What a transaction may yet commit is
/// UNSTABLE_OFFSET_COMMIT where stable offsets are required.
/// </summary>
public sealed class OffsetFetchHandler(ClusterMetadata cluster, GroupCoordinator groups) : IHandler<OffsetFetchRequest, OffsetFetchResponse>
{
    const short FirstVersionWithGroupError = 2;
    const short FirstVersionWithGroups = 8;
    const short FirstVersionWithTopicIds = 10;

    public async ValueTask<OffsetFetchResponse?> HandleAsync(OffsetFetchRequest request, RequestContext context)
    {
        if (context.ApiVersion < FirstVersionWithGroups)
            return ToSingle(await FetchAsync(SingleOf(request), request.RequireStable, context), request, context.ApiVersion);

        var response = new OffsetFetchResponse();
        foreach (var group in request.Groups)
            response.Groups.Add(await FetchAsync(group, request.RequireStable, context));
        return response;
    }

    static Group SingleOf(OffsetFetchRequest request) => new()
    {
        GroupId = request.GroupId,
        Topics = request.Topics?.ConvertAll(topic => new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic.Name, PartitionIndexes = topic.PartitionIndexes }),
    };

    async ValueTask<GroupResult> FetchAsync(Group group, bool requireStable, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Describe, ResourceType.Group, group.GroupId))
            return new() { GroupId = group.GroupId, ErrorCode = ErrorCode.GroupAuthorizationFailed };
        try
        {
            return await groups.RunAsync(context.Node, group.GroupId, shard => Fetch(shard, group, requireStable, context));
        }
        catch (CoordinatorException e)
        {
            // Kafka's quirk: consumers look for another coordinator, but do not know one that is not available.
            return new() { GroupId = group.GroupId, ErrorCode = e.Error == ErrorCode.CoordinatorNotAvailable ? ErrorCode.NotCoordinator : e.Error };
        }
    }

    GroupResult Fetch(GroupShard shard, Group group, bool requireStable, RequestContext context)
    {
        shard.Groups.Find(group.GroupId)?.CheckOffsetFetch(group.MemberId, group.MemberEpoch);
        var topics = group.Topics?.ConvertAll(topic => FetchTopic(shard, group.GroupId, topic, requireStable, context));
        return new() { GroupId = group.GroupId, Topics = topics ?? FetchAll(shard, group.GroupId, requireStable, context) };
    }

    TopicResult FetchTopic(GroupShard shard, string groupId, OffsetFetchRequest.OffsetFetchRequestTopics wanted, bool requireStable, RequestContext context)
    {
        var isById = context.ApiVersion >= FirstVersionWithTopicIds;
        var topic = isById ? cluster.Image.FindTopic(wanted.TopicId) : cluster.Image.FindTopic(wanted.Name);
        var result = new TopicResult { Name = wanted.Name, TopicId = wanted.TopicId };
        var name = topic?.Name ?? wanted.Name;
        if (topic is null && isById)
            result.Partitions = wanted.PartitionIndexes.ConvertAll(partition => Failed(partition, ErrorCode.UnknownTopicId));
        else if (!MayDescribe(name, context))
            result.Partitions = wanted.PartitionIndexes.ConvertAll(partition => Failed(partition, ErrorCode.TopicAuthorizationFailed));
        else
            result.Partitions = wanted.PartitionIndexes.ConvertAll(partition => ResultOf(shard, groupId, name, topic?.Id ?? default, partition, requireStable));
        return result;
    }

    List<TopicResult> FetchAll(GroupShard shard, string groupId, bool requireStable, RequestContext context)
    {
        var results = new List<TopicResult>();
        foreach (var (name, partitions) in shard.Offsets.OfGroup(groupId))
        {
            var topicId = cluster.Image.FindTopic(name)?.Id ?? default;
            // A topic that is gone has no id to be named by.
            if (topicId.IsZero && context.ApiVersion >= FirstVersionWithTopicIds)
                continue;
            if (!MayDescribe(name, context))
                continue;
            results.Add(new()
            {
                Name = name,
                TopicId = topicId,
                Partitions = [.. partitions.Where(entry => !entry.Offset.IsOfAnother(topicId)).Select(entry => ResultOf(shard, groupId, name, topicId, entry.Partition, requireStable))],
            });
        }

        return results;
    }

    static bool MayDescribe(string topic, RequestContext context) => context.IsAuthorized(AclOperation.Describe, ResourceType.Topic, topic);

    static PartitionResult ResultOf(GroupShard shard, string groupId, string topic, Uuid topicId, int partition, bool requireStable)
    {
        if (requireStable && shard.Offsets.IsPending(groupId, topic, partition))
            return Failed(partition, ErrorCode.UnstableOffsetCommit);
        if (shard.Offsets.Find(groupId, topic, partition) is not { } offset || offset.IsOfAnother(topicId))
            return Failed(partition, ErrorCode.None);
        return new() { PartitionIndex = partition, CommittedOffset = offset.CommittedOffset, CommittedLeaderEpoch = offset.LeaderEpoch, Metadata = offset.Metadata };
    }

    static PartitionResult Failed(int partition, ErrorCode error) => new()
    {
        PartitionIndex = partition,
        CommittedOffset = OffsetAndMetadata.InvalidOffset,
        CommittedLeaderEpoch = OffsetAndMetadata.NoLeaderEpoch,
        Metadata = "",
        ErrorCode = error,
    };

    /// <summary>The form for one group; before it had a place for the group's error, every partition bears it.</summary>
    static OffsetFetchResponse ToSingle(GroupResult group, OffsetFetchRequest request, short version)
    {
        if (group.ErrorCode != ErrorCode.None && version < FirstVersionWithGroupError)
            group.Topics = (request.Topics ?? []).ConvertAll(topic => new TopicResult { Name = topic.Name, Partitions = topic.PartitionIndexes.ConvertAll(partition => Failed(partition, group.ErrorCode)) });
        return new() { ErrorCode = group.ErrorCode, Topics = group.Topics.ConvertAll(ToSingle) };
    }

    static OffsetFetchResponse.OffsetFetchResponseTopic ToSingle(TopicResult topic) => new()
    {
        Name = topic.Name,
        Partitions = topic.Partitions.ConvertAll(partition => new OffsetFetchResponse.OffsetFetchResponsePartition
        {
            PartitionIndex = partition.PartitionIndex,
            CommittedOffset = partition.CommittedOffset,
            CommittedLeaderEpoch = partition.CommittedLeaderEpoch,
            Metadata = partition.Metadata,
            ErrorCode = partition.ErrorCode,
        }),
    };
}
