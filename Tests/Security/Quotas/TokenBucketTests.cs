using NettyKafka.Server.Security.Quotas;

namespace NettyKafka.Tests.Security.Quotas;

public sealed class TokenBucketTests
{
    const double Limit = 5;

    readonly TokenBucket bucket = new(new(Samples: 100, SampleMs: 1000));

    [Test]
    public void It_begins_full_and_can_be_overdrawn_once()
    {
        Assert.That(bucket.TryTake(560, Limit, 0), Is.Zero, "500 are there");
        Assert.That(bucket.TryTake(1, Limit, 0), Is.EqualTo(12_000), "60 are missing");
        Assert.That(bucket.TryTake(1, Limit, 11_900), Is.EqualTo(100));
        Assert.That(bucket.TryTake(1, Limit, 12_000), Is.Zero);
    }

    [Test]
    public void Without_strictness_more_is_taken_and_has_to_be_waited_for()
    {
        Assert.That(bucket.Take(560, Limit, 0), Is.EqualTo(12_000));
        Assert.That(bucket.Take(5, Limit, 0), Is.EqualTo(13_000));
        Assert.That(bucket.Take(5, Limit, 13_000), Is.EqualTo(1000));
    }

    [Test]
    public void It_is_idle_once_it_is_full_again()
    {
        bucket.TryTake(50, Limit, 0);

        Assert.That(bucket.IsIdle(9_999), Is.False);
        Assert.That(bucket.IsIdle(10_000));
    }

    [Test]
    public void A_lower_limit_counts_at_once()
    {
        bucket.TryTake(0, Limit, 0);

        Assert.That(bucket.TryTake(110, 1, 0), Is.Zero, "100 are left of 500");
        Assert.That(bucket.TryTake(1, 1, 0), Is.EqualTo(10_000));
    }
}
