using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>The first batch of a transaction is taken only if the coordinator has been asked since the one before it ended (KIP-890).</summary>
public sealed class TransactionVerificationTests : IDisposable
{
    const long ProducerId = 9;

    readonly TestLog log = new(verifiesTransactions: true);

    public void Dispose() => log.Dispose();

    [TestCase(AppendOrigin.Client)]
    [TestCase(AppendOrigin.Coordinator)]
    public async Task A_transaction_begins_with_a_verified_batch(AppendOrigin origin)
    {
        var refused = await SendAsync(sequence: 0, guard: null, origin: origin);
        Assert.That((refused.Error, refused.ErrorMessage), Is.EqualTo((ErrorCode.InvalidTxnState, "Record was not part of an ongoing transaction")));
        Assert.That((await SendAsync(sequence: 0, guard: new(), origin: origin)).Error, Is.EqualTo(ErrorCode.InvalidTxnState));

        Assert.That((await SendAsync(sequence: 0, guard: Start(), origin: origin)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_transaction_goes_on_without_another_verification()
    {
        await SendAsync(sequence: 0, guard: Start());

        Assert.That(Start(sequence: 1), Is.Null);
        Assert.That((await SendAsync(sequence: 1, guard: null)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Another_epoch_of_the_producer_is_verified_again()
    {
        await SendAsync(sequence: 0, guard: Start());

        Assert.That((await SendAsync(sequence: 0, guard: null, epoch: 1)).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
        Assert.That(Start(epoch: 1), Is.Not.Null);
    }

    [Test]
    public async Task Batches_of_one_append_share_a_verification()
    {
        var guard = Start();

        var info = await log.AppendAsync(TestBatch.Concat(Batch(0), Batch(1)), transaction: new(guard, 0));

        Assert.That((info.Error, info.LastOffset), Is.EqualTo((ErrorCode.None, 1)));
    }

    [Test]
    public void Who_asks_while_a_verification_is_under_way_gets_the_same_guard() => Assert.That(Start(sequence: 5), Is.SameAs(Start(sequence: 0)));

    [TestCase(0, 0)]
    [TestCase(2, 1)]
    public async Task A_marker_ends_a_verification_that_is_under_way(short transactionVersion, short epoch)
    {
        var guard = Start();
        await EndAsync(epoch, transactionVersion);

        Assert.That((await SendAsync(sequence: 0, guard)).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
        Assert.That(Start(epoch: 1), Is.Not.SameAs(guard));
    }

    [Test]
    public async Task The_end_of_a_transaction_leaves_the_verification_of_the_next_one_alone()
    {
        await SendAsync(sequence: 0, guard: Start(supportsEpochBump: true));
        var next = Start(epoch: 1, supportsEpochBump: true);
        await EndAsync(epoch: 1, transactionVersion: 2);

        Assert.That((await SendAsync(sequence: 0, guard: next, epoch: 1)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_guard_is_used_up_by_the_transaction_it_was_for()
    {
        var guard = Start();
        await SendAsync(sequence: 0, guard);
        await EndAsync(epoch: 0);

        Assert.That((await SendAsync(sequence: 1, guard)).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
    }

    [Test]
    public async Task A_verification_of_a_higher_epoch_takes_nothing_from_the_producer()
    {
        var guard = Start();
        var stranger = Start(epoch: 1);

        Assert.That(Start(), Is.SameAs(guard));
        Assert.That((await SendAsync(sequence: 0, stranger)).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
        Assert.That((await SendAsync(sequence: 0, guard)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_producer_is_verified_while_a_higher_epoch_has_been_named()
    {
        var stranger = Start(epoch: 30);

        Assert.That((await SendAsync(sequence: 0, Start())).Error, Is.EqualTo(ErrorCode.None));
        await EndAsync(epoch: 1, transactionVersion: 2);
        Assert.That((await SendAsync(sequence: 0, Start(epoch: 1), epoch: 1)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Start(epoch: 30), Is.SameAs(stranger));
    }

    [Test]
    public async Task The_guard_of_an_older_epoch_opens_nothing_behind_a_newer_one()
    {
        var older = Start();
        await SendAsync(sequence: 0, Start(epoch: 1), epoch: 1);

        Assert.That((await SendAsync(sequence: 0, older)).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
        Assert.That(Start(), Is.Not.SameAs(older));
    }

    [Test]
    public async Task The_lowest_sequence_is_that_of_the_epoch()
    {
        Start(sequence: 0, epoch: 1);
        var guard = Start(sequence: 4);

        Assert.That((await SendAsync(sequence: 4, guard)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_batch_behind_one_that_waits_for_its_verification_is_out_of_order()
    {
        var guard = Start(sequence: 3);
        Start(sequence: 1);

        var behind = await SendAsync(sequence: 3, guard);

        Assert.That(behind.Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(behind.ErrorMessage, Does.EndWith("3 (incoming seq. number), 1 (earliest seen sequence)"));
        Assert.That((await SendAsync(sequence: 1, guard)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_new_epoch_forgets_the_lowest_sequence_of_the_one_before()
    {
        Start(sequence: 0);
        var guard = Start(sequence: 4, epoch: 1);

        Assert.That((await SendAsync(sequence: 4, guard, epoch: 1)).Error, Is.EqualTo(ErrorCode.None));
    }

    [TestCase(false, 7, ErrorCode.None)]
    [TestCase(true, 7, ErrorCode.OutOfOrderSequenceNumber)]
    [TestCase(true, 0, ErrorCode.None)]
    public async Task An_unknown_producer_of_transaction_version_2_begins_with_sequence_0(bool supportsEpochBump, int sequence, ErrorCode error) =>
        Assert.That((await SendAsync(sequence, Start(sequence, supportsEpochBump: supportsEpochBump))).Error, Is.EqualTo(error));

    [Test]
    public async Task A_verification_that_nobody_used_expires()
    {
        var guard = Start();
        log.Time.Advance(TimeSpan.FromMilliseconds(log.Environment.ProducerIdExpirationMs));
        log.Log.Producers.RemoveExpired();

        Assert.That((await SendAsync(sequence: 0, guard)).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
    }

    [Test]
    public async Task A_coordinator_can_ask_first()
    {
        var guard = Start();
        Assert.That(Check(null), Is.EqualTo(ErrorCode.InvalidTxnState));
        Assert.That(Check(guard), Is.EqualTo(ErrorCode.None));

        await SendAsync(sequence: -1, guard, origin: AppendOrigin.Coordinator);

        Assert.That(Check(null), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Where_nothing_is_verified_no_guard_is_needed()
    {
        using var trusting = new TestLog();

        Assert.That((await trusting.AppendAsync(Batch(0))).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_batch_sent_again_is_answered_whatever_became_of_its_transaction()
    {
        await SendAsync(sequence: 0, guard: Start());
        await EndAsync(epoch: 0);

        Assert.That((await SendAsync(sequence: 0, guard: null)).IsDuplicate, Is.True);
    }

    ErrorCode Check(VerificationGuard? guard) => log.Log.Producers.CheckTransactionalAppend(new(ProducerId, 0), guard);

    VerificationGuard? Start(int sequence = 0, short epoch = 0, bool supportsEpochBump = false) =>
        log.Log.Producers.StartTransactionVerification(new(ProducerId, epoch), sequence, supportsEpochBump);

    Task<LogAppendInfo> SendAsync(int sequence, VerificationGuard? guard, short epoch = 0, AppendOrigin origin = AppendOrigin.Client) =>
        log.AppendAsync(Batch(sequence, epoch), origin, transaction: new(guard, 0));

    async Task EndAsync(short epoch, short transactionVersion = 0)
    {
        var info = await log.AppendAsync(TestBatch.Marker(ProducerId, epoch, isAbort: true), AppendOrigin.Coordinator, transaction: new(null, transactionVersion));
        Assert.That(info.Error, Is.EqualTo(ErrorCode.None));
    }

    static Records Batch(int sequence, short epoch = 0) =>
        new TestBatch { ProducerId = ProducerId, ProducerEpoch = epoch, BaseSequence = sequence, IsTransactional = true }.Build("value");
}
