using NettyKafka.Server.Storage;
using NettyKafka.Server.Transactions;

namespace NettyKafka.Tests.Transactions;

public sealed class TransactionMetadataTests
{
    const long Now = 1_000;

    static readonly (TransactionState From, TransactionState To)[] allowed =
    [
        (TransactionState.Empty, TransactionState.Empty),
        (TransactionState.CompleteCommit, TransactionState.Empty),
        (TransactionState.CompleteAbort, TransactionState.Empty),
        (TransactionState.Empty, TransactionState.Ongoing),
        (TransactionState.Ongoing, TransactionState.Ongoing),
        (TransactionState.CompleteCommit, TransactionState.Ongoing),
        (TransactionState.CompleteAbort, TransactionState.Ongoing),
        (TransactionState.Ongoing, TransactionState.PrepareCommit),
        (TransactionState.Ongoing, TransactionState.PrepareAbort),
        (TransactionState.Empty, TransactionState.PrepareAbort),
        (TransactionState.CompleteCommit, TransactionState.PrepareAbort),
        (TransactionState.CompleteAbort, TransactionState.PrepareAbort),
        (TransactionState.PrepareCommit, TransactionState.CompleteCommit),
        (TransactionState.PrepareAbort, TransactionState.CompleteAbort),
    ];

    [Test]
    public void Every_other_step_fails([Values] TransactionState from, [Range(0, 5)] sbyte to)
    {
        var metadata = In(from);
        Action step = (TransactionState)to switch
        {
            TransactionState.Empty => () => metadata.Initialized(metadata.Producer, -1, 1, Now),
            TransactionState.Ongoing => () => metadata.WithPartitions([new("orders", 1)], Now),
            TransactionState.PrepareCommit => () => metadata.Ending(isCommit: true, 0, -1, Now),
            TransactionState.PrepareAbort => () => metadata.Ending(isCommit: false, 0, -1, Now),
            _ => () => metadata.Completed(Now),
        };
        var target = (TransactionState)to;
        // What is completed is as it was begun.
        if (target is TransactionState.CompleteCommit or TransactionState.CompleteAbort && from.ToString().StartsWith("Prepare", StringComparison.Ordinal) && from != TransactionState.PrepareEpochFence)
            target = from == TransactionState.PrepareCommit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort;

        if (allowed.Contains((from, target)))
            Assert.That(step, Throws.Nothing);
        else
            Assert.That(step, Throws.InvalidOperationException.With.Message.Contains($"from {from} to "));
    }

    [Test]
    public void The_first_partition_starts_the_clock_and_later_ones_leave_it()
    {
        var ongoing = In(TransactionState.Empty).WithPartitions([new("orders", 0)], 5).WithPartitions([new("orders", 1)], 9);

        Assert.That((ongoing.StartTimestampMs, ongoing.LastUpdateTimestampMs), Is.EqualTo((5, 9)));
        Assert.That(ongoing.Partitions, Is.EquivalentTo(new TopicPartition[] { new("orders", 0), new("orders", 1) }));
    }

    [Test]
    public void The_next_transaction_begins_with_no_partition_of_the_one_before()
    {
        var next = In(TransactionState.Ongoing).Ending(isCommit: true, 2, -1, Now).Completed(Now).WithPartitions([new("payments", 0)], Now);

        Assert.That(next.Partitions, Is.EquivalentTo(new TopicPartition[] { new("payments", 0) }));
    }

    [TestCase(0, 3)]
    [TestCase(1, 3)]
    [TestCase(2, 4)]
    public void An_end_bumps_the_epoch_from_transaction_version_2_on(short transactionVersion, short epoch)
    {
        var ending = In(TransactionState.Ongoing).Ending(isCommit: false, transactionVersion, -1, Now);

        Assert.That((ending.Producer.Epoch, ending.Completed(Now).Producer.Epoch), Is.EqualTo((epoch, epoch)));
    }

    [Test]
    public void An_abort_by_the_coordinator_bumps_the_epoch_once([Values(0, 2)] short transactionVersion)
    {
        var completed = In(TransactionState.Ongoing).Fenced(transactionVersion, -1, Now).Completed(Now);

        Assert.That((completed.Producer, completed.State), Is.EqualTo((new ProducerIdAndEpoch(7, 4), TransactionState.CompleteAbort)));
    }

    [Test]
    public void Where_the_epochs_are_used_up_the_producer_goes_on_with_another_id()
    {
        var ongoing = In(TransactionState.Ongoing) with { Producer = new(7, short.MaxValue - 1) };

        var ending = ongoing.Ending(isCommit: true, 2, nextProducerId: 8, Now);
        var completed = ending.Completed(Now);

        Assert.That((ending.Producer, ending.ProducerAfterwards), Is.EqualTo((new ProducerIdAndEpoch(7, short.MaxValue), new ProducerIdAndEpoch(8, 0))));
        Assert.That((completed.Producer, completed.PreviousProducerId, completed.NextProducerId), Is.EqualTo((new ProducerIdAndEpoch(8, 0), 7L, -1L)));
        Assert.That(completed.IsRetryOfEnd(ongoing.Producer), "the answer may have been lost");
    }

    [Test]
    public void The_greatest_epoch_which_no_client_should_have_ends_by_the_older_rule([Values] bool isFenced)
    {
        var ongoing = In(TransactionState.Ongoing) with { Producer = new(7, short.MaxValue) };

        var ending = isFenced ? ongoing.Fenced(2, nextProducerId: 8, Now) : ongoing.Ending(isCommit: false, 2, nextProducerId: 8, Now);

        Assert.That((ending.Producer, ending.ClientTransactionVersion), Is.EqualTo((new ProducerIdAndEpoch(7, short.MaxValue), (short)0)));
        Assert.That(ending.Completed(Now).Producer, Is.EqualTo(new ProducerIdAndEpoch(8, 0)));
    }

    [Test]
    public void Only_the_epoch_before_the_bump_is_a_retry_of_the_end()
    {
        var completed = In(TransactionState.Ongoing).Ending(isCommit: true, 2, -1, Now).Completed(Now);

        Assert.That(completed.IsRetryOfEnd(new(7, 3)));
        Assert.That(completed.IsRetryOfEnd(new(7, 4)), Is.False);
        Assert.That(completed.IsRetryOfEnd(new(7, 2)), Is.False);
        Assert.That(completed.IsRetryOfEnd(new(6, 3)), Is.False);
        Assert.That(completed.WithPartitions([new("orders", 0)], Now).IsRetryOfEnd(new(7, 3)), Is.False, "the next transaction has begun");
    }

    static TransactionMetadata In(TransactionState state) => new()
    {
        TransactionalId = "tx",
        Producer = new(7, 3),
        TimeoutMs = 1,
        State = state,
        Partitions = state is TransactionState.Ongoing or TransactionState.PrepareCommit or TransactionState.PrepareAbort ? [new("orders", 0)] : [],
        LastUpdateTimestampMs = 0,
    };
}
