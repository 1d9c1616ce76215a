using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Offsets;

/// <summary>What an open transaction keeps, and what its end makes of it.</summary>
public sealed class EndTransactionTests : IDisposable
{
    TestBroker broker = new(("offsets.topic.num.partitions", "1"), ("offsets.retention.minutes", "60"), ("offsets.retention.check.interval.ms", "60000"));
    readonly TransactionalOffsets offsets;

    public EndTransactionTests()
    {
        broker.CreateTopic("orders");
        offsets = new(broker);
    }

    public void Dispose() => broker.Dispose();

    [TestCase(true, 7)]
    [TestCase(false, 5)]
    public void The_end_decides_what_is_committed(bool isCommit, long committed)
    {
        broker.Connect().Commit("g", "orders", 0, 5);
        offsets.Commit("g", "orders", 7);

        Assert.That(offsets.End(isCommit), Is.EqualTo(ErrorCode.None));

        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).CommittedOffset, Is.EqualTo(committed));
        broker = broker.Restart();
        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).CommittedOffset, Is.EqualTo(committed));
    }

    [Test]
    public void It_ends_in_all_groups_of_the_partition()
    {
        offsets.Commit("g", "orders", 7);
        offsets.Commit("h", "orders", 8);

        offsets.End(isCommit: true);

        Assert.That((broker.Connect().Committed("g", "orders"), broker.Connect().Committed("h", "orders")), Is.EqualTo((7, 8)));
    }

    [Test]
    public void Transactions_of_other_producers_stay_open()
    {
        offsets.Commit("g", "orders", 7);
        offsets.Producer = new(8, 0);
        offsets.Commit("g", "orders", 8);

        offsets.End(isCommit: false);

        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).ErrorCode, Is.EqualTo(ErrorCode.UnstableOffsetCommit));
        offsets.Producer = new(7, 3);
        offsets.End(isCommit: true);
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(7));
    }

    [Test]
    public void The_end_of_a_transaction_without_offsets_is_written_too()
    {
        broker.Connect().Commit("g", "orders", 0, 5);

        Assert.That(offsets.End(isCommit: true), Is.EqualTo(ErrorCode.None));

        Assert.That(broker.RecordCount("g"), Is.EqualTo(2));
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(5));
    }

    [Test]
    public void An_end_of_an_earlier_epoch_changes_nothing()
    {
        offsets.Commit("g", "orders", 7);
        offsets.Producer = offsets.Producer with { Epoch = 2 };

        Assert.That(offsets.End(isCommit: true), Is.EqualTo(ErrorCode.InvalidProducerEpoch));

        Assert.That(broker.RecordCount("g"), Is.EqualTo(1));
        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).ErrorCode, Is.EqualTo(ErrorCode.UnstableOffsetCommit));
    }

    [Test]
    public void An_end_by_an_earlier_coordinator_changes_nothing()
    {
        offsets.Commit("g", "orders", 7);
        offsets.End(isCommit: true, coordinatorEpoch: 2);
        offsets.Commit("g", "orders", 8);

        Assert.That(offsets.End(isCommit: true, coordinatorEpoch: 1), Is.EqualTo(ErrorCode.TransactionCoordinatorFenced));

        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(7));
    }

    [Test]
    public void Without_the_topic_nobody_is_the_coordinator() => Assert.That(offsets.End(isCommit: true), Is.EqualTo(ErrorCode.NotCoordinator));

    [Test]
    public void An_offset_that_is_deleted_meanwhile_stays_so()
    {
        offsets.Commit("g", "orders", 7);

        var delete = new OffsetDeleteRequest { GroupId = "g", Topics = [new() { Name = "orders", Partitions = [new()] }] };
        Assert.That(broker.Connect().Send(delete, 0).Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).ErrorCode, Is.EqualTo(ErrorCode.None));
        offsets.End(isCommit: true);

        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(-1));
    }

    [Test]
    public void A_group_that_is_deleted_meanwhile_stays_so()
    {
        offsets.Commit("g", "orders", 7);

        Assert.That(broker.Connect().DeleteGroup("g"), Is.EqualTo(ErrorCode.None));
        offsets.End(isCommit: true);

        broker = broker.Restart();
        Assert.That(broker.Connect().Groups(), Is.Empty);
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(-1));
    }

    [Test]
    public void A_group_does_not_expire_before_the_end()
    {
        offsets.Commit("g", "orders", 7);

        broker.Time.Advance(TimeSpan.FromMinutes(62));
        Assert.That(broker.Connect().Groups(), Is.EqualTo(new[] { "g" }));
        offsets.End(isCommit: false);
        broker.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(broker.Connect().Groups(), Is.Empty);
    }

    [Test]
    public void An_offset_does_not_expire_before_the_end_of_what_is_to_replace_it()
    {
        broker.Connect().Commit("g", "orders", 0, 5);
        offsets.Commit("g", "orders", 7);

        broker.Time.Advance(TimeSpan.FromMinutes(62));
        offsets.End(isCommit: false);
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(5));
        broker.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(-1));
    }
}
