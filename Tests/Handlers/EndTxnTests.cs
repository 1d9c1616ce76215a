using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class EndTxnTests : IDisposable
{
    static readonly TopicPartition orders = new("orders", 0);

    readonly TestBroker broker = new();

    public EndTxnTests() => broker.CreateTopic("orders");

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_ends_a_transaction([Range(0, 5)] short version, [Values] bool isCommit)
    {
        var producer = Begun();

        var response = producer.Connection.Send(producer.EndRequest(isCommit), version);

        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        var described = producer.Describe();
        Assert.That((described.TransactionState, described.Topics.Count), Is.EqualTo((isCommit ? "CompleteCommit" : "CompleteAbort", 0)));
        Assert.That(described.ProducerEpoch, Is.EqualTo(version < 5 ? 0 : 1), "from version 5 on the epoch is bumped");
        if (version >= 5)
            Assert.That((response.ProducerId, response.ProducerEpoch), Is.EqualTo((producer.Producer.ProducerId, (short)1)));
    }

    [Test]
    public void The_markers_are_there_when_the_answer_is()
    {
        var producer = Begun();

        producer.Commit();

        Assert.That(broker.Partitions.Find(orders)!.Bounds.HighWatermark, Is.EqualTo(1));
    }

    [TestCase("", 0, 0, ErrorCode.InvalidRequest)]
    [TestCase("unknown", 0, 0, ErrorCode.InvalidProducerIdMapping)]
    [TestCase("tx", 1, 0, ErrorCode.InvalidProducerIdMapping)]
    [TestCase("tx", 0, 1, ErrorCode.ProducerFenced)]
    [TestCase("tx", 0, -1, ErrorCode.ProducerFenced)]
    public void Only_the_producer_of_the_transactional_id_ends_it(string transactionalId, long otherId, short otherEpoch, ErrorCode error)
    {
        var producer = Begun();
        var request = producer.EndRequest(isCommit: true);
        request.TransactionalId = transactionalId;
        request.ProducerId += otherId;
        request.ProducerEpoch += otherEpoch;

        var response = producer.Send(request);

        Assert.That((response.ErrorCode, response.ProducerId, response.ProducerEpoch), Is.EqualTo((error, -1L, (short)-1)));
        Assert.That(producer.Describe().TransactionState, Is.EqualTo("Ongoing"));
    }

    [Test]
    public void A_client_that_does_not_know_of_fencing_hears_of_its_epoch([Values(1, 2)] short version)
    {
        var producer = Begun();
        var request = producer.EndRequest(isCommit: true);
        request.ProducerEpoch++;

        Assert.That(producer.Connection.Send(request, version).ErrorCode, Is.EqualTo(version == 1 ? ErrorCode.InvalidProducerEpoch : ErrorCode.ProducerFenced));
    }

    [Test]
    public void An_end_may_be_asked_for_again_but_not_the_other_one([Values(1, 2)] short transactionVersion, [Values] bool isCommit)
    {
        var producer = Begun(transactionVersion);
        var (end, other) = (producer.EndRequest(isCommit), producer.EndRequest(!isCommit));
        producer.Send(end);

        var again = producer.Send(end);
        Assert.That((again.ErrorCode, again.ProducerEpoch), Is.EqualTo((ErrorCode.None, (short)(transactionVersion == 2 ? 1 : -1))));
        // To commit what is aborted already: the coordinator may have done that by itself.
        Assert.That(producer.Send(other).ErrorCode, Is.EqualTo(transactionVersion == 2 && !isCommit ? ErrorCode.ProducerFenced : ErrorCode.InvalidTxnState));
        Assert.That(producer.Describe().TransactionState, Is.EqualTo(isCommit ? "CompleteCommit" : "CompleteAbort"));
    }

    [Test]
    public void Once_the_next_transaction_is_open_the_end_of_the_one_before_is_fenced([Values] bool isCommit)
    {
        var producer = Begun();
        var late = producer.EndRequest(isCommit);
        producer.End(isCommit);
        producer.Add(orders);

        Assert.That(producer.Send(late).ErrorCode, Is.EqualTo(ErrorCode.ProducerFenced));
        Assert.That(producer.Describe().TransactionState, Is.EqualTo("Ongoing"));
    }

    [Test]
    public void Without_a_transaction_a_producer_of_version_2_may_abort_and_not_commit()
    {
        var producer = new TransactionalProducer(broker.Connect(), "tx").Init();

        Assert.That(producer.Commit(), Is.EqualTo(ErrorCode.InvalidTxnState));
        Assert.That((producer.Abort(), producer.Producer.Epoch), Is.EqualTo((ErrorCode.None, (short)1)));
        Assert.That((producer.Abort(), producer.Producer.Epoch), Is.EqualTo((ErrorCode.None, (short)2)));
        Assert.That(producer.Commit(), Is.EqualTo(ErrorCode.InvalidTxnState));
    }

    [Test]
    public void Without_a_transaction_a_producer_of_version_1_ends_nothing([Values] bool isCommit)
    {
        var producer = new TransactionalProducer(broker.Connect(), "tx", transactionVersion: 1).Init();

        Assert.That(producer.End(isCommit), Is.EqualTo(ErrorCode.InvalidTxnState));
    }

    [Test]
    public void When_the_epochs_are_used_up_the_producer_goes_on_with_another_id()
    {
        var producer = Begun();
        var first = producer.Producer.ProducerId;
        while (producer.Producer.Epoch < short.MaxValue - 1)
            Assert.That(producer.Abort(), Is.EqualTo(ErrorCode.None));
        Assert.That(producer.Add(orders), Is.EqualTo(ErrorCode.None));
        var end = producer.EndRequest(isCommit: true);

        Assert.That(producer.Commit(), Is.EqualTo(ErrorCode.None));

        Assert.That((producer.Producer.ProducerId == first, producer.Producer.Epoch), Is.EqualTo((false, (short)0)));
        var again = producer.Send(end);
        Assert.That((again.ErrorCode, again.ProducerId, again.ProducerEpoch), Is.EqualTo((ErrorCode.None, producer.Producer.ProducerId, (short)0)), "its answer may have been lost");
        Assert.That(producer.Add(orders), Is.EqualTo(ErrorCode.None));
        Assert.That(producer.Send(end).ErrorCode, Is.EqualTo(ErrorCode.InvalidProducerIdMapping));
    }

    TransactionalProducer Begun(short transactionVersion = 2)
    {
        var producer = new TransactionalProducer(broker.Connect(), "tx", transactionVersion).Init();
        Assert.That(producer.Add(orders), Is.EqualTo(ErrorCode.None));
        return producer;
    }
}
