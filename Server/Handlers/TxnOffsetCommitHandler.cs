using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Groups.Offsets;
using NettyKafka.Server.Partitions;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// TxnOffsetCommit v0-6; topics by id from version 6. Commits offsets with a producer's transaction, to which the group's partition is added from version 5 on; below,
/// it is verified that it belongs to it. Offsets of partitions that do not exist are refused one by one.
/// </summary>
public sealed class TxnOffsetCommitHandler(ClusterMetadata cluster, GroupCoordinator groups, PartitionTable partitions, VerifyTransaction verify)
    : IHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse>
{
    const short FirstVersionWithLoadInProgress = 2;
    const short FirstVersionWithTransactionAbortable = 4;
    const short FirstVersionWithEpochBump = 5;
    const short FirstVersionWithTopicIds = 6;

    public async ValueTask<TxnOffsetCommitResponse?> HandleAsync(TxnOffsetCommitRequest request, RequestContext context)
    {
        if (!context.IsAuthorized(AclOperation.Write, ResourceType.TransactionalId, request.TransactionalId))
            return Refused(request, ErrorCode.TransactionalIdAuthorizationFailed);
        if (!context.IsAuthorized(AclOperation.Read, ResourceType.Group, request.GroupId))
            return Refused(request, ErrorCode.GroupAuthorizationFailed);
        var response = new TxnOffsetCommitResponse();
        var image = cluster.Image;
        var found = new List<PartitionOffsetCommit>();
        var places = new List<(List<TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition> Results, int Index)>();
        foreach (var topic in request.Topics)
        {
            var results = new List<TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition>(topic.Partitions.Count);
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
    static TxnOffsetCommitResponse Refused(TxnOffsetCommitRequest request, ErrorCode error) => new()
    {
        Topics = request.Topics.ConvertAll(topic => new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic
        {
            Name = topic.Name,
            TopicId = topic.TopicId,
            Partitions = topic.Partitions.ConvertAll(partition => new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition { PartitionIndex = partition.PartitionIndex, ErrorCode = error }),
        }),
    };

    static bool IsUnknownId(TopicImage? topic, RequestContext context) => topic is null && context.ApiVersion >= FirstVersionWithTopicIds;

    static ErrorCode Check(TopicImage? topic, int partition, RequestContext context)
    {
        if (topic is null)
            return IsUnknownId(topic, context) ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition;
        return context.InterceptPartition(topic.Name, partition) ?? (topic.Partitions.ContainsKey(partition) ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition);
    }

    static PartitionOffsetCommit CommitOf(TopicImage topic, TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition partition) => new(
        topic.Name,
        topic.Id,
        partition.PartitionIndex,
        partition.CommittedOffset,
        partition.CommittedLeaderEpoch,
        partition.CommittedMetadata ?? "",
        PartitionOffsetCommit.NoTimestamp);

    async ValueTask<IReadOnlyList<ErrorCode>> CommitAsync(TxnOffsetCommitRequest request, List<PartitionOffsetCommit> found, RequestContext context)
    {
        if (request.GroupId.Length == 0)
            return Failed(ErrorCode.InvalidGroupId, found);
        var producer = new ProducerIdAndEpoch(request.ProducerId, request.ProducerEpoch);
        var commit = new OffsetCommit(
            request.GroupId, request.MemberId, request.GroupInstanceId, request.GenerationIdOrMemberEpoch, OffsetCommit.DefaultRetention, context.ApiVersion, found);
        try
        {
            return await groups.RunTransactionalAsync(
                context.Node,
                request.GroupId,
                partition => VerifyAsync(request.TransactionalId, producer, partition, context),
                (shard, guard) => shard.Commits.CommitTransactional(commit, producer, guard));
        }
        catch (CoordinatorException e)
        {
            // Producers of before version 2 may crash when they hear that a coordinator is loading.
            var isUnheardOf = e.Error == ErrorCode.CoordinatorLoadInProgress && context.ApiVersion < FirstVersionWithLoadInProgress;
            return Failed(isUnheardOf ? ErrorCode.CoordinatorNotAvailable : e.Error, found);
        }
    }

    /// <summary>The group's coordinator has to lead its partition before that is added to anything.</summary>
    async Task<(ErrorCode Error, VerificationGuard? Guard)> VerifyAsync(string transactionalId, ProducerIdAndEpoch producer, TopicPartition id, RequestContext context)
    {
        if (!partitions.TryFindLeader(id.Topic, id.Partition, context.Node, out var partition, out var error))
            return (CoordinatorException.OfAppend(error), null);
        var verified = await verify(transactionalId, producer, partition, supportsEpochBump: context.ApiVersion >= FirstVersionWithEpochBump);
        return (ToClientError(verified.Error, context.ApiVersion), verified.Guard);
    }

    static ErrorCode ToClientError(ErrorCode error, short version) => error switch
    {
        ErrorCode.ProducerFenced => ErrorCode.InvalidProducerEpoch,
        ErrorCode.TransactionAbortable when version < FirstVersionWithTransactionAbortable => ErrorCode.InvalidTxnState,
        _ => CoordinatorException.OfAppend(error),
    };

    static List<ErrorCode> Failed(ErrorCode error, List<PartitionOffsetCommit> found) => found.ConvertAll(_ => error);
}
