using NettyKafka.Server.Storage.Cleaner;

namespace NettyKafka.Tests.Storage.Cleaner;

public sealed class OffsetMapTests
{
    [Test]
    public void Every_key_has_its_latest_offset()
    {
        var map = new OffsetMap(1 << 20, 0.9);
        map.Prepare(0, 20_000);
        for (var offset = 0; offset < 20_000; offset++)
            Assert.That(map.TryPut(Key(offset % 7_000), offset), Is.True);

        for (var key = 0; key < 7_000; key++)
            Assert.That(map.Get(Key(key)), Is.EqualTo(key < 6_000 ? key + 14_000 : key + 7_000));
        Assert.That((map.Get(Key(7_000)), map.Count, map.LatestOffset), Is.EqualTo((-1L, 7_000, 19_999L)));
    }

    [Test]
    public void A_full_map_takes_no_more_and_forgets_nothing()
    {
        var map = new OffsetMap(100 * OffsetMap.EntrySize, 0.5);
        map.Prepare(1_000, long.MaxValue);
        var put = 0;
        while (map.TryPut(Key(put), 1_000 + put))
            put++;

        Assert.That((put, map.LatestOffset, map.Utilization), Is.EqualTo((50, 1_049L, 0.5)));
        Assert.That(Enumerable.Range(0, put).Select(key => map.Get(Key(key))), Is.EqualTo(Enumerable.Range(1_000, put).Select(offset => (long)offset)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(7)]
    public void Whatever_the_load_factor_a_key_fits_and_a_missing_one_is_not_searched_for_ever(double loadFactor)
    {
        var map = new OffsetMap(4 * OffsetMap.EntrySize, loadFactor);
        map.Prepare(0, 100);
        var put = 0;
        while (map.TryPut(Key(put), put))
            put++;

        Assert.That(put, Is.InRange(1, 3));
        Assert.That(map.Get(Key(50)), Is.EqualTo(-1));
    }

    [Test]
    public void It_takes_memory_only_as_far_as_the_dirty_part_can_fill_it()
    {
        var map = new OffsetMap(128 << 20, 0.9);
        Assert.That(map.SizeInBytes, Is.Zero);
        map.Prepare(0, 10);
        Assert.That(map.SizeInBytes, Is.LessThan(100 << 10));
        map.Prepare(0, long.MaxValue);
        Assert.That(map.SizeInBytes, Is.InRange((128 << 20) - OffsetMap.EntrySize, 128 << 20));
        map.Release();
        Assert.That(map.SizeInBytes, Is.Zero);
    }

    [Test]
    public void A_prepared_map_knows_nothing_of_what_was_in_it()
    {
        var map = new OffsetMap(1 << 20, 0.9);
        map.Prepare(0, 100);
        map.TryPut(Key(1), 5);
        map.Prepare(40, 100);

        Assert.That((map.Get(Key(1)), map.Count, map.LatestOffset), Is.EqualTo((-1L, 0, 39L)));
    }

    [Test]
    public void Keys_cost_no_allocation()
    {
        var map = new OffsetMap(1 << 20, 0.9);
        map.Prepare(0, 1_000);
        var key = Key(1);
        map.TryPut(key, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            key[0] = (byte)i;
            map.TryPut(key, i);
            map.Get(key);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    static byte[] Key(int key) => BitConverter.GetBytes(key);
}
