using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Offsets;

/// <summary>Producers commit offsets with their transactions, of which both coordinators know.</summary>
public sealed class OffsetsInTransactionsTests : IDisposable
{
    readonly TestBroker broker = new();

    public OffsetsInTransactionsTests()
    {
        broker.CreateTopic("orders");
        broker.Connect().Commit("g", "orders", 0, 5);
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void The_end_of_the_transaction_decides([Values(1, 2)] short transactionVersion, [Values] bool isCommit)
    {
        var producer = Producer(transactionVersion);

        Assert.That(producer.CommitOffset("g", "orders", 7), Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).ErrorCode, Is.EqualTo(ErrorCode.UnstableOffsetCommit));
        Assert.That(producer.End(isCommit), Is.EqualTo(ErrorCode.None));

        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).CommittedOffset, Is.EqualTo(isCommit ? 7 : 5));
    }

    [Test]
    public void One_transaction_after_the_other_commits([Values(1, 2)] short transactionVersion)
    {
        var producer = Producer(transactionVersion);
        for (var offset = 10; offset < 15; offset++)
        {
            Assert.That(producer.CommitOffset("g", "orders", offset), Is.EqualTo(ErrorCode.None));
            Assert.That(producer.CommitOffset("h", "orders", offset), Is.EqualTo(ErrorCode.None));
            Assert.That(producer.Commit(), Is.EqualTo(ErrorCode.None));
        }

        Assert.That((broker.Connect().Committed("g", "orders"), broker.Connect().Committed("h", "orders")), Is.EqualTo((14, 14)));
    }

    [TestCase(3, ErrorCode.InvalidTxnState)]
    [TestCase(4, ErrorCode.TransactionAbortable)]
    public void A_group_that_an_older_client_has_not_added_is_refused(short version, ErrorCode error)
    {
        var producer = Producer(1);

        Assert.That(Send(producer, version, producer.OffsetRequest("g", "orders", 7)), Is.EqualTo(error));
        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).CommittedOffset, Is.EqualTo(5));
    }

    [Test]
    public void What_arrives_late_from_the_transaction_before_changes_nothing([Values(1, 2)] short transactionVersion, [Values] bool isCommit)
    {
        var producer = Producer(transactionVersion);
        producer.CommitOffset("g", "orders", 7);
        var late = producer.OffsetRequest("g", "orders", 99);
        producer.End(isCommit);
        Assert.That(producer.Produce(new("orders", 0), "next"), Is.EqualTo(ErrorCode.None));

        Assert.That(producer.Send(late), Is.EqualTo(transactionVersion == 2 ? ErrorCode.InvalidProducerEpoch : ErrorCode.TransactionAbortable));

        producer.Commit();
        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).CommittedOffset, Is.EqualTo(isCommit ? 7 : 5));
    }

    [Test]
    public void A_producer_that_another_has_fenced_commits_nothing([Values(1, 2)] short transactionVersion)
    {
        var producer = Producer(transactionVersion);
        var offset = producer.OffsetRequest("g", "orders", 7);
        Producer(transactionVersion);

        Assert.That(producer.Send(offset), Is.EqualTo(ErrorCode.InvalidProducerEpoch));
        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).CommittedOffset, Is.EqualTo(5));
    }

    [Test]
    public void Only_the_producer_of_the_transactional_id_commits()
    {
        var producer = Producer(2);
        var request = producer.OffsetRequest("g", "orders", 7);
        request.ProducerId += 1;

        Assert.That(producer.Send(request), Is.EqualTo(ErrorCode.InvalidProducerIdMapping));
    }

    [Test]
    public void A_commit_that_its_group_refuses_leaves_the_transaction_to_be_aborted()
    {
        var producer = Producer(2);
        var request = producer.OffsetRequest("g", "orders", 7);
        (request.MemberId, request.GenerationIdOrMemberEpoch) = ("gone", 3);

        Assert.That(producer.Send(request), Is.EqualTo(ErrorCode.UnknownMemberId));

        Assert.That(producer.Abort(), Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).CommittedOffset, Is.EqualTo(5));
    }

    static ErrorCode Send(TransactionalProducer producer, short version, TxnOffsetCommitRequest request) =>
        producer.Connection.Send(request, version).Topics.Single().Partitions.Single().ErrorCode;

    TransactionalProducer Producer(short transactionVersion) => new TransactionalProducer(broker.Connect(), "tx", transactionVersion).Init();
}
