using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Testing.Faults;

/// <summary>Responses about topics and other resources that have an error for each, in all versions or in some.</summary>
static class ItemErrors
{
    const short FirstFetchWithErrorAtTop = 7;
    const short FirstMetadataWithErrorAtTop = 13;
    const short FirstElectLeadersWithErrorAtTop = 1;
    const short FirstAddPartitionsOfBrokers = 4;
    const short FirstDescribeLogDirsWithErrorAtTop = 3;

    public static void AddTo(Dictionary<short, ErrorResponses.Make<object>> makers)
    {
        makers.Add<ProduceRequest>(ApiKeys.Produce, (request, _, error) => new ProduceResponse
        {
            Responses = request.TopicData.ConvertAll(t => new ProduceResponse.TopicProduceResponse
            {
                Name = t.Name,
                TopicId = t.TopicId,
                PartitionResponses = t.PartitionData.ConvertAll(p => new ProduceResponse.PartitionProduceResponse { Index = p.Index, ErrorCode = error, BaseOffset = -1 }),
            }),
        });
        makers.Add<FetchRequest>(ApiKeys.Fetch, OfFetch);
        makers.Add<ListOffsetsRequest>(ApiKeys.ListOffsets, (request, _, error) => new ListOffsetsResponse
        {
            Topics = request.Topics.ConvertAll(t => new ListOffsetsResponse.ListOffsetsTopicResponse
            {
                Name = t.Name,
                Partitions = t.Partitions.ConvertAll(p => new ListOffsetsResponse.ListOffsetsPartitionResponse { PartitionIndex = p.PartitionIndex, ErrorCode = error }),
            }),
        });
        makers.Add<MetadataRequest>(ApiKeys.Metadata, OfMetadata);
        makers.Add<CreateTopicsRequest>(ApiKeys.CreateTopics, (request, _, error) => new CreateTopicsResponse
        {
            Topics = request.Topics.ConvertAll(t => new CreateTopicsResponse.CreatableTopicResult { Name = t.Name, ErrorCode = error }),
        });
        makers.Add<DeleteTopicsRequest>(ApiKeys.DeleteTopics, (request, _, error) => new DeleteTopicsResponse
        {
            Responses =
            [
                .. request.TopicNames.Select(t => new DeleteTopicsResponse.DeletableTopicResult { Name = t, ErrorCode = error }),
                .. request.Topics.Select(t => new DeleteTopicsResponse.DeletableTopicResult { Name = t.Name, TopicId = t.TopicId, ErrorCode = error }),
            ],
        });
        makers.Add<DeleteRecordsRequest>(ApiKeys.DeleteRecords, (request, _, error) => new DeleteRecordsResponse
        {
            Topics = request.Topics.ConvertAll(t => new DeleteRecordsResponse.DeleteRecordsTopicResult
            {
                Name = t.Name,
                Partitions = t.Partitions.ConvertAll(p => new DeleteRecordsResponse.DeleteRecordsPartitionResult { PartitionIndex = p.PartitionIndex, LowWatermark = -1, ErrorCode = error }),
            }),
        });
        makers.Add<OffsetForLeaderEpochRequest>(ApiKeys.OffsetForLeaderEpoch, (request, _, error) => new OffsetForLeaderEpochResponse
        {
            Topics = request.Topics.ConvertAll(t => new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
            {
                Topic = t.Topic,
                Partitions = t.Partitions.ConvertAll(p => new OffsetForLeaderEpochResponse.EpochEndOffset { Partition = p.Partition, ErrorCode = error }),
            }),
        });
        makers.Add<CreateAclsRequest>(ApiKeys.CreateAcls, (request, _, error) => new CreateAclsResponse
        {
            Results = request.Creations.ConvertAll(_ => new CreateAclsResponse.AclCreationResult { ErrorCode = error }),
        });
        makers.Add<DeleteAclsRequest>(ApiKeys.DeleteAcls, (request, _, error) => new DeleteAclsResponse
        {
            FilterResults = request.Filters.ConvertAll(_ => new DeleteAclsResponse.DeleteAclsFilterResult { ErrorCode = error }),
        });
        AddConfigs(makers);
        makers.Add<CreatePartitionsRequest>(ApiKeys.CreatePartitions, (request, _, error) => new CreatePartitionsResponse
        {
            Results = request.Topics.ConvertAll(t => new CreatePartitionsResponse.CreatePartitionsTopicResult { Name = t.Name, ErrorCode = error }),
        });
        makers.Add<ElectLeadersRequest>(ApiKeys.ElectLeaders, (request, version, error) => version >= FirstElectLeadersWithErrorAtTop
            ? new ElectLeadersResponse { ErrorCode = error }
            : new ElectLeadersResponse
            {
                ReplicaElectionResults = (request.TopicPartitions ?? []).ConvertAll(t => new ElectLeadersResponse.ReplicaElectionResult
                {
                    Topic = t.Topic,
                    PartitionResult = t.Partitions.ConvertAll(p => new ElectLeadersResponse.PartitionResult { PartitionId = p, ErrorCode = error }),
                }),
            });
        makers.Add<AddPartitionsToTxnRequest>(ApiKeys.AddPartitionsToTxn, (request, version, error) => version >= FirstAddPartitionsOfBrokers
            ? new AddPartitionsToTxnResponse { ErrorCode = error }
            : new AddPartitionsToTxnResponse
            {
                ResultsByTopicV3AndBelow = request.V3AndBelowTopics.ConvertAll(t => new AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult
                {
                    Name = t.Name,
                    ResultsByPartition = t.Partitions.ConvertAll(p => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult { PartitionIndex = p, PartitionErrorCode = error }),
                }),
            });
        makers.Add<DescribeLogDirsRequest>(ApiKeys.DescribeLogDirs, (_, version, error) =>
            version >= FirstDescribeLogDirsWithErrorAtTop ? new DescribeLogDirsResponse { ErrorCode = error } : new DescribeLogDirsResponse());
    }

    static void AddConfigs(Dictionary<short, ErrorResponses.Make<object>> makers)
    {
        makers.Add<DescribeConfigsRequest>(ApiKeys.DescribeConfigs, (request, _, error) => new DescribeConfigsResponse
        {
            Results = request.Resources.ConvertAll(r => new DescribeConfigsResponse.DescribeConfigsResult { ResourceType = r.ResourceType, ResourceName = r.ResourceName, ErrorCode = error }),
        });
        makers.Add<AlterConfigsRequest>(ApiKeys.AlterConfigs, (request, _, error) => new AlterConfigsResponse
        {
            Responses = request.Resources.ConvertAll(r => new AlterConfigsResponse.AlterConfigsResourceResponse { ResourceType = r.ResourceType, ResourceName = r.ResourceName, ErrorCode = error }),
        });
        makers.Add<IncrementalAlterConfigsRequest>(ApiKeys.IncrementalAlterConfigs, (request, _, error) => new IncrementalAlterConfigsResponse
        {
            Responses = request.Resources.ConvertAll(r => new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse { ResourceType = r.ResourceType, ResourceName = r.ResourceName, ErrorCode = error }),
        });
    }

    static FetchResponse OfFetch(FetchRequest request, short version, ErrorCode error) => version >= FirstFetchWithErrorAtTop
        ? new() { ErrorCode = error, SessionId = request.SessionId }
        : new()
        {
            Responses = request.Topics.ConvertAll(t => new FetchResponse.FetchableTopicResponse
            {
                Topic = t.Topic,
                Partitions = t.Partitions.ConvertAll(p => new FetchResponse.PartitionData { PartitionIndex = p.Partition, ErrorCode = error, HighWatermark = -1, Records = Records.Empty }),
            }),
        };

    static MetadataResponse OfMetadata(MetadataRequest request, short version, ErrorCode error) => new()
    {
        ErrorCode = version >= FirstMetadataWithErrorAtTop ? error : ErrorCode.None,
        Topics = (request.Topics ?? []).ConvertAll(t => new MetadataResponse.MetadataResponseTopic { Name = t.Name, TopicId = t.TopicId, ErrorCode = error }),
    };
}
