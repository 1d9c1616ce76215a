using NettyKafka.Codec.Messages;

namespace NettyKafka.Testing.Faults;

/// <summary>Which topics and partitions a request names.</summary>
static class RequestTopics
{
    static readonly Dictionary<short, Func<object, IEnumerable<NamedPartition>>> readers = [];

    static RequestTopics()
    {
        Add<ProduceRequest>(ApiKeys.Produce, r => r.TopicData.SelectMany(t => NamedPartition.Of(t.Name, t.TopicId, t.PartitionData.Select(p => p.Index))));
        Add<FetchRequest>(ApiKeys.Fetch, r => r.Topics.SelectMany(t => NamedPartition.Of(t.Topic, t.TopicId, t.Partitions.Select(p => p.Partition))));
        Add<ListOffsetsRequest>(ApiKeys.ListOffsets, r => r.Topics.SelectMany(t => NamedPartition.Of(t.Name, t.Partitions.Select(p => p.PartitionIndex))));
        Add<MetadataRequest>(ApiKeys.Metadata, r => (r.Topics ?? []).Select(t => new NamedPartition(t.Name, t.TopicId, null)));
        Add<OffsetCommitRequest>(ApiKeys.OffsetCommit, r => r.Topics.SelectMany(t => NamedPartition.Of(t.Name, t.TopicId, t.Partitions.Select(p => p.PartitionIndex))));
        Add<OffsetFetchRequest>(ApiKeys.OffsetFetch, OfOffsetFetch);
        Add<CreateTopicsRequest>(ApiKeys.CreateTopics, r => NamedPartition.OfTopics(r.Topics.Select(t => t.Name)));
        Add<DeleteTopicsRequest>(ApiKeys.DeleteTopics, r => NamedPartition.OfTopics(r.TopicNames).Concat(r.Topics.Select(t => new NamedPartition(t.Name, t.TopicId, null))));
        Add<DeleteRecordsRequest>(ApiKeys.DeleteRecords, r => r.Topics.SelectMany(t => NamedPartition.Of(t.Name, t.Partitions.Select(p => p.PartitionIndex))));
        Add<OffsetForLeaderEpochRequest>(ApiKeys.OffsetForLeaderEpoch, r => r.Topics.SelectMany(t => NamedPartition.Of(t.Topic, t.Partitions.Select(p => p.Partition))));
        Add<AddPartitionsToTxnRequest>(ApiKeys.AddPartitionsToTxn, r => r.V3AndBelowTopics.Concat(r.Transactions.SelectMany(t => t.Topics)).SelectMany(t => NamedPartition.Of(t.Name, t.Partitions)));
        Add<WriteTxnMarkersRequest>(ApiKeys.WriteTxnMarkers, r => r.Markers.SelectMany(m => m.Topics).SelectMany(t => NamedPartition.Of(t.Name, t.PartitionIndexes)));
        Add<TxnOffsetCommitRequest>(ApiKeys.TxnOffsetCommit, r => r.Topics.SelectMany(t => NamedPartition.Of(t.Name, t.TopicId, t.Partitions.Select(p => p.PartitionIndex))));
        Add<AlterReplicaLogDirsRequest>(ApiKeys.AlterReplicaLogDirs, r => r.Dirs.SelectMany(d => d.Topics).SelectMany(t => NamedPartition.Of(t.Name, t.Partitions)));
        Add<CreatePartitionsRequest>(ApiKeys.CreatePartitions, r => NamedPartition.OfTopics(r.Topics.Select(t => t.Name)));
        Add<ElectLeadersRequest>(ApiKeys.ElectLeaders, r => (r.TopicPartitions ?? []).SelectMany(t => NamedPartition.Of(t.Topic, t.Partitions)));
        Add<AlterPartitionReassignmentsRequest>(ApiKeys.AlterPartitionReassignments, r => r.Topics.SelectMany(t => NamedPartition.Of(t.Name, t.Partitions.Select(p => p.PartitionIndex))));
        Add<OffsetDeleteRequest>(ApiKeys.OffsetDelete, r => r.Topics.SelectMany(t => NamedPartition.Of(t.Name, t.Partitions.Select(p => p.PartitionIndex))));
        Add<DescribeProducersRequest>(ApiKeys.DescribeProducers, r => r.Topics.SelectMany(t => NamedPartition.Of(t.Name, t.PartitionIndexes)));
        Add<ConsumerGroupHeartbeatRequest>(ApiKeys.ConsumerGroupHeartbeat, r => NamedPartition.OfTopics(r.SubscribedTopicNames ?? []));
        Add<DescribeTopicPartitionsRequest>(ApiKeys.DescribeTopicPartitions, r => NamedPartition.OfTopics(r.Topics.Select(t => t.Name)));
    }

    public static IReadOnlyCollection<short> Apis => readers.Keys;

    public static IEnumerable<NamedPartition> Of(short apiKey, object request) => readers.TryGetValue(apiKey, out var read) ? read(request) : [];

    static void Add<TRequest>(short apiKey, Func<TRequest, IEnumerable<NamedPartition>> read) => readers.Add(apiKey, request => read((TRequest)request));

    static IEnumerable<NamedPartition> OfOffsetFetch(OffsetFetchRequest request) =>
        (request.Topics ?? []).SelectMany(t => NamedPartition.Of(t.Name, t.PartitionIndexes))
            .Concat(request.Groups.SelectMany(g => g.Topics ?? []).SelectMany(t => NamedPartition.Of(t.Name, t.TopicId, t.PartitionIndexes)));
}
