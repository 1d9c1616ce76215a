using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Partitions;

namespace NettyKafka.Tests.Partitions;

public sealed class FetchSessionCacheTests
{
    readonly FakeTimeProvider time = new();

    [Test]
    public void A_full_fetch_makes_a_session_and_the_next_one_names_its_first_epoch()
    {
        var cache = new FetchSessionCache(10, time);
        var id = NewSession(cache, 0, 1);

        var next = cache.Begin(id, 1, false, [], []);

        Assert.That(next.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(next.Partitions.Select(partition => partition.Key.Partition), Is.EqualTo(new[] { 0, 1 }), "the session remembers them");
        Assert.That(next.Complete(), Is.EqualTo((ErrorCode.None, id)));
    }

    [Test]
    public void A_fetch_with_the_final_epoch_makes_none_and_ends_the_one_it_names()
    {
        var cache = new FetchSessionCache(10, time);
        var id = NewSession(cache, 0);

        var closing = cache.Begin(id, FetchSession.FinalEpoch, false, [Partition(0)], []);

        Assert.That(closing.Complete(), Is.EqualTo((ErrorCode.None, FetchSession.NoSession)));
        Assert.That(cache.Count, Is.Zero);
    }

    [Test]
    public void Id_epoch_and_naming_have_to_fit()
    {
        var cache = new FetchSessionCache(10, time);
        var id = NewSession(cache, 0);

        Assert.That(cache.Begin(id + 1, 1, false, [], []).Error, Is.EqualTo(ErrorCode.FetchSessionIdNotFound));
        Assert.That(cache.Begin(id, 2, false, [], []).Error, Is.EqualTo(ErrorCode.InvalidFetchSessionEpoch));
        Assert.That(cache.Begin(id, 1, true, [], []).Error, Is.EqualTo(ErrorCode.FetchSessionTopicIdError));
    }

    [Test]
    public void Partitions_are_added_changed_and_forgotten()
    {
        var cache = new FetchSessionCache(10, time);
        var id = NewSession(cache, 0, 1);

        var next = cache.Begin(id, 1, false, [Partition(1, offset: 7), Partition(2)], [Key(0)]);

        Assert.That(next.Partitions.Select(partition => (partition.Key.Partition, partition.FetchOffset)), Is.EqualTo(new[] { (1, 7L), (2, 0L) }));
    }

    [Test]
    public void A_session_without_partitions_ends()
    {
        var cache = new FetchSessionCache(10, time);
        var id = NewSession(cache, 0);

        cache.Begin(id, 1, false, [], [Key(0)]);

        Assert.That(cache.Count, Is.Zero);
    }

    [Test]
    public void A_partition_that_gave_records_goes_to_the_end()
    {
        var cache = new FetchSessionCache(10, time);
        var id = NewSession(cache, 0, 1);
        var second = cache.Begin(id, 1, false, [], []);
        second.Served(second.Partitions[0]);

        Assert.That(cache.Begin(id, 2, false, [], []).Partitions.Select(partition => partition.Key.Partition), Is.EqualTo(new[] { 1, 0 }));
    }

    [Test]
    public void A_session_that_another_request_used_in_the_meantime_fails_its_fetch()
    {
        var cache = new FetchSessionCache(10, time);
        var id = NewSession(cache, 0);
        var slow = cache.Begin(id, 1, false, [], []);
        cache.Begin(id, 2, false, [], []);

        Assert.That(slow.Complete().Error, Is.EqualTo(ErrorCode.InvalidFetchSessionEpoch));
    }

    [Test]
    public void A_full_cache_makes_no_session_for_a_newcomer()
    {
        var cache = new FetchSessionCache(1, time);
        NewSession(cache, 0);

        Assert.That(NewSession(cache, 0), Is.EqualTo(FetchSession.NoSession));
    }

    [Test]
    public void A_full_cache_gives_up_a_session_unused_for_two_minutes()
    {
        var cache = new FetchSessionCache(1, time);
        var old = NewSession(cache, 0, 1, 2);
        time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));

        Assert.That(NewSession(cache, 0), Is.Not.EqualTo(FetchSession.NoSession));
        Assert.That(cache.Begin(old, 1, false, [], []).Error, Is.EqualTo(ErrorCode.FetchSessionIdNotFound));
    }

    [TestCase(1, false)]
    [TestCase(2, true)]
    public void A_full_cache_gives_up_an_old_session_for_one_that_is_not_smaller(int partitions, bool isMade)
    {
        var cache = new FetchSessionCache(1, time);
        var old = NewSession(cache, 0, 1);
        time.Advance(TimeSpan.FromMinutes(3));
        cache.Begin(old, 1, false, [], []);

        Assert.That(NewSession(cache, [.. Enumerable.Range(0, partitions)]) != FetchSession.NoSession, Is.EqualTo(isMade));
    }

    [TestCase(FetchSession.InitialEpoch, 1)]
    [TestCase(int.MaxValue, 1)]
    [TestCase(FetchSession.FinalEpoch, FetchSession.FinalEpoch)]
    public void Epochs_go_round_without_the_initial_one(int epoch, int next) => Assert.That(FetchSession.NextEpoch(epoch), Is.EqualTo(next));

    [Test]
    public void Only_news_have_to_be_answered()
    {
        var partition = Partition(0);
        Assert.That(partition.Answer(10, 0, false, ErrorCode.None, false), "the first answer is news");
        Assert.That(partition.Answer(10, 0, false, ErrorCode.None, false), Is.False);
        Assert.That(partition.Answer(10, 0, true, ErrorCode.None, false), "records");
        Assert.That(partition.Answer(11, 0, false, ErrorCode.None, false), "a new high watermark");
        Assert.That(partition.Answer(11, 1, false, ErrorCode.None, false), "a new log start");
        Assert.That(partition.Answer(11, 1, false, ErrorCode.NotLeaderOrFollower, false), "an error");
        Assert.That(partition.Answer(11, 1, false, ErrorCode.None, false), "the end of an error");
        Assert.That(partition.Answer(11, 1, false, ErrorCode.None, true), "a divergence");
    }

    static int NewSession(FetchSessionCache cache, params int[] partitions) =>
        cache.Begin(FetchSession.NoSession, FetchSession.InitialEpoch, false, [.. partitions.Select(partition => Partition(partition))], []).Complete().SessionId;

    static FetchPartition Partition(int partition, long offset = 0) => new(Key(partition)) { FetchOffset = offset };

    static FetchKey Key(int partition) => new(Uuid.Zero, "orders", partition);
}
