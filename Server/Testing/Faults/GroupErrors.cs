using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>Responses about groups, offsets and transactions that have an error for each, in all versions or in some.</summary>
static class GroupErrors
{
    const short FirstOffsetFetchWithErrorAtTop = 2;
    const short FirstOffsetFetchOfGroups = 8;
    const short FirstFindCoordinatorOfKeys = 4;
    const int NoNode = -1;

    public static void AddTo(Dictionary<short, ErrorResponses.Make<object>> makers)
    {
        makers.Add<OffsetCommitRequest>(ApiKeys.OffsetCommit, (request, _, error) => new OffsetCommitResponse
        {
            Topics = request.Topics.ConvertAll(t => new OffsetCommitResponse.OffsetCommitResponseTopic
            {
                Name = t.Name,
                TopicId = t.TopicId,
                Partitions = t.Partitions.ConvertAll(p => new OffsetCommitResponse.OffsetCommitResponsePartition { PartitionIndex = p.PartitionIndex, ErrorCode = error }),
            }),
        });
        makers.Add<OffsetFetchRequest>(ApiKeys.OffsetFetch, OfOffsetFetch);
        makers.Add<FindCoordinatorRequest>(ApiKeys.FindCoordinator, (request, version, error) => version >= FirstFindCoordinatorOfKeys
            ? new FindCoordinatorResponse { Coordinators = request.CoordinatorKeys.ConvertAll(key => new FindCoordinatorResponse.Coordinator { Key = key, NodeId = NoNode, Port = NoNode, ErrorCode = error }) }
            : new FindCoordinatorResponse { NodeId = NoNode, Port = NoNode, ErrorCode = error });
        makers.Add<DescribeGroupsRequest>(ApiKeys.DescribeGroups, (request, _, error) => new DescribeGroupsResponse
        {
            Groups = request.Groups.ConvertAll(group => new DescribeGroupsResponse.DescribedGroup { GroupId = group, ErrorCode = error }),
        });
        makers.Add<DeleteGroupsRequest>(ApiKeys.DeleteGroups, (request, _, error) => new DeleteGroupsResponse
        {
            Results = request.GroupsNames.ConvertAll(group => new DeleteGroupsResponse.DeletableGroupResult { GroupId = group, ErrorCode = error }),
        });
        makers.Add<ConsumerGroupDescribeRequest>(ApiKeys.ConsumerGroupDescribe, (request, _, error) => new ConsumerGroupDescribeResponse
        {
            Groups = request.GroupIds.ConvertAll(group => new ConsumerGroupDescribeResponse.DescribedGroup { GroupId = group, ErrorCode = error }),
        });
        makers.Add<TxnOffsetCommitRequest>(ApiKeys.TxnOffsetCommit, (request, _, error) => new TxnOffsetCommitResponse
        {
            Topics = request.Topics.ConvertAll(t => new TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic
            {
                Name = t.Name,
                TopicId = t.TopicId,
                Partitions = t.Partitions.ConvertAll(p => new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition { PartitionIndex = p.PartitionIndex, ErrorCode = error }),
            }),
        });
        makers.Add<DescribeTransactionsRequest>(ApiKeys.DescribeTransactions, (request, _, error) => new DescribeTransactionsResponse
        {
            TransactionStates = request.TransactionalIds.ConvertAll(id => new DescribeTransactionsResponse.TransactionStateStruct { TransactionalId = id, ErrorCode = error }),
        });
    }

    static OffsetFetchResponse OfOffsetFetch(OffsetFetchRequest request, short version, ErrorCode error)
    {
        if (version >= FirstOffsetFetchOfGroups)
            return new() { Groups = request.Groups.ConvertAll(group => new OffsetFetchResponse.OffsetFetchResponseGroup { GroupId = group.GroupId, ErrorCode = error }) };
        return new()
        {
            ErrorCode = version >= FirstOffsetFetchWithErrorAtTop ? error : ErrorCode.None,
            Topics = (request.Topics ?? []).ConvertAll(t => new OffsetFetchResponse.OffsetFetchResponseTopic
            {
                Name = t.Name,
                Partitions = t.PartitionIndexes.ConvertAll(p => new OffsetFetchResponse.OffsetFetchResponsePartition { PartitionIndex = p, CommittedOffset = -1, Metadata = "", ErrorCode = error }),
            }),
        };
    }
}
