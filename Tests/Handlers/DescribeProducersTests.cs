using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeProducersTests : IDisposable
{
    static readonly TopicPartition orders = new("orders", 0);

    readonly TestBroker broker = new();

    public DescribeProducersTests() => broker.CreateTopic("orders", partitions: 2);

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_producer_is_told_with_its_open_transaction()
    {
        Append(new TestBatch { ProducerId = 9, ProducerEpoch = 4, BaseSequence = 0 }.Build("a", "b"));
        Append(new TestBatch { ProducerId = 7, ProducerEpoch = 3, BaseSequence = 0, IsTransactional = true }.Build("open"), new(7, 3));

        var described = Describe("orders", 0);

        Assert.That(described.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(described.ActiveProducers.Select(Values), Is.EqualTo(new[] { (7L, 3, 0, TestBatch.Now, -1, 2L), (9L, 4, 1, TestBatch.Now + 1, -1, -1L) }));
    }

    [Test]
    public void A_marker_closes_the_transaction_and_tells_the_coordinators_epoch()
    {
        Append(new TestBatch { ProducerId = 7, ProducerEpoch = 3, BaseSequence = 0, IsTransactional = true }.Build("open"), new(7, 3));
        var marker = new TxnMarkerEntry(new(7, 4), IsCommit: true, CoordinatorEpoch: 5, TransactionVersion: 2);
        TestBroker.Completed(broker.Partitions.Find(orders)!.AppendAsync(Records.View(marker.ToBatch(TestBatch.Now + 9)), -1, AppendOrigin.Coordinator, new(null, 2)).AsTask());

        Assert.That(Describe("orders", 0).ActiveProducers.Select(Values), Is.EqualTo(new[] { (7L, 4, -1, TestBatch.Now + 9, 5, -1L) }));
    }

    [Test]
    public void An_idle_producer_is_forgotten_but_not_one_with_an_open_transaction()
    {
        using var forgetful = new TestBroker(("producer.id.expiration.ms", "5000"), ("producer.id.expiration.check.interval.ms", "1000"));
        forgetful.CreateTopic("orders");
        var producer = new TransactionalProducer(forgetful.Connect(), "tx").Init();
        producer.Produce(orders, "open");
        forgetful.Connect().Send(TestBroker.ProduceRequestOf("orders", 0, new TestBatch { ProducerId = 900, ProducerEpoch = 0, BaseSequence = 0 }.Build("idle").Span.ToArray()), 12);

        forgetful.Time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.That(Describe("orders", 0, forgetful.Connect()).ActiveProducers, Has.Count.EqualTo(2));
        forgetful.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(Describe("orders", 0, forgetful.Connect()).ActiveProducers.Select(state => state.ProducerId), Is.EqualTo(new[] { producer.Producer.ProducerId }));
    }

    [Test]
    public void A_partition_nobody_has_produced_to_has_none() => Assert.That(Describe("orders", 1).ActiveProducers, Is.Empty);

    [TestCase("nothing", 0, ErrorCode.UnknownTopicOrPartition)]
    [TestCase("orders", 2, ErrorCode.UnknownTopicOrPartition)]
    [TestCase("not valid", 0, ErrorCode.InvalidTopicException)]
    public void What_is_not_there_cannot_be_described(string topic, int partition, ErrorCode error) =>
        Assert.That(Describe(topic, partition).ErrorCode, Is.EqualTo(error));

    [Test]
    public void A_node_that_has_no_replica_sends_elsewhere()
    {
        using var door = new TestConnection(broker.Broker.Apis, TestConnection.TestNode(id: 2), broker.Time);

        Assert.That(Describe("orders", 0, door).ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
    }

    static (long, int, int, long, int, long) Values(DescribeProducersResponse.ProducerState state) =>
        (state.ProducerId, state.ProducerEpoch, state.LastSequence, state.LastTimestamp, state.CoordinatorEpoch, state.CurrentTxnStartOffset);

    DescribeProducersResponse.PartitionResponse Describe(string topic, int partition, TestConnection? connection = null) => (connection ?? broker.Connect())
        .Send(new DescribeProducersRequest { Topics = [new() { Name = topic, PartitionIndexes = [partition] }] }, 0).Topics.Single().Partitions.Single();

    void Append(Records batch, ProducerIdAndEpoch? transactional = null)
    {
        var partition = broker.Partitions.Find(orders)!;
        var guard = transactional is { } producer ? partition.StartTransactionVerification(producer, 0, supportsEpochBump: false) : null;
        Assert.That(TestBroker.Completed(partition.AppendAsync(batch, -1, AppendOrigin.Client, new(guard, 0)).AsTask()).Error, Is.EqualTo(ErrorCode.None));
    }
}
