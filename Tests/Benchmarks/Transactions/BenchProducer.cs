using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Transactions;

/// <summary>A transactional producer of transaction version 2 that writes one record to each of some partitions in every transaction; without one it writes the same records.</summary>
sealed class BenchProducer(ControlConnection connection, TestTopic topic, string transactionalId, int firstPartition, int partitions)
{
    const short AllReplicas = -1;
    const int TimeoutMs = 60_000;
    const int RecordSize = 100;

    static readonly byte[] value = new byte[RecordSize];

    long producerId = RecordBatch.NoProducerId;
    short epoch = RecordBatch.NoProducerEpoch;

    public void Init()
    {
        var response = connection.Send(new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = TimeoutMs });
        TestTopic.Check(response.ErrorCode, $"InitProducerId of {transactionalId}");
        (producerId, epoch) = (response.ProducerId, response.ProducerEpoch);
    }

    public void PostProduce(bool isTransactional) => connection.Post(Frame.Encode(Request(isTransactional)));

    public void TakeProduce()
    {
        foreach (var partition in Frame.Decode(new ProduceRequest(), connection.Take()).Responses.Single().PartitionResponses)
            TestTopic.Check(partition.ErrorCode, $"producing to {topic.Name}-{partition.Index}");
    }

    public void PostEnd() => connection.Post(Frame.Encode(new EndTxnRequest { TransactionalId = transactionalId, ProducerId = producerId, ProducerEpoch = epoch, Committed = true }));

    public void TakeEnd()
    {
        var response = Frame.Decode(new EndTxnRequest(), connection.Take());
        TestTopic.Check(response.ErrorCode, $"EndTxn of {transactionalId}");
        (producerId, epoch) = (response.ProducerId, response.ProducerEpoch);
    }

    ProduceRequest Request(bool isTransactional) => new()
    {
        TransactionalId = isTransactional ? transactionalId : null,
        Acks = AllReplicas,
        TimeoutMs = TimeoutMs,
        TopicData =
        [
            new()
            {
                TopicId = topic.Id,
                PartitionData =
                [
                    .. Enumerable.Range(firstPartition, partitions).Select(index => new ProduceRequest.PartitionProduceData { Index = index, Records = Records.View(Batch(isTransactional)) }),
                ],
            },
        ],
    };

    /// <summary>Each end gives the producer another epoch, with which its sequences begin again.</summary>
    byte[] Batch(bool isTransactional)
    {
        using var builder = new RecordBatchBuilder
        {
            ProducerId = isTransactional ? producerId : RecordBatch.NoProducerId,
            ProducerEpoch = isTransactional ? epoch : RecordBatch.NoProducerEpoch,
            BaseSequence = isTransactional ? 0 : RecordBatch.NoSequence,
            IsTransactional = isTransactional,
        };
        builder.Append(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), null, value);
        return builder.ToArray();
    }
}
