using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Micro;

/// <summary>Messages of a usual size: two topics of five partitions each, the data of 1 KiB per partition.</summary>
static class SampleMessages
{
    const int TopicCount = 2;
    const int PartitionCount = 5;
    const int BatchBytes = 1024;

    static readonly Uuid TopicId = new(0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF);
    static readonly Records Batch = Records.View(TestRequests.Batch(valueSize: 100, BatchBytes));

    public static object Of(Type type) => type.Name switch
    {
        nameof(ProduceRequest) => ProduceRequest(),
        nameof(ProduceResponse) => ProduceResponse(),
        nameof(FetchRequest) => FetchRequest(),
        nameof(FetchResponse) => FetchResponse(),
        nameof(MetadataRequest) => new MetadataRequest { Topics = Topics<MetadataRequest.MetadataRequestTopic>(topic => new() { Name = $"topic-{topic}" }) },
        nameof(MetadataResponse) => MetadataResponse(),
        _ => throw new ArgumentException($"There is no sample of {type.Name}.", nameof(type)),
    };

    static ProduceRequest ProduceRequest() => new()
    {
        Acks = -1,
        TopicData = Topics<ProduceRequest.TopicProduceData>(_ => new()
        {
            TopicId = TopicId,
            PartitionData = Partitions<ProduceRequest.PartitionProduceData>(partition => new() { Index = partition, Records = Batch }),
        }),
    };

    static ProduceResponse ProduceResponse() => new()
    {
        Responses = Topics<ProduceResponse.TopicProduceResponse>(_ => new()
        {
            TopicId = TopicId,
            PartitionResponses = Partitions<ProduceResponse.PartitionProduceResponse>(partition => new() { Index = partition, BaseOffset = 1_000_000 }),
        }),
    };

    static FetchRequest FetchRequest() => new()
    {
        Topics = Topics<FetchRequest.FetchTopic>(_ => new()
        {
            TopicId = TopicId,
            Partitions = Partitions<FetchRequest.FetchPartition>(partition => new() { Partition = partition, FetchOffset = 1_000_000, PartitionMaxBytes = 1 << 20 }),
        }),
    };

    static FetchResponse FetchResponse() => new()
    {
        Responses = Topics<FetchResponse.FetchableTopicResponse>(_ => new()
        {
            TopicId = TopicId,
            Partitions = Partitions<FetchResponse.PartitionData>(partition => new() { PartitionIndex = partition, HighWatermark = 1_000_000, Records = Batch }),
        }),
    };

    static MetadataResponse MetadataResponse() => new()
    {
        Brokers = [new() { NodeId = 1, Host = "localhost", Port = 9092 }],
        ClusterId = "benchmarks",
        Topics = Topics<MetadataResponse.MetadataResponseTopic>(topic => new()
        {
            Name = $"topic-{topic}",
            TopicId = TopicId,
            Partitions = Partitions<MetadataResponse.MetadataResponsePartition>(partition => new() { PartitionIndex = partition, LeaderId = 1, ReplicaNodes = [1], IsrNodes = [1] }),
        }),
    };

    static List<T> Topics<T>(Func<int, T> create) => [.. Enumerable.Range(0, TopicCount).Select(create)];

    static List<T> Partitions<T>(Func<int, T> create) => [.. Enumerable.Range(0, PartitionCount).Select(create)];
}
