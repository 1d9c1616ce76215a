using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Storage;

/// <summary>The three indexes, and the bytes of their files.</summary>
public sealed class IndexTests
{
    const string Directory = "/log";
    const long BaseOffset = 100;

    readonly MemoryFileSystem files = new();

    public IndexTests() => files.CreateDirectory(Directory);

    [Test]
    public void An_offset_index_has_entries_of_relative_offset_and_position()
    {
        var index = new OffsetIndex(files, Directory, BaseOffset);
        index.Append(105, 4200);
        index.Append(300, 70_000);
        index.File.Write();

        Assert.That(HexOf(".index"), Is.EqualTo("0000000500001068" + "000000C800011170"));
    }

    [Test]
    public void A_time_index_has_entries_of_timestamp_and_relative_offset()
    {
        var index = new TimeIndex(files, Directory, BaseOffset);
        index.MaybeAppend(new(0x0102030405060708, 105));
        index.MaybeAppend(new(0x0102030405060709, 300));
        index.File.Write();

        Assert.That(HexOf(".timeindex"), Is.EqualTo("010203040506070800000005" + "0102030405060709000000C8"));
    }

    [Test]
    public void A_transaction_index_has_entries_of_version_0()
    {
        var index = new TransactionIndex(files, Directory, BaseOffset);
        index.Append(new(ProducerId: 7, FirstOffset: 101, LastOffset: 110, LastStableOffset: 111));

        Assert.That(HexOf(".txnindex"), Is.EqualTo("0000" + "0000000000000007" + "0000000000000065" + "000000000000006E" + "000000000000006F"));
    }

    [Test]
    public void A_transaction_index_without_entries_has_no_file()
    {
        var index = new TransactionIndex(files, Directory, BaseOffset);

        Assert.That(index.TryLoad(), Is.True);
        Assert.That(files.ListFiles(Directory), Is.Empty);
    }

    [TestCase(100, 100, 0)]
    [TestCase(109, 100, 0)]
    [TestCase(110, 110, 10)]
    [TestCase(119, 110, 10)]
    [TestCase(130, 130, 30)]
    [TestCase(long.MaxValue, 130, 30)]
    public void An_offset_is_looked_up_from_the_greatest_entry_not_above_it(long offset, long entryOffset, int position)
    {
        var index = new OffsetIndex(files, Directory, BaseOffset);
        for (var i = 1; i <= 3; i++)
            index.Append(100 + (10 * i), 10 * i);

        Assert.That(index.Lookup(offset), Is.EqualTo(new OffsetPosition(entryOffset, position)));
        index.File.Seal();
        Assert.That(index.Lookup(offset), Is.EqualTo(new OffsetPosition(entryOffset, position)), "in the file");
    }

    [TestCase(999, -1, 100)]
    [TestCase(1000, 1000, 110)]
    [TestCase(1999, 1000, 110)]
    [TestCase(5000, 2000, 120)]
    public void A_time_is_looked_up_from_the_last_entry_not_later(long timestamp, long entryTimestamp, long offset)
    {
        var index = new TimeIndex(files, Directory, BaseOffset);
        index.MaybeAppend(new(1000, 110));
        index.MaybeAppend(new(2000, 120));

        Assert.That(index.Lookup(timestamp), Is.EqualTo(new TimestampOffset(entryTimestamp, offset)));
    }

    [Test]
    public void A_time_that_is_not_later_makes_no_entry()
    {
        var index = new TimeIndex(files, Directory, BaseOffset);
        index.MaybeAppend(new(1000, 110));
        index.MaybeAppend(new(1000, 120));
        index.MaybeAppend(new(-1, 130));

        Assert.That(index.File.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_sealed_index_can_be_appended_to_again()
    {
        var index = new OffsetIndex(files, Directory, BaseOffset);
        index.Append(101, 1);
        index.File.Seal();
        index.Append(102, 2);
        index.File.Write();

        Assert.That(HexOf(".index"), Is.EqualTo("0000000100000001" + "0000000200000002"));
    }

    [Test]
    public void Truncated_entries_leave_the_file()
    {
        var index = new OffsetIndex(files, Directory, BaseOffset);
        index.Append(101, 1);
        index.Append(105, 2);
        index.File.Write();

        index.Truncate(105);

        Assert.That(HexOf(".index"), Is.EqualTo("0000000100000001"));
    }

    [TestCase("000000010000000100", Description = "no whole entries")]
    [TestCase("00000001000000010000000000000000", Description = "room reserved by a broker that died")]
    public void A_damaged_offset_index_is_not_loaded(string hex)
    {
        files.WriteAtomically(LogFiles.PathOf(Directory, BaseOffset, ".index"), Convert.FromHexString(hex));

        Assert.That(new OffsetIndex(files, Directory, BaseOffset).TryLoad(intoMemory: true), Is.False);
    }

    string HexOf(string suffix) => Convert.ToHexString(files.ReadAllBytes(LogFiles.PathOf(Directory, BaseOffset, suffix)));
}
