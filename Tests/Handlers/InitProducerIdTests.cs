using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class InitProducerIdTests : IDisposable
{
    static readonly TopicPartition orders = new("orders", 0);

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_gives_an_id([Range(0, 6)] short version)
    {
        var response = broker.Connect().Send(Request(null), version);

        Assert.That((response.ErrorCode, response.ProducerId, response.ProducerEpoch), Is.EqualTo((ErrorCode.None, 0, (short)0)));
    }

    [Test]
    public void Every_version_gives_a_transactional_id_the_next_epoch([Range(0, 6)] short version)
    {
        var first = broker.Connect().Send(Request("tx"), version);
        var second = broker.Connect().Send(Request("tx"), version);

        Assert.That((first.ErrorCode, first.ProducerEpoch), Is.EqualTo((ErrorCode.None, (short)0)));
        Assert.That((second.ErrorCode, second.ProducerId, second.ProducerEpoch), Is.EqualTo((ErrorCode.None, first.ProducerId, (short)1)));
    }

    [Test]
    public void No_id_is_given_twice_not_even_over_blocks()
    {
        var connection = broker.Connect();

        var ids = Enumerable.Range(0, 2500).Select(_ => connection.Send(Request(null), 4).ProducerId).ToList();

        Assert.That(ids, Is.Unique);
    }

    [Test]
    public void No_id_is_given_again_after_a_restart()
    {
        var before = broker.Connect().Send(Request(null), 4).ProducerId;

        using var restarted = broker.Restart();

        Assert.That(restarted.Connect().Send(Request(null), 4).ProducerId, Is.GreaterThan(before));
    }

    [TestCase("", 1000, ErrorCode.InvalidRequest)]
    [TestCase("tx", 0, ErrorCode.InvalidTransactionTimeout)]
    [TestCase("tx", -1, ErrorCode.InvalidTransactionTimeout)]
    [TestCase("tx", 900_001, ErrorCode.InvalidTransactionTimeout)]
    [TestCase("tx", 900_000, ErrorCode.None)]
    public void Transactional_id_and_timeout_must_be_right(string transactionalId, int timeoutMs, ErrorCode error) =>
        Assert.That(broker.Connect().Send(new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = timeoutMs }, 4).ErrorCode, Is.EqualTo(error));

    [TestCase(5, -1)]
    [TestCase(-1, 5)]
    public void Id_and_epoch_come_together(long producerId, short epoch) =>
        Assert.That(broker.Connect().Send(new InitProducerIdRequest { TransactionalId = null, ProducerId = producerId, ProducerEpoch = epoch }, 4).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    [Test]
    public void Two_phase_commit_is_refused([Values] bool enable) =>
        Assert.That(
            broker.Connect().Send(new InitProducerIdRequest { TransactionalId = "tx", TransactionTimeoutMs = 1, Enable2Pc = enable, KeepPreparedTxn = !enable }, 6).ErrorCode,
            Is.EqualTo(ErrorCode.TransactionalIdAuthorizationFailed));

    [Test]
    public void A_transactional_id_is_the_same_after_a_restart()
    {
        var before = NewProducer().Init().Producer;

        using var restarted = broker.Restart();

        Assert.That(new TransactionalProducer(restarted.Connect(), "tx").Init().Producer, Is.EqualTo(before with { Epoch = 1 }));
    }

    [Test]
    public void What_is_open_is_aborted_before_the_next_producer_begins()
    {
        broker.CreateTopic("orders");
        var zombie = NewProducer().Init();
        Assert.That(zombie.Add(orders), Is.EqualTo(ErrorCode.None));

        var next = NewProducer();
        Assert.That(next.TryInit(), Is.EqualTo(ErrorCode.ConcurrentTransactions));
        Assert.That(next.TryInit(), Is.EqualTo(ErrorCode.None));

        Assert.That(next.Producer, Is.EqualTo(zombie.Producer with { Epoch = 2 }), "the epoch of the abort is nobody's");
        Assert.That(zombie.Add(orders), Is.EqualTo(ErrorCode.ProducerFenced));
        Assert.That(zombie.Commit(), Is.EqualTo(ErrorCode.ProducerFenced));
        Assert.That(zombie.TryInit(goesOn: true), Is.EqualTo(ErrorCode.ProducerFenced));
    }

    [Test]
    public void A_zombie_that_asks_for_another_epoch_leaves_the_transaction_of_the_next_producer_alone()
    {
        broker.CreateTopic("orders");
        var zombie = NewProducer().Init();
        var next = NewProducer().Init();
        next.Add(orders);

        Assert.That(zombie.TryInit(goesOn: true), Is.EqualTo(ErrorCode.ProducerFenced));

        Assert.That(next.Describe().TransactionState, Is.EqualTo("Ongoing"));
        Assert.That(next.Commit(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_producer_goes_on_with_the_next_epoch_and_may_ask_again()
    {
        var producer = NewProducer().Init();
        var retry = producer.InitRequest(goesOn: true);

        var first = producer.Connection.Send(retry, 4);
        var second = producer.Connection.Send(retry, 4);

        Assert.That((first.ErrorCode, first.ProducerEpoch), Is.EqualTo((ErrorCode.None, (short)1)));
        Assert.That((second.ErrorCode, second.ProducerEpoch), Is.EqualTo((ErrorCode.None, (short)1)), "its answer may have been lost");
    }

    [Test]
    public void Once_somebody_else_has_begun_nobody_goes_on()
    {
        var zombie = NewProducer().Init();
        Assert.That(zombie.TryInit(goesOn: true), Is.EqualTo(ErrorCode.None));
        NewProducer().Init();

        Assert.That(zombie.TryInit(goesOn: true), Is.EqualTo(ErrorCode.ProducerFenced));
    }

    [Test]
    public void A_client_that_does_not_know_of_fencing_hears_of_its_epoch([Values(3, 4)] short version)
    {
        var zombie = NewProducer().Init();
        NewProducer().Init();
        NewProducer().Init();

        Assert.That(zombie.Connection.Send(zombie.InitRequest(goesOn: true), version).ErrorCode, Is.EqualTo(version == 3 ? ErrorCode.InvalidProducerEpoch : ErrorCode.ProducerFenced));
    }

    [Test]
    public void A_foreign_producer_id_is_fenced()
    {
        var producer = NewProducer().Init();
        producer.Producer = producer.Producer with { ProducerId = 4711 };

        Assert.That(producer.TryInit(goesOn: true), Is.EqualTo(ErrorCode.ProducerFenced));
    }

    [Test]
    public void A_transactional_id_that_nobody_knows_any_more_begins_anew()
    {
        var producer = NewProducer();
        producer.Producer = new(4711, 3);

        Assert.That(producer.TryInit(goesOn: true), Is.EqualTo(ErrorCode.None));
        Assert.That((producer.Producer.ProducerId == 4711, producer.Producer.Epoch), Is.EqualTo((false, (short)0)));
    }

    [Test]
    public void When_the_epochs_are_used_up_there_is_another_id()
    {
        var producer = NewProducer().Init();
        var first = producer.Producer.ProducerId;
        while (producer.Producer.Epoch < short.MaxValue - 1)
            Assert.That(producer.TryInit(goesOn: true), Is.EqualTo(ErrorCode.None));
        var retry = producer.InitRequest(goesOn: true);
        Assert.That(producer.TryInit(goesOn: true), Is.EqualTo(ErrorCode.None));

        Assert.That((producer.Producer.ProducerId == first, producer.Producer.Epoch), Is.EqualTo((false, (short)0)));
        var again = producer.Connection.Send(retry, 4);
        Assert.That((again.ErrorCode, again.ProducerId, again.ProducerEpoch), Is.EqualTo((ErrorCode.None, producer.Producer.ProducerId, (short)0)), "its answer may have been lost");
    }

    [Test]
    public void When_the_epochs_are_used_up_a_fenced_producer_leaves_another_id_to_the_next()
    {
        broker.CreateTopic("orders");
        var zombie = NewProducer().Init();
        while (zombie.Producer.Epoch < short.MaxValue - 1)
            Assert.That(zombie.TryInit(goesOn: true), Is.EqualTo(ErrorCode.None));
        zombie.Add(orders);

        var next = NewProducer().Init();

        Assert.That((next.Producer.ProducerId == zombie.Producer.ProducerId, next.Producer.Epoch), Is.EqualTo((false, (short)1)));
        Assert.That(next.Add(orders), Is.EqualTo(ErrorCode.None));
    }

    TransactionalProducer NewProducer() => new(broker.Connect(), "tx");

    static InitProducerIdRequest Request(string? transactionalId) => new() { TransactionalId = transactionalId, TransactionTimeoutMs = 1_000 };
}
