using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;
using NettyKafka.Tests.Support.Histories;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>A batch of a producer, which may be sent more than once.</summary>
sealed record SimulatedBatch(TopicPartition Partition, ProducerIdAndEpoch Producer, int BaseSequence, HistorySend Send, string? TransactionalId)
{
    public int NextSequence => BaseSequence + Send.Values.Count;

    public ProduceRequest Request()
    {
        using var builder = new RecordBatchBuilder { ProducerId = Producer.ProducerId, ProducerEpoch = Producer.Epoch, BaseSequence = BaseSequence, IsTransactional = TransactionalId is not null };
        foreach (var value in Send.Values)
            builder.Append(TestBatch.Now, null, Encoding.UTF8.GetBytes(value));
        var request = TestBroker.ProduceRequestOf(Partition.Topic, Partition.Partition, builder.ToArray());
        request.TransactionalId = TransactionalId;
        return request;
    }

    public override string ToString() => $"{string.Join(',', Send.Values)} to {Partition} at sequence {BaseSequence}";
}
