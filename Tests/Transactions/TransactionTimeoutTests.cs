using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Transactions;

public sealed class TransactionTimeoutTests : IDisposable
{
    static readonly TopicPartition orders = new("orders", 0);
    static readonly TimeSpan checkInterval = TimeSpan.FromSeconds(10);

    readonly TestBroker broker = new(
        ("transaction.abort.timed.out.transaction.cleanup.interval.ms", "10000"), ("transaction.remove.expired.transaction.cleanup.interval.ms", "60000"), ("transactional.id.expiration.ms", "300000"));

    public TransactionTimeoutTests() => broker.CreateTopic("orders");

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_transaction_that_is_open_for_longer_than_its_timeout_is_aborted([Values(1, 2)] short transactionVersion)
    {
        var producer = Begun(transactionVersion, timeoutMs: 20_000);

        Advance(2);
        Assert.That(producer.Describe().TransactionState, Is.EqualTo("Ongoing"), "it has just its time");
        Advance(1);

        var described = producer.Describe();
        Assert.That((described.TransactionState, described.ProducerEpoch), Is.EqualTo(("CompleteAbort", (short)1)));
        Assert.That(producer.Add(orders), Is.EqualTo(ErrorCode.ProducerFenced));
    }

    [Test]
    public void After_the_abort_a_producer_of_version_2_cannot_commit_but_abort_and_go_on()
    {
        var producer = Begun(2, timeoutMs: 1_000);
        Advance(1);

        Assert.That(producer.Commit(), Is.EqualTo(ErrorCode.ProducerFenced));
        Assert.That((producer.Abort(), producer.Producer.Epoch), Is.EqualTo((ErrorCode.None, (short)1)));
        Assert.That(producer.Add(orders), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void After_the_abort_a_producer_of_version_1_is_fenced([Values] bool isCommit)
    {
        var producer = Begun(1, timeoutMs: 1_000);
        Advance(1);

        Assert.That(producer.End(isCommit), Is.EqualTo(ErrorCode.ProducerFenced));
    }

    [Test]
    public void Where_the_epochs_are_used_up_the_producer_goes_on_with_another_id()
    {
        var producer = new TransactionalProducer(broker.Connect(), "tx") { TimeoutMs = 1_000 }.Init();
        var first = producer.Producer.ProducerId;
        while (producer.Producer.Epoch < short.MaxValue - 1)
            Assert.That(producer.Abort(), Is.EqualTo(ErrorCode.None));
        producer.Add(orders);

        Advance(1);

        Assert.That((producer.Abort(), producer.Producer.ProducerId == first, producer.Producer.Epoch), Is.EqualTo((ErrorCode.None, false, (short)0)));
        Assert.That((producer.Add(orders), producer.Commit()), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
    }

    [Test]
    public void The_time_counts_from_the_first_partition()
    {
        var producer = new TransactionalProducer(broker.Connect(), "tx") { TimeoutMs = 15_000 }.Init();
        Advance(5);
        producer.Add(orders);
        Advance(1);

        Assert.That(producer.Describe().TransactionState, Is.EqualTo("Ongoing"));
    }

    [Test]
    public void An_id_that_nobody_uses_is_forgotten()
    {
        var producer = Begun(2, timeoutMs: 900_000);
        producer.Commit();

        broker.Time.Advance(TimeSpan.FromSeconds(299));
        Assert.That(producer.Describe().ErrorCode, Is.EqualTo(ErrorCode.None));
        broker.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.That(producer.Describe().ErrorCode, Is.EqualTo(ErrorCode.TransactionalIdNotFound));
        Assert.That(producer.Add(orders), Is.EqualTo(ErrorCode.InvalidProducerIdMapping));
        using var restarted = broker.Restart();
        Assert.That(new TransactionalProducer(restarted.Connect(), "tx").Describe().ErrorCode, Is.EqualTo(ErrorCode.TransactionalIdNotFound));
    }

    [Test]
    public void An_id_with_an_open_transaction_is_kept()
    {
        var producer = Begun(2, timeoutMs: 900_000);

        broker.Time.Advance(TimeSpan.FromSeconds(600));

        Assert.That(producer.Describe().TransactionState, Is.EqualTo("Ongoing"));
    }

    void Advance(int intervals)
    {
        for (var i = 0; i < intervals; i++)
            broker.Time.Advance(checkInterval);
    }

    TransactionalProducer Begun(short transactionVersion, int timeoutMs)
    {
        var producer = new TransactionalProducer(broker.Connect(), "tx", transactionVersion) { TimeoutMs = timeoutMs }.Init();
        Assert.That(producer.Add(orders), Is.EqualTo(ErrorCode.None));
        return producer;
    }
}
