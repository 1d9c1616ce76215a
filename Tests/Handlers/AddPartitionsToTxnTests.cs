using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class AddPartitionsToTxnTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly TransactionalProducer producer;

    public AddPartitionsToTxnTests()
    {
        broker.CreateTopic("orders", partitions: 2);
        broker.CreateTopic("payments");
        producer = new TransactionalProducer(broker.Connect(), "tx", transactionVersion: 1).Init();
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_of_clients_adds_partitions([Range(0, 3)] short version)
    {
        var response = producer.Connection.Send(producer.AddRequest(new("orders", 1), new("payments", 0)), version);

        Assert.That(Errors(response.ResultsByTopicV3AndBelow), Is.EqualTo(new[] { ("orders", 1, ErrorCode.None), ("payments", 0, ErrorCode.None) }));
        var described = producer.Describe();
        Assert.That((described.TransactionState, described.TransactionStartTimeMs), Is.EqualTo(("Ongoing", TestBatch.Now)));
        Assert.That(described.Topics.Select(topic => $"{topic.Topic}-{string.Join(',', topic.Partitions)}"), Is.EqualTo(new[] { "orders-1", "payments-0" }));
    }

    [Test]
    public void Every_version_of_brokers_adds_partitions_of_several_transactions([Range(4, 5)] short version)
    {
        var other = new TransactionalProducer(broker.Connect(), "other", transactionVersion: 1).Init();
        var request = new AddPartitionsToTxnRequest { Transactions = [TransactionOf(producer, ("orders", 0)), TransactionOf(other, ("orders", 1))] };

        var response = broker.Connect().Send(request, version);

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(response.ResultsByTransaction.Select(result => (result.TransactionalId, Errors(result.TopicResults).Single())), Is.EqualTo(new[]
        {
            ("tx", ("orders", 0, ErrorCode.None)),
            ("other", ("orders", 1, ErrorCode.None)),
        }));
        Assert.That((producer.Describe().TransactionState, other.Describe().TransactionState), Is.EqualTo(("Ongoing", "Ongoing")));
    }

    [Test]
    public void To_verify_adds_nothing([Range(4, 5)] short version)
    {
        producer.Add(new TopicPartition("orders", 0));
        var transaction = TransactionOf(producer, ("orders", 0), ("orders", 1));
        transaction.VerifyOnly = true;

        var response = broker.Connect().Send(new AddPartitionsToTxnRequest { Transactions = [transaction] }, version);

        Assert.That(Errors(response.ResultsByTransaction.Single().TopicResults), Is.EqualTo(new[] { ("orders", 0, ErrorCode.None), ("orders", 1, ErrorCode.TransactionAbortable) }));
        Assert.That(producer.Describe().Topics.Single().Partitions, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void One_partition_that_cannot_be_added_keeps_the_others_out()
    {
        var response = producer.Connection.Send(producer.AddRequest(new("orders", 0), new("orders", 2), new("gone", 0), new("__consumer_offsets", 0)), 3);

        Assert.That(Errors(response.ResultsByTopicV3AndBelow), Is.EqualTo(new[]
        {
            ("orders", 0, ErrorCode.OperationNotAttempted),
            ("orders", 2, ErrorCode.UnknownTopicOrPartition),
            ("gone", 0, ErrorCode.UnknownTopicOrPartition),
            ("__consumer_offsets", 0, ErrorCode.TopicAuthorizationFailed),
        }));
        Assert.That(producer.Describe().TransactionState, Is.EqualTo("Empty"));
    }

    [Test]
    public void A_partition_that_is_in_the_transaction_already_changes_nothing()
    {
        producer.Add(new TopicPartition("orders", 0));
        var before = LogEndOffsets();

        Assert.That(producer.Add(new TopicPartition("orders", 0)), Is.EqualTo(ErrorCode.None));

        Assert.That(LogEndOffsets(), Is.EqualTo(before));
    }

    [TestCase("", 0, 0, ErrorCode.InvalidRequest)]
    [TestCase("unknown", 0, 0, ErrorCode.InvalidProducerIdMapping)]
    [TestCase("tx", 1, 0, ErrorCode.InvalidProducerIdMapping)]
    [TestCase("tx", 0, 1, ErrorCode.ProducerFenced)]
    [TestCase("tx", 0, -1, ErrorCode.ProducerFenced)]
    public void Only_the_producer_of_the_transactional_id_adds(string transactionalId, long otherId, short otherEpoch, ErrorCode error)
    {
        var request = producer.AddRequest(new TopicPartition("orders", 0));
        request.V3AndBelowTransactionalId = transactionalId;
        request.V3AndBelowProducerId += otherId;
        request.V3AndBelowProducerEpoch += otherEpoch;

        Assert.That(Errors(producer.Connection.Send(request, 3).ResultsByTopicV3AndBelow).Single().Error, Is.EqualTo(error));
        Assert.That(producer.Describe().TransactionState, Is.EqualTo("Empty"));
    }

    [Test]
    public void A_client_that_does_not_know_of_fencing_hears_of_its_epoch([Values(1, 2)] short version)
    {
        var request = producer.AddRequest(new TopicPartition("orders", 0));
        request.V3AndBelowProducerEpoch++;

        Assert.That(
            Errors(producer.Connection.Send(request, version).ResultsByTopicV3AndBelow).Single().Error,
            Is.EqualTo(version == 1 ? ErrorCode.InvalidProducerEpoch : ErrorCode.ProducerFenced));
    }

    List<long> LogEndOffsets() =>
        [.. broker.Partitions.All.Where(partition => partition.Id.Topic == "__transaction_state").OrderBy(partition => partition.Id.Partition).Select(partition => partition.Bounds.LogEndOffset)];

    static AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction TransactionOf(TransactionalProducer producer, params (string Topic, int Partition)[] partitions) => new()
    {
        TransactionalId = producer.TransactionalId,
        ProducerId = producer.Producer.ProducerId,
        ProducerEpoch = producer.Producer.Epoch,
        Topics = [.. partitions.GroupBy(partition => partition.Topic, (topic, ofTopic) => new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic { Name = topic, Partitions = [.. ofTopic.Select(partition => partition.Partition)] })],
    };

    static IEnumerable<(string Topic, int Partition, ErrorCode Error)> Errors(List<AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult> topics) =>
        topics.SelectMany(topic => topic.ResultsByPartition, (topic, partition) => (topic.Name, partition.PartitionIndex, partition.PartitionErrorCode));
}
