using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Storage;

public sealed class LeaderEpochCacheTests
{
    readonly LeaderEpochCache epochs;

    public LeaderEpochCacheTests()
    {
        var files = new MemoryFileSystem();
        files.CreateDirectory("/log");
        epochs = new(files, "/log");
        epochs.Assign(2, 10);
        epochs.Assign(4, 20);
        epochs.Assign(7, 30);
    }

    [TestCase(-1, -1, -1, Description = "undefined")]
    [TestCase(1, 1, 10, Description = "before the first one known: where that begins")]
    [TestCase(2, 2, 20)]
    [TestCase(3, 2, 20, Description = "never used: the one before it")]
    [TestCase(4, 4, 30)]
    [TestCase(7, 7, 99, Description = "the latest ends at the log's end")]
    [TestCase(8, -1, -1, Description = "not known yet")]
    public void An_epoch_ends_where_the_next_one_begins(int epoch, int foundEpoch, long endOffset) =>
        Assert.That(epochs.EndOffsetFor(epoch, logEndOffset: 99), Is.EqualTo(new EpochEndOffset(foundEpoch, endOffset)));

    [TestCase(9, null)]
    [TestCase(10, 2)]
    [TestCase(29, 4)]
    [TestCase(1000, 7)]
    public void An_offset_belongs_to_the_epoch_that_began_before_it(long offset, int? epoch) =>
        Assert.That(epochs.EpochFor(offset), Is.EqualTo(epoch));

    [Test]
    public void An_epoch_that_begins_again_earlier_replaces_what_contradicts_it()
    {
        epochs.Assign(5, 15);

        Assert.That(epochs.EndOffsetFor(2, 99), Is.EqualTo(new EpochEndOffset(2, 15)));
        Assert.That(epochs.EndOffsetFor(4, 99), Is.EqualTo(new EpochEndOffset(2, 15)));
        Assert.That(epochs.LatestEpoch, Is.EqualTo(5));
    }

    [TestCase(20, 2)]
    [TestCase(21, 4)]
    public void Truncation_drops_the_epochs_that_begin_at_the_end_or_behind_it(long endOffset, int latest)
    {
        epochs.TruncateFromEnd(endOffset);

        Assert.That(epochs.LatestEpoch, Is.EqualTo(latest));
    }

    [Test]
    public void The_epoch_at_the_log_start_begins_there()
    {
        epochs.TruncateFromStart(25);

        Assert.That(epochs.EndOffsetFor(2, 99), Is.EqualTo(new EpochEndOffset(2, 25)));
        Assert.That(epochs.EpochFor(25), Is.EqualTo(4));
        Assert.That(epochs.EpochFor(24), Is.Null);
    }
}
