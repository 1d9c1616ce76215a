using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>Sequences, epochs and transactions, as the log's append checks them.</summary>
public sealed class ProducerStateTests : IDisposable
{
    const long ProducerId = 9;

    readonly TestLog log = new();

    public void Dispose() => log.Dispose();

    [Test]
    public async Task A_sequence_that_does_not_follow_is_out_of_order([Values(0, 1, 3, 4)] int sequence)
    {
        await SendAsync(sequence: 0, count: 2);

        var info = await SendAsync(sequence, count: 3);

        Assert.That(info.Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That(log.Log.Bounds.LogEndOffset, Is.EqualTo(2));
    }

    [Test]
    public async Task A_batch_sent_again_is_answered_as_the_first_time([Range(0, 4)] int back)
    {
        for (var i = 0; i < 7; i++)
            await SendAsync(sequence: 2 * i, count: 2, timestamp: TestBatch.Now + i);

        var again = await SendAsync(sequence: 2 * (6 - back), count: 2, timestamp: TestBatch.Now + 6 - back);

        Assert.That(again.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(again.IsDuplicate, Is.True);
        Assert.That((again.BaseOffset, again.LastOffset), Is.EqualTo((12L - (2 * back), 13L - (2 * back))));
        Assert.That(log.Log.Bounds.LogEndOffset, Is.EqualTo(14));
    }

    [Test]
    public async Task A_batch_older_than_the_last_five_is_out_of_order()
    {
        for (var i = 0; i < 6; i++)
            await SendAsync(sequence: i, count: 1);

        Assert.That((await SendAsync(sequence: 0, count: 1)).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
    }

    [Test]
    public async Task Sequences_wrap_around_after_the_greatest_int()
    {
        await SendAsync(sequence: int.MaxValue - 2, count: 2);
        var across = await SendAsync(sequence: int.MaxValue, count: 3);
        var next = await SendAsync(sequence: 2, count: 1);
        var again = await SendAsync(sequence: int.MaxValue, count: 3);

        Assert.That((across.Error, next.Error, again.IsDuplicate), Is.EqualTo((ErrorCode.None, ErrorCode.None, true)));
        Assert.That(again.BaseOffset, Is.EqualTo(2));
    }

    [Test]
    public async Task A_producer_the_log_does_not_know_may_begin_with_any_sequence() =>
        Assert.That((await SendAsync(sequence: 1234, count: 1)).Error, Is.EqualTo(ErrorCode.None));

    [TestCase(0, ErrorCode.None)]
    [TestCase(1, ErrorCode.OutOfOrderSequenceNumber)]
    public async Task A_new_epoch_begins_with_sequence_0(int sequence, ErrorCode error)
    {
        await SendAsync(sequence: 0, count: 1);

        Assert.That((await SendAsync(sequence, count: 1, epoch: 1)).Error, Is.EqualTo(error));
    }

    [Test]
    public async Task An_older_epoch_is_fenced()
    {
        await SendAsync(sequence: 0, count: 1, epoch: 5);

        Assert.That((await SendAsync(sequence: 1, count: 1, epoch: 4)).Error, Is.EqualTo(ErrorCode.InvalidProducerEpoch));
    }

    [Test]
    public async Task A_coordinator_has_no_sequences_but_an_epoch()
    {
        await SendAsync(sequence: 0, count: 1, epoch: 5);

        Assert.That((await SendAsync(sequence: -1, count: 1, epoch: 5, origin: AppendOrigin.Coordinator)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That((await SendAsync(sequence: -1, count: 1, epoch: 4, origin: AppendOrigin.Coordinator)).Error, Is.EqualTo(ErrorCode.InvalidProducerEpoch));
    }

    [Test]
    public async Task A_refused_batch_leaves_the_producers_state_as_it_was()
    {
        await SendAsync(sequence: 0, count: 1);
        var both = TestBatch.Concat(Batch(sequence: 1, count: 1), Batch(sequence: 5, count: 1));

        Assert.That((await log.AppendAsync(both)).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That((await SendAsync(sequence: 1, count: 1)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task An_open_transaction_holds_back_the_last_stable_offset_until_its_marker()
    {
        await log.AppendAsync("before");
        await SendAsync(sequence: 0, count: 2, isTransactional: true);
        await log.AppendAsync("behind");
        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(0, LastStableOffset: 1, 4, 4)));

        await EndAsync(isAbort: false);

        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(0, LastStableOffset: 5, 5, 5)));
    }

    [Test]
    public async Task A_read_of_committed_records_ends_at_the_last_stable_offset()
    {
        await log.AppendAsync("before");
        await SendAsync(sequence: 0, count: 2, isTransactional: true);

        Assert.That(await log.ReadAsync(0, isolation: FetchIsolation.TxnCommitted), Has.Count.EqualTo(1));
        Assert.That(await log.ReadAsync(0, isolation: FetchIsolation.HighWatermark), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_aborted_transaction_is_told_to_who_reads_across_it()
    {
        await SendAsync(sequence: 0, count: 2, isTransactional: true);
        await EndAsync(isAbort: true);
        await log.AppendAsync("behind");

        var across = await log.Log.ReadAsync(0, 1000, FetchIsolation.TxnCommitted, minOneBatch: true);
        var behind = await log.Log.ReadAsync(3, 1000, FetchIsolation.TxnCommitted, minOneBatch: true);

        Assert.That(across.AbortedTransactions, Is.EqualTo([new AbortedTransaction(ProducerId, 0, 2, 3)]));
        Assert.That(behind.AbortedTransactions, Is.Empty);
        across.Records.Release();
        behind.Records.Release();
    }

    [Test]
    public async Task A_plain_batch_inside_a_transaction_is_refused()
    {
        await SendAsync(sequence: 0, count: 1, isTransactional: true);

        Assert.That((await SendAsync(sequence: 1, count: 1)).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
    }

    [Test]
    public async Task A_marker_of_an_older_coordinator_is_fenced()
    {
        await SendAsync(sequence: 0, count: 1, isTransactional: true);
        await EndAsync(isAbort: false, coordinatorEpoch: 4);

        Assert.That((await EndAsync(isAbort: false, coordinatorEpoch: 3)).Error, Is.EqualTo(ErrorCode.TransactionCoordinatorFenced));
    }

    [TestCase(0, 5, 5, ErrorCode.None)]
    [TestCase(0, 5, 4, ErrorCode.InvalidProducerEpoch)]
    [TestCase(2, 5, 6, ErrorCode.None)]
    [TestCase(2, 5, 5, ErrorCode.InvalidProducerEpoch, Description = "it would end a transaction that it is not for")]
    [TestCase(2, 5, 4, ErrorCode.InvalidProducerEpoch)]
    public async Task The_marker_of_an_open_transaction_has_an_epoch_that_its_version_asks_for(short transactionVersion, short producerEpoch, short epoch, ErrorCode error)
    {
        await SendAsync(sequence: 0, count: 1, producerEpoch, isTransactional: true);
        var marker = new TxnMarkerEntry(new(ProducerId, epoch), IsCommit: true, CoordinatorEpoch: 0, transactionVersion);

        Assert.That(log.Log.Producers.CheckMarker(marker), Is.EqualTo(error));
        Assert.That((await EndAsync(isAbort: false, epoch: epoch, transactionVersion: transactionVersion)).Error, Is.EqualTo(error));
        Assert.That(log.Log.Bounds.LastStableOffset, Is.EqualTo(error == ErrorCode.None ? 2 : 0));
    }

    [Test]
    public async Task A_marker_of_version_2_that_is_written_again_changes_nothing()
    {
        await SendAsync(sequence: 0, count: 1, isTransactional: true);
        await EndAsync(isAbort: false, epoch: 1, transactionVersion: 2);

        Assert.That((await EndAsync(isAbort: false, epoch: 1, transactionVersion: 2)).Error, Is.EqualTo(ErrorCode.None));

        Assert.That((await SendAsync(sequence: 0, count: 1, epoch: 1, isTransactional: true)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That((await EndAsync(isAbort: true, epoch: 1, transactionVersion: 2)).Error, Is.EqualTo(ErrorCode.InvalidProducerEpoch), "the next transaction is open");
    }

    [Test]
    public async Task After_a_marker_has_raised_the_epoch_sequences_begin_with_0()
    {
        await SendAsync(sequence: 0, count: 3, isTransactional: true);
        await EndAsync(isAbort: false, epoch: 1, transactionVersion: 2);

        Assert.That((await SendAsync(sequence: 3, count: 1, isTransactional: true)).Error, Is.EqualTo(ErrorCode.InvalidProducerEpoch));
        Assert.That((await SendAsync(sequence: 3, count: 1, epoch: 1, isTransactional: true)).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That((await SendAsync(sequence: 0, count: 1, epoch: 1, isTransactional: true)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Sequences_go_on_behind_a_marker_of_the_same_epoch()
    {
        await SendAsync(sequence: 0, count: 3, isTransactional: true);
        await EndAsync(isAbort: false);

        Assert.That((await SendAsync(sequence: 0, count: 3, isTransactional: true)).IsDuplicate, Is.True);
        Assert.That((await SendAsync(sequence: 3, count: 1, isTransactional: true)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Batches_of_a_producer_in_one_append_follow_each_other()
    {
        var info = await log.AppendAsync(TestBatch.Concat(Batch(sequence: 0, count: 2), Batch(sequence: 2, count: 1)));

        Assert.That((info.Error, info.LastOffset), Is.EqualTo((ErrorCode.None, 2)));
        Assert.That((await SendAsync(sequence: 2, count: 1)).BaseOffset, Is.EqualTo(2), "sent again");
        Assert.That((await SendAsync(sequence: 0, count: 2)).BaseOffset, Is.Zero, "sent again");
    }

    [Test]
    public async Task A_batch_twice_in_one_append_is_out_of_order()
    {
        var info = await log.AppendAsync(TestBatch.Concat(Batch(sequence: 0, count: 1), Batch(sequence: 0, count: 1)));

        Assert.That((info.Error, log.Log.Bounds.LogEndOffset), Is.EqualTo((ErrorCode.OutOfOrderSequenceNumber, 0)));
    }

    [Test]
    public async Task Refusals_have_Kafkas_words()
    {
        await SendAsync(sequence: 0, count: 2, epoch: 3, isTransactional: true);

        Assert.That((await SendAsync(sequence: 5, count: 1, epoch: 3, isTransactional: true)).ErrorMessage, Is.EqualTo("Out of order sequence number for producer 9 at offset 2 in partition orders-0: 5 (incoming seq. number), 1 (current end sequence number)"));
        Assert.That((await SendAsync(sequence: 2, count: 1, epoch: 2, isTransactional: true)).ErrorMessage, Is.EqualTo("Epoch of producer 9 at offset 2 in orders-0 is 2, which is smaller than the last seen epoch 3"));
        Assert.That((await SendAsync(sequence: 2, count: 1, epoch: 4, isTransactional: true)).ErrorMessage, Does.EndWith("4 (request epoch), 2 (seq. number), 3 (current producer epoch)"));
        await EndAsync(isAbort: true, coordinatorEpoch: 7, epoch: 3);
        Assert.That((await EndAsync(isAbort: true, coordinatorEpoch: 6, epoch: 3)).ErrorMessage, Is.EqualTo("Invalid coordinator epoch for producerId 9 at offset 3 in partition orders-0: 6 (zombie), 7 (current)"));
    }

    [Test]
    public async Task Transactions_that_end_in_one_append_are_all_found_in_the_index()
    {
        var (one, two) = (Open(1), Open(2));
        await log.AppendAsync(TestBatch.Concat(one, At(two, 1)), AppendOrigin.Replication);
        await log.AppendAsync(TestBatch.Concat(At(TestBatch.Marker(2, 0, isAbort: true), 2), At(TestBatch.Marker(1, 0, isAbort: true), 3)), AppendOrigin.Replication);

        Assert.That(log.Log.Producers.CollectAborted(0, 3), Is.EqualTo(new AbortedTransaction[] { new(2, 1, 2, 0), new(1, 0, 3, 4) }));
        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(0, 4, 4, 4)));
    }

    [Test]
    public async Task A_transaction_that_begins_and_ends_in_one_append_holds_nothing_back()
    {
        await log.AppendAsync(TestBatch.Concat(Open(1), At(TestBatch.Marker(1, 0, isAbort: true), 1), At(Open(1, sequence: 1), 2)), AppendOrigin.Replication);

        Assert.That(log.Log.Producers.CollectAborted(0, 3), Is.EqualTo(new AbortedTransaction[] { new(1, 0, 1, 2) }));
        Assert.That(log.Log.Bounds.LastStableOffset, Is.EqualTo(2));
    }

    [Test]
    public async Task Producers_are_known_again_after_a_restart([Values] bool clean)
    {
        for (var i = 0; i < 3; i++)
            await SendAsync(sequence: i, count: 1);
        await SendAsync(sequence: 3, count: 1, isTransactional: true);
        if (clean)
            log.Log.Close();

        log.Reopen(new(0, 0, clean));

        Assert.That(log.Log.Bounds, Is.EqualTo(new LogBounds(0, 3, 4, 4)));
        Assert.That((await SendAsync(sequence: 3, count: 1, isTransactional: true)).BaseOffset, Is.EqualTo(3), "sent again");
        Assert.That((await SendAsync(sequence: 5, count: 1, isTransactional: true)).Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That((await SendAsync(sequence: 4, count: 1, isTransactional: true)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_snapshot_has_the_bytes_that_kafka_writes()
    {
        await SendAsync(sequence: 7, count: 2, epoch: 3, isTransactional: true);
        log.Log.Close();

        var snapshot = Convert.ToHexString(Server.Storage.Files.FileSystemExtensions.ReadAllBytes(log.Files, Path.Combine(log.Path, "00000000000000000002.snapshot")));

        Assert.That(snapshot[..4], Is.EqualTo("0001"));
        Assert.That(snapshot[12..], Is.EqualTo("00000001" + "0000000000000009" + "0003" + "00000008" + "0000000000000001" + "00000001" + "0000018BCFE56801" + "FFFFFFFF" + "0000000000000000"));
    }

    Task<LogAppendInfo> SendAsync(int sequence, int count, short epoch = 0, bool isTransactional = false, long timestamp = TestBatch.Now, AppendOrigin origin = AppendOrigin.Client) =>
        log.AppendAsync(Batch(sequence, count, epoch, isTransactional, timestamp), origin);

    Task<LogAppendInfo> EndAsync(bool isAbort, int coordinatorEpoch = 0, short epoch = 0, short transactionVersion = 0) =>
        log.AppendAsync(TestBatch.Marker(ProducerId, epoch, isAbort, coordinatorEpoch), AppendOrigin.Coordinator, transaction: new(null, transactionVersion));

    static Records Open(long producerId, int sequence = 0) =>
        new TestBatch { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = sequence, IsTransactional = true }.Build("value");

    static Records At(Records batch, long offset)
    {
        new RecordBatch(batch.Span).BaseOffset = offset;
        return batch;
    }

    static Records Batch(int sequence, int count, short epoch = 0, bool isTransactional = false, long timestamp = TestBatch.Now) => new TestBatch
    {
        ProducerId = ProducerId,
        ProducerEpoch = epoch,
        BaseSequence = sequence,
        IsTransactional = isTransactional,
        Timestamp = timestamp,
    }.Build([.. Enumerable.Repeat("value", count)]);
}
