using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>Batches and the requests around them, as a producer without idempotence and a consumer without a fetch session send them.</summary>
static class TestRequests
{
    const short AllReplicas = -1;
    const int NoSessionEpoch = -1;
    const int TimeoutMs = 10_000;

    /// <summary>As many records of the given value size as fit into the batch.</summary>
    public static byte[] Batch(int valueSize, int batchBytes)
    {
        const int MaxRecordOverhead = 16;
        var value = new byte[valueSize];
        new Random(valueSize).NextBytes(value);
        using var batch = new RecordBatchBuilder();
        do
            batch.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), null, value);
        while (batch.UncompressedSizeInBytes + valueSize + MaxRecordOverhead <= batchBytes);
        return batch.ToArray();
    }

    public static ProduceRequest Produce(Uuid topicId, int partition, byte[] batch) => new()
    {
        Acks = AllReplicas,
        TimeoutMs = TimeoutMs,
        TopicData = [new() { TopicId = topicId, PartitionData = [new() { Index = partition, Records = Records.View(batch) }] }],
    };

    public static FetchRequest Fetch(Uuid topicId, int partition, long offset, int maxBytes) => new()
    {
        MaxWaitMs = TimeoutMs,
        MinBytes = 1,
        MaxBytes = maxBytes,
        SessionEpoch = NoSessionEpoch,
        Topics = [new() { TopicId = topicId, Partitions = [new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = maxBytes }] }],
    };
}
