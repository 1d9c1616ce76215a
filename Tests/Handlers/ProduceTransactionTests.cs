using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

/// <summary>Transactional batches, which are appended only where the coordinator knows of them.</summary>
public sealed class ProduceTransactionTests : IDisposable
{
    static readonly TopicPartition orders = new("orders", 0);
    static readonly TopicPartition others = new("orders", 1);

    readonly TestBroker broker = new();
    readonly TestConnection connection;
    readonly Uuid topicId;

    public ProduceTransactionTests()
    {
        topicId = broker.CreateTopic("orders", partitions: 2);
        connection = broker.Connect();
    }

    public void Dispose() => broker.Dispose();

    [TestCase(12)]
    [TestCase(13)]
    public void From_version_12_on_a_batch_adds_its_partition_to_the_transaction(short version)
    {
        var producer = Producer();
        var request = producer.ProduceRequest(orders, "a", "b");
        if (version >= 13)
            request.TopicData[0] = request.TopicData[0] with { Name = "", TopicId = topicId };

        Assert.That(ErrorOf(connection.Send(request, version)), Is.EqualTo(ErrorCode.None));

        Assert.That(producer.Describe().Topics.Single().Partitions, Is.EqualTo(new[] { 0 }));
        Assert.That(Bounds(orders), Is.EqualTo(new LogBounds(0, 0, 2, 2)));
        Assert.That(producer.Commit(), Is.EqualTo(ErrorCode.None));
        Assert.That(Bounds(orders), Is.EqualTo(new LogBounds(0, 3, 3, 3)));
    }

    [Test]
    public void Below_it_the_producer_has_to_add_the_partition_itself([Range(3, 11)] short version)
    {
        var producer = Producer(transactionVersion: 1);
        var request = producer.ProduceRequest(orders, "a");

        Assert.That(ErrorOf(connection.Send(request, version)), Is.EqualTo(version >= 11 ? ErrorCode.TransactionAbortable : ErrorCode.InvalidTxnState));
        Assert.That(Bounds(orders).LogEndOffset, Is.Zero);

        Assert.That(producer.Add(orders), Is.EqualTo(ErrorCode.None));
        Assert.That(ErrorOf(connection.Send(request, version)), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void All_partitions_of_a_request_are_added_at_once()
    {
        var producer = Producer();
        var request = producer.ProduceRequest(orders, "a");
        request.TopicData.AddRange(producer.ProduceRequest(others, "b").TopicData);
        var before = TransactionLogEnd();

        var errors = connection.Send(request, 12).Responses.Select(topic => topic.PartitionResponses.Single().ErrorCode);

        Assert.That(errors, Is.EqualTo(new[] { ErrorCode.None, ErrorCode.None }));
        Assert.That(TransactionLogEnd(), Is.EqualTo(before + 1));
        Assert.That(producer.Produce(orders, "c"), Is.EqualTo(ErrorCode.None));
        Assert.That(TransactionLogEnd(), Is.EqualTo(before + 1), "it goes on without asking");
    }

    [Test]
    public void A_partition_that_is_not_there_is_not_added_and_leaves_the_others_alone()
    {
        var producer = Producer();
        var request = producer.ProduceRequest(orders, "a");
        request.TopicData.AddRange(producer.ProduceRequest(new("orders", 9), "b").TopicData);

        var errors = connection.Send(request, 12).Responses.Select(topic => topic.PartitionResponses.Single().ErrorCode);

        Assert.That(errors, Is.EqualTo(new[] { ErrorCode.None, ErrorCode.UnknownTopicOrPartition }));
        Assert.That(producer.Describe().Topics.Single().Partitions, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void Without_a_transactional_id_nothing_of_the_request_is_appended()
    {
        var request = Producer().ProduceRequest(orders, "a");
        request.TransactionalId = null;
        request.TopicData.AddRange(TestBroker.ProduceRequestOf("orders", 1, Plain()).TopicData);

        var errors = connection.Send(request, 12).Responses.Select(topic => topic.PartitionResponses.Single().ErrorCode);

        Assert.That(errors, Is.All.EqualTo(ErrorCode.TransactionalIdAuthorizationFailed));
        Assert.That((Bounds(orders).LogEndOffset, Bounds(others).LogEndOffset), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Without_an_answer_an_error_closes_the_connection()
    {
        var request = Producer().ProduceRequest(orders, "a");
        (request.TransactionalId, request.Acks) = (null, 0);

        connection.PostRaw(connection.Frame(request, 12));

        Assert.That(connection.TryTakeFrame(), Is.Null);
        Assert.That(connection.IsOpen, Is.False);
    }

    [Test]
    public void Batches_of_several_producers_are_refused_in_all_partitions()
    {
        var producer = Producer();
        var request = producer.ProduceRequest(orders, "a");
        producer.Producer = producer.Producer with { Epoch = 5 };
        request.TopicData.AddRange(producer.ProduceRequest(others, "b").TopicData);

        var results = connection.Send(request, 12).Responses.Select(topic => topic.PartitionResponses.Single());

        Assert.That(results.Select(result => (result.ErrorCode, result.ErrorMessage)), Is.All.EqualTo((ErrorCode.InvalidProducerIdMapping, "Transactional records contained more than one producer ID")));
        Assert.That((Bounds(orders).LogEndOffset, Bounds(others).LogEndOffset), Is.EqualTo((0, 0)));
    }

    [TestCase(11)]
    [TestCase(12)]
    public void Somebody_elses_producer_is_refused(short version)
    {
        var request = Producer().ProduceRequest(orders, "a");
        request.TransactionalId = "unknown";

        Assert.That(ErrorOf(connection.Send(request, version)), Is.EqualTo(ErrorCode.InvalidProducerIdMapping));
    }

    [Test]
    public void Who_names_somebody_elses_producer_in_a_higher_epoch_takes_nothing_from_it([Values(1, 2)] short transactionVersion)
    {
        var producer = Producer(transactionVersion);
        var stranger = new TransactionalProducer(connection, "unknown", transactionVersion) { Producer = producer.Producer with { Epoch = 20 } };

        Assert.That(stranger.Send(stranger.ProduceRequest(orders, "foreign")), Is.Not.EqualTo(ErrorCode.None));

        foreach (var value in new[] { "a", "b" })
        {
            Assert.That(producer.Produce(orders, value), Is.EqualTo(ErrorCode.None));
            Assert.That(producer.Commit(), Is.EqualTo(ErrorCode.None));
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    public void A_fenced_producer_hears_of_its_epoch(short transactionVersion)
    {
        var zombie = Producer(transactionVersion);
        zombie.Produce(orders, "a");
        Producer(transactionVersion);

        Assert.That(zombie.Send(zombie.ProduceRequest(orders, "late")), Is.EqualTo(ErrorCode.InvalidProducerEpoch));
        Assert.That(zombie.Send(zombie.ProduceRequest(others, "late")), Is.EqualTo(ErrorCode.InvalidProducerEpoch));
    }

    [Test]
    public void What_arrives_late_from_the_transaction_before_changes_nothing([Values] bool isOpen)
    {
        var producer = Producer();
        var sent = producer.ProduceRequest(orders, "a");
        producer.Send(sent);
        var lost = producer.ProduceRequest(orders, "b");
        producer.Commit();
        if (isOpen)
            producer.Produce(orders, "of the next transaction");
        var before = Bounds(orders);

        Assert.That(producer.Send(lost), Is.EqualTo(ErrorCode.InvalidProducerEpoch));
        Assert.That(producer.Send(sent), Is.EqualTo(ErrorCode.InvalidProducerEpoch));

        Assert.That(Bounds(orders), Is.EqualTo(before));
        Assert.That(producer.Produce(orders, "goes on"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Of_a_producer_of_version_1_nothing_is_taken_once_the_transaction_is_over()
    {
        var producer = Producer(transactionVersion: 1);
        producer.Produce(orders, "a");
        var lost = producer.ProduceRequest(orders, "b");
        producer.Commit();

        Assert.That(producer.Send(lost), Is.EqualTo(ErrorCode.TransactionAbortable));
        Assert.That(Bounds(orders), Is.EqualTo(new LogBounds(0, 2, 2, 2)));
    }

    [Test]
    public void A_plain_batch_of_a_producer_with_an_open_transaction_is_refused()
    {
        var producer = Producer();
        producer.Produce(orders, "a");
        var plain = new TestBatch { ProducerId = producer.Producer.ProducerId, ProducerEpoch = producer.Producer.Epoch, BaseSequence = 1 }.Build("plain");

        Assert.That(ErrorOf(connection.Send(TestBroker.ProduceRequestOf("orders", 0, plain.Span.ToArray()), 12)), Is.EqualTo(ErrorCode.InvalidTxnState));
    }

    [Test]
    public void Where_verification_is_switched_off_the_coordinator_is_not_asked()
    {
        using var trusting = new TestBroker(("transaction.partition.verification.enable", "false"));
        trusting.CreateTopic("orders");
        var producer = new TransactionalProducer(trusting.Connect(), "tx", transactionVersion: 1).Init();

        Assert.That(producer.Send(producer.ProduceRequest(orders, "a")), Is.EqualTo(ErrorCode.None));
        Assert.That(producer.Describe().TransactionState, Is.EqualTo("Empty"));
    }

    [Test]
    public void While_the_transaction_before_ends_the_broker_tries_again_for_a_while([Values] bool endsInTime)
    {
        var producer = Producer();
        producer.Produce(orders, "a");
        EndWithoutMarkers(producer);

        connection.Post(producer.ProduceRequest(others, "b"), 12);
        broker.Time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.That(connection.TryTake<ProduceRequest, ProduceResponse>(12), Is.Null);
        if (endsInTime)
            broker.Partitions.Find(orders)!.Log.Thaw();
        broker.Time.Advance(TimeSpan.FromMilliseconds(20));

        Assert.That(ErrorOf(connection.TryTake<ProduceRequest, ProduceResponse>(12)!), Is.EqualTo(endsInTime ? ErrorCode.None : ErrorCode.ConcurrentTransactions));
        Assert.That(Bounds(others).LogEndOffset, Is.EqualTo(endsInTime ? 1 : 0));
        broker.Partitions.Find(orders)!.Log.Thaw();
    }

    [TestCase(ErrorCode.None, 12, ErrorCode.None)]
    [TestCase(ErrorCode.ConcurrentTransactions, 12, ErrorCode.ConcurrentTransactions)]
    [TestCase(ErrorCode.ConcurrentTransactions, 11, ErrorCode.NotEnoughReplicas)]
    [TestCase(ErrorCode.CoordinatorLoadInProgress, 12, ErrorCode.NotEnoughReplicas)]
    [TestCase(ErrorCode.CoordinatorNotAvailable, 3, ErrorCode.NotEnoughReplicas)]
    [TestCase(ErrorCode.NotCoordinator, 12, ErrorCode.NotEnoughReplicas)]
    [TestCase(ErrorCode.NetworkException, 12, ErrorCode.NotEnoughReplicas)]
    [TestCase(ErrorCode.TransactionAbortable, 11, ErrorCode.TransactionAbortable)]
    [TestCase(ErrorCode.TransactionAbortable, 10, ErrorCode.InvalidTxnState)]
    [TestCase(ErrorCode.InvalidTxnState, 12, ErrorCode.InvalidTxnState)]
    [TestCase(ErrorCode.ProducerFenced, 12, ErrorCode.InvalidProducerEpoch)]
    [TestCase(ErrorCode.InvalidProducerEpoch, 9, ErrorCode.InvalidProducerEpoch)]
    [TestCase(ErrorCode.InvalidProducerIdMapping, 12, ErrorCode.InvalidProducerIdMapping)]
    public void A_coordinators_error_is_told_as_producers_take_it(ErrorCode error, short version, ErrorCode told) =>
        Assert.That(VerificationErrors.For(error, version).Error, Is.EqualTo(told));

    [Test]
    public void Coordinators_errors_have_Kafkas_words()
    {
        Assert.That(VerificationErrors.For(ErrorCode.CoordinatorLoadInProgress, 12).Message, Is.EqualTo("Unable to verify the partition has been added to the transaction. Underlying error: COORDINATOR_LOAD_IN_PROGRESS"));
        Assert.That(VerificationErrors.For(ErrorCode.TransactionAbortable, 10).Message, Is.EqualTo("Partition was not added to the transaction"));
    }

    /// <summary>Decides the transaction, whose marker waits for a log that is frozen.</summary>
    void EndWithoutMarkers(TransactionalProducer producer)
    {
        broker.Partitions.Find(orders)!.Log.Freeze();
        var ending = broker.Connect();
        ending.Post(producer.EndRequest(isCommit: true), 5);
        broker.Time.Advance(TimeSpan.FromSeconds(1));
        var ended = ending.TryTake<EndTxnRequest, EndTxnResponse>(5);
        Assert.That(ended?.ErrorCode, Is.Null.Or.EqualTo(ErrorCode.None));
        producer.Producer = new(producer.Producer.ProducerId, (short)(producer.Producer.Epoch + 1));
    }

    TransactionalProducer Producer(short transactionVersion = 2) => new TransactionalProducer(connection, "tx", transactionVersion).Init();

    LogBounds Bounds(TopicPartition partition) => broker.Partitions.Find(partition)!.Bounds;

    long TransactionLogEnd() => broker.Partitions.All.Where(partition => partition.Id.Topic == "__transaction_state").Sum(partition => partition.Bounds.LogEndOffset);

    static ErrorCode ErrorOf(ProduceResponse response) => response.Responses.Single().PartitionResponses.Single().ErrorCode;

    static byte[] Plain() => TestBatch.Of("plain").Span.ToArray();
}
