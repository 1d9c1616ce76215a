using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Transactions;

public sealed class TransactionMarkersTests : IDisposable
{
    static readonly TopicPartition orders = new("orders", 0);
    static readonly TopicPartition payments = new("payments", 0);

    readonly TestBroker broker = new();

    public TransactionMarkersTests()
    {
        broker.CreateTopic("orders");
        broker.CreateTopic("payments");
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_partition_where_the_producer_has_gone_on_without_a_transaction_holds_nobody_up()
    {
        var producer = new TransactionalProducer(broker.Connect(), "tx", transactionVersion: 1).Init();
        producer.Produce(payments, "paid");
        producer.Add(orders);
        ProducePlain(producer.Producer with { Epoch = 9 });

        Assert.That(producer.Commit(), Is.EqualTo(ErrorCode.None));

        Assert.That(producer.Describe().TransactionState, Is.EqualTo("CompleteCommit"));
        Assert.That(Bounds(payments).LastStableOffset, Is.EqualTo(2));
        Assert.That(Bounds(orders).LogEndOffset, Is.EqualTo(1), "there is no marker in it");
    }

    [Test]
    public void Every_partition_of_a_transaction_gets_its_marker([Values(1, 2)] short transactionVersion, [Values] bool isCommit)
    {
        var producer = new TransactionalProducer(broker.Connect(), "tx", transactionVersion).Init();
        producer.Produce(orders, "ordered");
        producer.Produce(payments, "paid");
        Assert.That((Bounds(orders).LastStableOffset, Bounds(payments).LastStableOffset), Is.EqualTo((0, 0)));

        producer.End(isCommit);

        Assert.That((Bounds(orders).LastStableOffset, Bounds(payments).LastStableOffset), Is.EqualTo((2, 2)));
    }

    LogBounds Bounds(TopicPartition id) => broker.Partitions.Find(id)!.Bounds;

    void ProducePlain(ProducerIdAndEpoch producer)
    {
        using var builder = new RecordBatchBuilder { ProducerId = producer.ProducerId, ProducerEpoch = producer.Epoch, BaseSequence = 0 };
        builder.Append(TestBatch.Now, null, [1]);
        var result = broker.Connect().Send(TestBroker.ProduceRequestOf(orders.Topic, orders.Partition, builder.ToArray()), 12).Responses.Single().PartitionResponses.Single();
        Assert.That(result.ErrorCode, Is.EqualTo(ErrorCode.None));
    }
}
