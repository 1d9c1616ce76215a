using System.Text;
using NettyKafka.Codec.Records;
using NettyKafka.Server.Storage.Cleaner;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage.Cleaner;

public sealed class BatchFilterTests : IDisposable
{
    readonly OffsetMap map = new(1 << 20, 0.9);
    readonly CleanerStats stats = new();
    readonly PooledBuffer target = new();
    readonly BatchFilter filter;

    public BatchFilterTests() => filter = new(map, new(), new(NowMs: 1000, DeleteRetentionMs: 500, UpperBoundOffset: 1_000_000), stats);

    public void Dispose()
    {
        filter.Dispose();
        target.Dispose();
    }

    [Test]
    public void Records_cost_no_allocation_and_a_batch_next_to_none([Values] bool isRewritten)
    {
        const int Count = 1000;
        map.Prepare(0, Count);
        for (var i = 0; i < Count; i++)
            map.TryPut(Encoding.UTF8.GetBytes($"key {i}"), isRewritten && i % 2 == 0 ? Count : i);
        var batch = new TestBatch().BuildKeyed([.. Enumerable.Range(0, Count).Select(i => ((string?)$"key {i}", (string?)$"value {i}"))]).Span.ToArray();
        filter.Filter(new(batch), target);

        target.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        filter.Filter(new(batch), target);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(new RecordBatch(target.WrittenSpan).RecordCount, Is.EqualTo(isRewritten ? Count / 2 : Count));
        Assert.That(allocated, Is.LessThan(isRewritten ? 400 : 1));
    }

    [Test]
    public void Records_beyond_what_the_map_knows_stay_as_they_are()
    {
        map.Prepare(0, 10);
        map.TryPut("a"u8, 1);
        var batch = new TestBatch().BuildKeyed(("a", "1"), ("a", "2"), ("a", "3"), (null, "4"));

        filter.Filter(new(batch.Span), target);

        Assert.That(DumpedBatch.Of(new(target.WrittenSpan)).Records, Is.EqualTo((string[])["1:a=2", "2:a=3", "3:null=4"]));
    }

    [Test]
    public void A_delete_horizon_beyond_all_time_is_the_end_of_time() =>
        Assert.That(new CleaningRound(1000, long.MaxValue, 0).DeleteHorizonMs, Is.EqualTo(long.MaxValue));

    [Test]
    public void Records_that_do_not_decompress_are_refused()
    {
        var batch = new TestBatch { CompressionType = CompressionType.Gzip }.BuildKeyed(("a", "1")).Span.ToArray();
        batch[^1]++;
        batch[RecordBatch.HeaderSize + 12]++;

        Assert.That(() => filter.Filter(new(batch), target), Throws.TypeOf<InvalidRecordException>());
    }
}
