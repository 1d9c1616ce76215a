using NettyKafka.Codec.Records;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Cleaner;

/// <summary>What a cleaning leaves of transactions, and of what the log knows its producers by.</summary>
public sealed class TransactionCleaningTests : IDisposable
{
    readonly CompactedLog log = new();
    readonly Dictionary<long, int> sequences = [];

    public void Dispose() => log.Dispose();

    [Test]
    public async Task Records_of_an_aborted_transaction_go_and_are_nobodys_latest()
    {
        await log.AppendAsync(("a", "1"));
        await SendAsync(1, ("a", "aborted"), ("b", "aborted"));
        await log.MarkAsync(1, isAbort: true);
        await SendAsync(2, ("c", "committed"));
        await log.MarkAsync(2, isAbort: false);

        await log.SealAndCleanAsync();

        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["0:a=1", "4:c=committed"]));
    }

    [Test]
    public async Task A_marker_stays_until_its_records_are_gone_and_delete_retention_after_that([Values] bool isAbort)
    {
        await SendAsync(1, ("a", "1"));
        await log.MarkAsync(1, isAbort);
        await SendAsync(1, ("other", "transaction"));
        await log.MarkAsync(1, isAbort: false);
        log.Roll();
        await log.AppendAsync(("a", "2"));

        await log.SealAndCleanAsync();
        Assert.That(await MarkersAsync(), Is.EqualTo((string[])["1 until ", "3 until "]), "the records went in this cleaning");

        log.Clean();
        var horizon = log.NowMs + 1000;
        Assert.That(await MarkersAsync(), Is.EqualTo((string[])[$"1 until {horizon}", "3 until "]));

        log.Test.Time.Advance(TimeSpan.FromMilliseconds(999));
        log.Clean();
        Assert.That(await MarkersAsync(), Has.Count.EqualTo(2));

        log.Test.Time.Advance(TimeSpan.FromMilliseconds(1));
        log.Clean();
        Assert.That(await MarkersAsync(), Is.EqualTo((string[])["3 until "]));
    }

    [Test]
    public async Task The_transaction_index_has_the_aborted_transactions_that_still_have_records_or_batches()
    {
        await SendAsync(1, ("a", "1"));
        await log.MarkAsync(1, isAbort: true);
        await SendAsync(1, ("b", "1"));
        log.Roll();
        await SendAsync(2, ("c", "1"));
        await log.MarkAsync(1, isAbort: true);
        await log.MarkAsync(2, isAbort: true);
        await log.AppendAsync(("d", "1"));

        await log.SealAndCleanAsync();
        Assert.That(Index(), Is.EqualTo((string[])["1: 0-1", "1: 2-4", "2: 3-5"]));

        log.Clean();
        Assert.That(Index(), Is.EqualTo((string[])["1: 2-4", "2: 3-5"]), "their last batches stay for the producers' sequences");
    }

    [Test]
    public async Task A_reader_of_committed_records_sees_the_same_before_and_after()
    {
        await SendAsync(1, ("a", "1"));
        log.Roll();
        await SendAsync(2, ("b", "1"));
        await log.MarkAsync(1, isAbort: true);
        log.Roll();
        await SendAsync(1, ("c", "1"));
        await log.MarkAsync(2, isAbort: false);
        await log.MarkAsync(1, isAbort: true);
        var before = await CommittedAsync();

        await log.SealAndCleanAsync();

        Assert.That(before, Is.EqualTo((string[])["1:b=1"]));
        Assert.That((await CommittedAsync())[..1], Is.EqualTo(before));
    }

    [Test]
    public async Task A_transaction_that_began_before_the_dirty_part_is_known_to_be_aborted()
    {
        await SendAsync(1, ("a", "1"));
        log.Roll();
        await SendAsync(1, ("a", "2"));
        await log.MarkAsync(1, isAbort: true);
        await log.AppendAsync(("b", "1"));
        await log.SealAsync();
        log.CleanerPoint = 1;

        log.Clean();

        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["3:b=1"]));
    }

    [Test]
    public async Task The_state_of_producers_is_the_same_after_cleaning_and_opening_again([Values] bool withSnapshots)
    {
        await SendAsync(1, ("a", "1"), ("a", "2"));
        await SendAsync(1, ("a", "3"));
        await log.MarkAsync(1, isAbort: true);
        await SendAsync(2, ("a", "4"), ("b", "1"));
        await log.MarkAsync(2, isAbort: false);
        await log.AppendAsync(new TestBatch { ProducerId = 3, ProducerEpoch = 5, BaseSequence = 70 }, ("b", "2"));
        await log.MarkAsync(4, isAbort: true, producerEpoch: 9);
        log.Roll();
        await log.AppendAsync(("a", "5"), ("b", "3"));
        await log.SealAsync();
        var before = Producers();

        for (var i = 0; i < 4; i++)
        {
            log.Clean();
            log.Test.Time.Advance(TimeSpan.FromMilliseconds(1000));
        }

        Reopen(withSnapshots);

        Assert.That(await log.RecordsAsync(), Is.EqualTo((string[])["9:a=5", "10:b=3"]));
        Assert.That(Producers(), Is.EqualTo(before));
        Assert.That((await log.AppendAsync(new TestBatch { ProducerId = 3, ProducerEpoch = 5, BaseSequence = 70 }, ("b", "2"))).IsDuplicate, Is.True);
    }

    [Test]
    public async Task What_only_a_producer_long_forgotten_needed_goes()
    {
        await log.AppendAsync(new TestBatch { ProducerId = 3, ProducerEpoch = 5, BaseSequence = 70 }, ("b", "2"));
        log.Roll();
        await log.AppendAsync(("b", "3"));
        await log.SealAsync();
        log.Test.Time.Advance(TimeSpan.FromDays(2));
        log.Log.Producers.RemoveExpired();

        log.Clean();

        Assert.That((await log.BatchesAsync()).Select(batch => batch.BaseOffset), Is.EqualTo((long[])[1, 2]));
    }

    void Reopen(bool withSnapshots)
    {
        log.Log.Close();
        foreach (var name in log.Test.Files.ListFiles(log.Log.Path).Where(name => !withSnapshots && name.EndsWith(".snapshot", StringComparison.Ordinal)))
            log.Test.Files.DeleteFile(Path.Combine(log.Log.Path, name));
        log.Test.Reopen();
    }

    List<string> Producers() =>
        [.. log.Log.Producers.LastRecords().OrderBy(entry => entry.Key).Select(entry => $"{entry.Key}: {entry.Value}")];

    async Task SendAsync(long producerId, params (string? Key, string? Value)[] records)
    {
        var sequence = sequences.GetValueOrDefault(producerId);
        sequences[producerId] = sequence + records.Length;
        await log.AppendAsync(new TestBatch { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = sequence, IsTransactional = true }, records);
    }

    async Task<List<string>> MarkersAsync() => [.. (await log.BatchesAsync()).Where(batch => batch.IsControl).Select(batch => $"{batch.BaseOffset} until {batch.DeleteHorizonMs}")];

    /// <summary>The index as it is on the disk.</summary>
    List<string> Index()
    {
        var before = log.Log.Producers.CollectAborted(0, long.MaxValue);
        log.Log.Close();
        log.Test.Reopen(new(0, log.Log.Bounds.LogEndOffset, HadCleanShutdown: true));
        Assert.That(log.Log.Producers.CollectAborted(0, long.MaxValue), Is.EqualTo(before));
        return before.ConvertAll(transaction => $"{transaction.ProducerId}: {transaction.FirstOffset}-{transaction.LastOffset}");
    }

    async Task<List<string>> CommittedAsync()
    {
        var records = new List<string>();
        for (var next = 0L; next < log.Log.Bounds.LastStableOffset;)
        {
            var read = await log.Log.ReadAsync(next, 1 << 20, FetchIsolation.TxnCommitted, minOneBatch: true);
            var rest = read.Records.Span;
            while (RecordBatch.TryTakeFirst(ref rest, out var batch))
            {
                var (producerId, offset) = (batch.ProducerId, batch.BaseOffset);
                if (!read.AbortedTransactions!.Any(transaction => transaction.ProducerId == producerId && transaction.FirstOffset <= offset && offset <= transaction.LastOffset))
                    records.AddRange(DumpedBatch.Of(batch).Records);
                next = batch.NextOffset;
            }

            read.Records.Release();
        }

        return records;
    }
}
