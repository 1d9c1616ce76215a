using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeTransactionsTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_transaction_is_described_with_all_that_is_known()
    {
        broker.CreateTopic("orders", partitions: 3);
        var producer = new TransactionalProducer(broker.Connect(), "tx") { TimeoutMs = 5_000 }.Init();
        producer.Add(new("orders", 2), new("orders", 0));

        var described = producer.Describe();

        Assert.That((described.ErrorCode, described.TransactionalId, described.TransactionState), Is.EqualTo((ErrorCode.None, "tx", "Ongoing")));
        Assert.That((described.ProducerId, described.ProducerEpoch), Is.EqualTo((producer.Producer.ProducerId, producer.Producer.Epoch)));
        Assert.That((described.TransactionTimeoutMs, described.TransactionStartTimeMs), Is.EqualTo((5_000, TestBatch.Now)));
        Assert.That(described.Topics.Single().Partitions, Is.EqualTo(new[] { 0, 2 }));
    }

    [Test]
    public void Without_a_transaction_there_is_no_start()
    {
        var described = new TransactionalProducer(broker.Connect(), "tx").Init().Describe();

        Assert.That((described.TransactionState, described.TransactionStartTimeMs, described.Topics.Count), Is.EqualTo(("Empty", -1, 0)));
    }

    [TestCase("", ErrorCode.InvalidRequest)]
    [TestCase("unknown", ErrorCode.TransactionalIdNotFound)]
    public void An_id_that_is_not_there_says_so(string transactionalId, ErrorCode error)
    {
        var response = broker.Connect().Send(new DescribeTransactionsRequest { TransactionalIds = [transactionalId] }, 0);

        Assert.That(response.TransactionStates.Select(state => (state.TransactionalId, state.ErrorCode)), Is.EqualTo(new[] { (transactionalId, error) }));
    }
}
