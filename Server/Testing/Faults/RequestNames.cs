using NettyKafka.Codec.Messages;

namespace NettyKafka.Testing.Faults;

/// <summary>Which groups, or which transactional ids, a request names.</summary>
sealed class RequestNames
{
    const sbyte GroupCoordinator = 0;
    const sbyte TransactionCoordinator = 1;

    readonly Dictionary<short, Func<object, IEnumerable<string?>>> readers = [];

    RequestNames()
    {
    }

    public static RequestNames Groups { get; } = new RequestNames()
        .Add<OffsetCommitRequest>(ApiKeys.OffsetCommit, r => [r.GroupId])
        .Add<OffsetFetchRequest>(ApiKeys.OffsetFetch, r => [r.GroupId, .. r.Groups.Select(g => g.GroupId)])
        .Add<FindCoordinatorRequest>(ApiKeys.FindCoordinator, r => CoordinatorKeys(r, GroupCoordinator))
        .Add<JoinGroupRequest>(ApiKeys.JoinGroup, r => [r.GroupId])
        .Add<HeartbeatRequest>(ApiKeys.Heartbeat, r => [r.GroupId])
        .Add<LeaveGroupRequest>(ApiKeys.LeaveGroup, r => [r.GroupId])
        .Add<SyncGroupRequest>(ApiKeys.SyncGroup, r => [r.GroupId])
        .Add<DescribeGroupsRequest>(ApiKeys.DescribeGroups, r => r.Groups)
        .Add<AddOffsetsToTxnRequest>(ApiKeys.AddOffsetsToTxn, r => [r.GroupId])
        .Add<TxnOffsetCommitRequest>(ApiKeys.TxnOffsetCommit, r => [r.GroupId])
        .Add<DeleteGroupsRequest>(ApiKeys.DeleteGroups, r => r.GroupsNames)
        .Add<OffsetDeleteRequest>(ApiKeys.OffsetDelete, r => [r.GroupId])
        .Add<ConsumerGroupHeartbeatRequest>(ApiKeys.ConsumerGroupHeartbeat, r => [r.GroupId])
        .Add<ConsumerGroupDescribeRequest>(ApiKeys.ConsumerGroupDescribe, r => r.GroupIds);

    public static RequestNames TransactionalIds { get; } = new RequestNames()
        .Add<ProduceRequest>(ApiKeys.Produce, r => [r.TransactionalId])
        .Add<FindCoordinatorRequest>(ApiKeys.FindCoordinator, r => CoordinatorKeys(r, TransactionCoordinator))
        .Add<InitProducerIdRequest>(ApiKeys.InitProducerId, r => [r.TransactionalId])
        .Add<AddPartitionsToTxnRequest>(ApiKeys.AddPartitionsToTxn, r => [r.V3AndBelowTransactionalId, .. r.Transactions.Select(t => t.TransactionalId)])
        .Add<AddOffsetsToTxnRequest>(ApiKeys.AddOffsetsToTxn, r => [r.TransactionalId])
        .Add<EndTxnRequest>(ApiKeys.EndTxn, r => [r.TransactionalId])
        .Add<TxnOffsetCommitRequest>(ApiKeys.TxnOffsetCommit, r => [r.TransactionalId])
        .Add<DescribeTransactionsRequest>(ApiKeys.DescribeTransactions, r => r.TransactionalIds);

    public IReadOnlyCollection<short> Apis => readers.Keys;

    public bool Contains(short apiKey, object request, string name) => readers.TryGetValue(apiKey, out var read) && read(request).Contains(name);

    static IEnumerable<string?> CoordinatorKeys(FindCoordinatorRequest request, sbyte keyType) => request.KeyType == keyType ? [request.Key, .. request.CoordinatorKeys] : [];

    RequestNames Add<TRequest>(short apiKey, Func<TRequest, IEnumerable<string?>> read)
    {
        readers.Add(apiKey, request => read((TRequest)request));
        return this;
    }
}
