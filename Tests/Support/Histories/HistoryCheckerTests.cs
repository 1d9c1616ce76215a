using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Support.Histories;

/// <summary>For every rule a history that breaks it, and one near it that does not.</summary>
public sealed class HistoryCheckerTests
{
    static readonly TopicPartition p0 = new("orders", 0);
    static readonly TopicPartition p1 = new("orders", 1);

    readonly History history = new();

    [Test]
    public void An_offset_has_one_value_whoever_names_it([Values] bool isBroken)
    {
        Acknowledged("a", 0);
        Poll("c", 0, (0, "a"));
        if (isBroken)
            Acknowledged("b", 0);
        else
            Acknowledged("b", 1);

        Check(isBroken, "inconsistent-offsets", "nonmonotonic-send");
    }

    [Test]
    public void A_value_has_one_place_when_its_producer_is_idempotent([Values] bool isIdempotent)
    {
        var send = history.Send("p", p0, ["a"], isIdempotent: isIdempotent);
        send.Acknowledge(0);
        Poll("c", 0, (0, "a"), (1, "a"));

        Check(isIdempotent, "duplicate");
    }

    [Test]
    public void Only_what_was_sent_is_read([Values] bool isBroken)
    {
        if (!isBroken)
            history.Send("p", p0, ["a"]);
        Poll("c", 0, (0, "a"));

        Check(isBroken, "phantom-read");
    }

    [Test]
    public void What_was_sent_to_one_partition_is_not_read_from_another([Values] bool isBroken)
    {
        history.Send("p", isBroken ? p1 : p0, ["a"]);
        Poll("c", 0, (0, "a"));

        Check(isBroken, "phantom-read");
    }

    [Test]
    public void What_was_refused_is_never_read([Values] bool isReadCommitted)
    {
        history.Send("p", p0, ["a"]).Fail();
        Poll("c", 0, isReadCommitted, (0, "a"));

        Check(true, isReadCommitted ? ["definite-error", "G1a"] : ["definite-error"]);
    }

    [Test]
    public void What_was_lost_before_a_retry_of_it_was_refused_may_be_read()
    {
        var send = history.Send("p", p0, ["a"]);
        send.Lose();
        send.Fail();
        Poll("c", 0, (0, "a"));

        Check(false);
    }

    [Test]
    public void An_aborted_transaction_is_read_only_by_who_reads_all([Values] bool isReadCommitted)
    {
        var transaction = history.Begin("p");
        Acknowledged("a", 0, transaction);
        transaction.Aborted();
        Poll("c", 0, isReadCommitted, (0, "a"));

        Check(isReadCommitted, "G1a");
    }

    [Test]
    public void A_transaction_is_read_once_its_commit_was_asked_for([Values] bool isBroken)
    {
        var transaction = history.Begin("p");
        Acknowledged("a", 0, transaction);
        if (isBroken)
            Poll("c", 0, (0, "a"));
        transaction.Committing();
        if (!isBroken)
            Poll("c", 0, (0, "a"));
        transaction.Committed();

        Check(isBroken, "precommitted-read");
    }

    [Test]
    public void What_was_acknowledged_is_read_before_what_came_after_it([Values] bool isBroken)
    {
        Acknowledged("a", 0);
        Acknowledged("b", 1);
        if (!isBroken)
            Poll("other", 0, (0, "a"));
        Poll("c", 1, (1, "b"));

        Check(isBroken, "lost-write");
    }

    [Test]
    public void What_a_transaction_has_aborted_may_be_missing_before_what_came_after_it([Values] bool isCommitted)
    {
        var transaction = history.Begin("p");
        Acknowledged("a", 0, transaction);
        if (isCommitted)
            Committed(transaction);
        else
            transaction.Aborted();
        Acknowledged("b", 2);
        Poll("c", 2, (2, "b"));

        Check(isCommitted, "lost-write");
    }

    [Test]
    public void In_the_end_all_that_was_acknowledged_is_read([Values] bool isBroken)
    {
        Acknowledged("a", 0);
        Acknowledged("b", 1);
        history.Settle();
        if (isBroken)
            Poll("c", 0, (0, "a"));
        else
            Poll("c", 0, (0, "a"), (1, "b"));

        Check(isBroken, "unseen");
    }

    [Test]
    public void What_was_acknowledged_without_its_offset_is_read_too([Values] bool isBroken)
    {
        history.Send("p", p0, ["a"]).Acknowledge(baseOffset: null);
        history.Settle();
        if (!isBroken)
            Poll("c", 0, (0, "a"));

        Check(isBroken, "unseen");
    }

    [Test]
    public void What_is_below_the_log_start_or_compacted_need_not_be_read([Values(0, 1, 2)] int how)
    {
        Acknowledged("a", 0);
        Acknowledged("b", 1);
        if (how == 1)
            history.Observe(p0, new(1, 2, 2, 2));
        if (how == 2)
            history.Compact(p0);
        history.Settle();
        Poll("c", 1, (1, "b"));

        Check(how == 0, "lost-write", "unseen");
    }

    [Test]
    public void A_consumer_does_not_go_back_unless_it_means_to([Values] bool isBroken)
    {
        Acknowledged("a", 0);
        Poll("c", 0, (0, "a"));
        if (!isBroken)
            history.Seek("c", p0);
        Poll("c", 0, (0, "a"));

        Check(isBroken, "nonmonotonic-poll");
    }

    [Test]
    public void A_consumer_leaves_nothing_out_between_polls([Values] bool isBroken)
    {
        Acknowledged("a", 0);
        Acknowledged("b", 1);
        Acknowledged("c", 2);
        Poll("other", 0, (0, "a"), (1, "b"), (2, "c"));
        Poll("c", 0, (0, "a"));
        Poll("c", isBroken ? 2 : 1, isBroken ? [(2, "c")] : [(1, "b"), (2, "c")]);

        Check(isBroken, "poll-skip");
    }

    [Test]
    public void A_consumer_leaves_nothing_out_when_it_is_given_nothing([Values] bool isBroken)
    {
        var transaction = history.Begin("p");
        Acknowledged("a", 0, transaction);
        if (isBroken)
            Committed(transaction);
        else
            transaction.Aborted();
        history.Poll("other", p0, isReadCommitted: false, 0, 1, [new(0, "a")]);
        history.Poll("c", p0, isReadCommitted: true, 0, 2, []);

        Check(isBroken, "poll-skip");
    }

    [Test]
    public void A_consumer_leaves_nothing_out_within_a_poll_but_markers([Values] bool isBroken)
    {
        Acknowledged("a", 0);
        if (isBroken)
            Acknowledged("b", 1);
        Acknowledged("c", 2);
        Poll("other", 0, isBroken ? [(0, "a"), (1, "b"), (2, "c")] : [(0, "a"), (2, "c")]);
        Poll("c", 0, (0, "a"), (2, "c"));

        Check(isBroken, "int-poll-skip");
    }

    [Test]
    public void Records_come_in_the_order_of_their_offsets([Values] bool isBroken)
    {
        Acknowledged("a", 0);
        Acknowledged("b", 1);
        history.Poll("c", p0, isReadCommitted: true, 0, 2, isBroken ? [new(0, "a"), new(1, "b"), new(0, "a")] : [new(0, "a"), new(1, "b")]);

        Check(isBroken, "int-nonmonotonic-poll");
    }

    [Test]
    public void A_producers_later_sends_have_greater_offsets([Values] bool isBroken, [Values] bool inTransaction)
    {
        var transaction = inTransaction ? history.Begin("p") : null;
        Acknowledged("a", isBroken ? 1 : 0, transaction);
        Acknowledged("b", isBroken ? 0 : 1, transaction);

        Check(isBroken, inTransaction ? "int-nonmonotonic-send" : "nonmonotonic-send");
    }

    [Test]
    public void A_retry_names_the_offset_that_was_named_before([Values] bool isBroken)
    {
        var send = history.Send("p", p0, ["a"]);
        send.Acknowledge(0);
        send.Acknowledge(isBroken ? 1 : 0);

        Check(isBroken, "duplicate");
    }

    [Test]
    public void Of_a_committed_transaction_everything_is_there_in_the_end([Values] bool isBroken)
    {
        var transaction = history.Begin("p");
        Acknowledged("a", 0, transaction);
        history.Send("p", p1, ["b"], transaction).Acknowledge(0);
        Committed(transaction);
        history.Settle();
        Poll("c", 0, (0, "a"));
        if (!isBroken)
            history.Poll("c", p1, isReadCommitted: true, 0, 1, [new(0, "b")]);

        Check(isBroken, "transaction-atomicity", "unseen");
    }

    [Test]
    public void A_commit_that_was_not_answered_is_all_or_nothing([Values(0, 1, 2)] int partitions)
    {
        var transaction = history.Begin("p");
        Acknowledged("a", 0, transaction);
        history.Send("p", p1, ["b"], transaction).Acknowledge(0);
        transaction.Committing();
        history.Settle();
        if (partitions > 0)
            Poll("c", 0, (0, "a"));
        if (partitions > 1)
            history.Poll("c", p1, isReadCommitted: true, 0, 1, [new(0, "b")]);

        Check(partitions == 1, "transaction-atomicity");
    }

    [Test]
    public void So_are_its_records_and_the_offsets_of_its_group([Values] bool hasRecords, [Values] bool hasOffset)
    {
        var transaction = history.Begin("p");
        Acknowledged("a", 0, transaction);
        history.Commit("g", p0, 5, transaction).Acknowledge();
        transaction.Committing();
        history.Settle();
        if (hasRecords)
            Poll("c", 0, (0, "a"));
        history.Read("g", p0, hasOffset ? 5 : -1);

        Check(hasRecords != hasOffset, "transaction-atomicity");
    }

    [Test]
    public void And_the_offsets_of_its_groups_among_themselves([Values] bool isBroken)
    {
        var transaction = history.Begin("p");
        history.Commit("g", p0, 5, transaction).Acknowledge();
        history.Commit("h", p0, 6, transaction).Acknowledge();
        transaction.Committing();
        history.Settle();
        history.Read("g", p0, 5);
        history.Read("h", p0, isBroken ? -1 : 6);

        Check(isBroken, "transaction-atomicity");
    }

    [Test]
    public void An_acknowledged_offset_is_not_lost([Values] bool isBroken)
    {
        history.Commit("g", p0, 5).Acknowledge();
        history.Commit("g", p0, 6).Acknowledge();
        history.Crash();
        history.Read("g", p0, isBroken ? 5 : 6);

        Check(isBroken, "lost-commit");
    }

    [Test]
    public void An_offset_that_was_read_stays([Values] bool isBroken)
    {
        history.Commit("g", p0, 5).Acknowledge();
        history.Commit("g", p0, 6);
        history.Read("g", p0, isBroken ? 6 : 5);
        history.Read("g", p0, isBroken ? 5 : 6);

        Check(isBroken, "lost-commit");
    }

    [Test]
    public void An_offset_was_committed_by_somebody([Values] bool isBroken)
    {
        history.Commit("g", p0, 5).Acknowledge();
        history.Read("g", p0, isBroken ? 6 : 5);

        Check(isBroken, "phantom-offset");
    }

    [Test]
    public void An_offset_is_committed_when_its_transaction_is([Values] TransactionOutcome outcome)
    {
        var transaction = history.Begin("p");
        history.Commit("g", p0, 5, transaction).Acknowledge();
        if (outcome is TransactionOutcome.Committed or TransactionOutcome.Unknown)
            transaction.Committing();
        if (outcome == TransactionOutcome.Committed)
            transaction.Committed();
        if (outcome == TransactionOutcome.Aborted)
            transaction.Aborted();
        history.Read("g", p0, 5);

        Check(outcome is TransactionOutcome.Open or TransactionOutcome.Aborted, "aborted-offset");
    }

    [Test]
    public void A_refused_offset_is_not_committed_with_its_transaction([Values] bool isBroken)
    {
        var transaction = history.Begin("p");
        history.Commit("g", p0, 5, transaction).Fail();
        Committed(transaction);
        history.Read("g", p0, isBroken ? 5 : -1);

        Check(isBroken, "aborted-offset");
    }

    [Test]
    public void Of_two_transactions_the_offset_written_last_counts_not_the_one_committed_last([Values] bool isBroken)
    {
        var (first, second) = (history.Begin("p"), history.Begin("q"));
        history.Commit("g", p0, 5, first).Acknowledge();
        history.Commit("g", p0, 6, second).Acknowledge();
        Committed(second);
        Committed(first);
        history.Read("g", p0, isBroken ? 5 : 6);

        Check(isBroken, "lost-commit");
    }

    [Test]
    public void A_stable_offset_is_not_told_while_a_transaction_is_open([Values] bool requireStable)
    {
        var transaction = history.Begin("p");
        history.Commit("g", p0, 5, transaction).Acknowledge();
        history.Read("g", p0, -1, requireStable);
        Committed(transaction);

        Check(requireStable, "unstable-offset");
    }

    [TestCase(0, 2, 1, 3, true)]
    [TestCase(0, 1, 3, 2, true)]
    [TestCase(2, 1, 2, 3, true)]
    [TestCase(1, 1, 1, 1, false)]
    [TestCase(0, 1, 2, 3, false)]
    public void Bounds_are_in_order(long logStartOffset, long lastStableOffset, long highWatermark, long logEndOffset, bool isBroken)
    {
        history.Observe(p0, new(logStartOffset, lastStableOffset, highWatermark, logEndOffset));

        Check(isBroken, "bounds-order");
    }

    [TestCase(1, 2, 3, 4, false)]
    [TestCase(0, 2, 3, 4, true)]
    [TestCase(1, 1, 3, 4, true)]
    [TestCase(1, 2, 2, 4, true)]
    [TestCase(1, 2, 3, 3, true)]
    public void Bounds_do_not_go_back(long logStartOffset, long lastStableOffset, long highWatermark, long logEndOffset, bool isBroken)
    {
        history.Observe(p0, new(1, 2, 3, 4));
        history.Observe(p0, new(logStartOffset, lastStableOffset, highWatermark, logEndOffset));

        Check(isBroken, "bounds-monotonic");
    }

    [TestCase(3, false)]
    [TestCase(2, true)]
    public void A_crash_may_take_what_is_above_the_high_watermark(long end, bool isBroken)
    {
        history.Observe(p0, new(0, 2, 3, 5));
        history.Crash();
        history.Observe(p0, new(0, 2, end, end));

        Check(isBroken, "bounds-monotonic");
    }

    [Test]
    public void In_the_end_no_transaction_hangs([Values] bool isBroken)
    {
        history.Observe(p0, new(0, 1, 3, 3));
        history.Settle();
        history.Observe(p0, new(0, isBroken ? 1 : 3, 3, 3));

        Check(isBroken, "hanging-transaction");
    }

    [TestCase(0, 9, false)]
    [TestCase(5, 5, false)]
    [TestCase(0, 4, true)]
    [TestCase(6, 9, true)]
    public void A_fetch_answers_the_batch_that_its_offset_lies_in(long baseOffset, long lastOffset, bool isBroken)
    {
        history.Fetch(p0, 5, 10, new(baseOffset, lastOffset));

        Check(isBroken, "fetch-inside-batch");
    }

    [TestCase(10, false)]
    [TestCase(9, true)]
    public void A_fetch_answers_something_where_there_is_something(long offset, bool isBroken)
    {
        history.Fetch(p0, offset, 10, first: null);

        Check(isBroken, "fetch-inside-batch");
    }

    [Test]
    public void A_fetch_of_nothing_has_an_empty_record_set([Values] bool isNull)
    {
        history.Fetch(p0, 10, 10, first: null, isNull);

        Check(isNull, "null-records");
    }

    [TestCase(499, true)]
    [TestCase(500, false)]
    public void A_fetch_at_the_end_waits(int milliseconds, bool isBroken)
    {
        history.Fetch(p0, 10, 10, first: null, waited: TimeSpan.FromMilliseconds(milliseconds), maxWait: TimeSpan.FromMilliseconds(500));

        Check(isBroken, "fetch-waits");
    }

    [Test]
    public void What_is_wrong_is_said_with_its_rule_and_the_values()
    {
        history.Send("p", p0, ["a"]).Fail();
        Poll("c", 0, (0, "a"));

        Assert.That(() => HistoryChecker.AssertHolds(history), Throws.TypeOf<AssertionException>().With.Message.Contains("definite-error: a was polled at (orders-0, 0), which was refused: a of p to orders-0 (Failed)"));
    }

    void Acknowledged(string value, long offset, HistoryTransaction? transaction = null) => history.Send("p", p0, [value], transaction).Acknowledge(offset);

    static void Committed(HistoryTransaction transaction)
    {
        transaction.Committing();
        transaction.Committed();
    }

    void Poll(string consumer, long from, params (long Offset, string Value)[] records) => Poll(consumer, from, isReadCommitted: true, records);

    void Poll(string consumer, long from, bool isReadCommitted, params (long Offset, string Value)[] records) =>
        history.Poll(consumer, p0, isReadCommitted, from, records[^1].Offset + 1, [.. records.Select(record => new HistoryRecord(record.Offset, record.Value))]);

    void Check(bool isBroken, params string[] rules) =>
        Assert.That(HistoryChecker.Check(history).Select(violation => violation.Rule).Distinct(), Is.EquivalentTo(isBroken ? rules : []), string.Join(Environment.NewLine, HistoryChecker.Check(history)));
}
