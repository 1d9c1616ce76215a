using NettyKafka.Server.Security.Quotas;

namespace NettyKafka.Tests.Security.Quotas;

/// <summary>The values are those of Kafka's Rate and QuotaUtils for the same events.</summary>
public sealed class RateSensorTests
{
    readonly RateSensor sensor = new(new(Samples: 11, SampleMs: 1000));

    [Test]
    public void A_rate_is_over_all_samples_but_the_one_that_is_not_complete()
    {
        sensor.Record(1000, double.MaxValue, 5000);

        Assert.That(sensor.Measure(5000), Is.EqualTo(100), "ten seconds at least");
        Assert.That(sensor.Measure(5500), Is.EqualTo(1000 / 10.5));
        Assert.That(sensor.Measure(15_999), Is.EqualTo(1000 / 10.999).Within(1e-9));
        Assert.That(sensor.Measure(16_000), Is.Zero, "eleven seconds later it is forgotten");
    }

    [Test]
    public void What_goes_over_the_limit_has_to_be_waited_for()
    {
        Assert.That(sensor.Record(1000, limit: 100, nowMs: 0), Is.Zero, "just the limit");
        Assert.That(sensor.Record(500, limit: 100, nowMs: 0), Is.EqualTo(5000), "(150 - 100) / 100 * 10 s");
        Assert.That(sensor.Record(100, limit: 100, nowMs: 5000), Is.EqualTo(6000), "a burst counts until its sample is forgotten");
        Assert.That(sensor.Record(100, limit: 100, nowMs: 11_000), Is.Zero);
    }

    [Test]
    public void Each_sample_is_forgotten_by_itself()
    {
        for (var second = 0; second < 11; second++)
            sensor.Record(100, double.MaxValue, second * 1000);

        Assert.That(sensor.Measure(10_000), Is.EqualTo(110));
        Assert.That(sensor.Measure(11_000), Is.EqualTo(100), "the first is gone; the second began ten seconds ago");
    }

    [Test]
    public void A_sample_that_reaches_into_the_window_counts_and_widens_it()
    {
        sensor.Record(300, double.MaxValue, 0);
        sensor.Record(300, double.MaxValue, 999);

        Assert.That(sensor.Measure(11_500), Is.EqualTo(600 / 11.5).Within(1e-9));
        Assert.That(sensor.Measure(11_999), Is.Zero);
    }

    [Test]
    public void A_use_without_room_is_not_recorded_unless_there_never_would_be_room()
    {
        Assert.That(sensor.TryRecord(900, 100, 0, out var first), Is.True);
        Assert.That(sensor.TryRecord(300, 100, 0, out var second), Is.False);
        Assert.That((first, second, sensor.Measure(0)), Is.EqualTo((0, 2000, 90)));

        var unused = new RateSensor(new(11, 1000));
        Assert.That(unused.TryRecord(5000, 100, 0, out var wait), Is.True, "more than a whole window takes");
        Assert.That(wait, Is.EqualTo(40_000));
        Assert.That(unused.TryRecord(1, 100, 9000, out _), Is.False, "what comes after it waits");
    }

    [Test]
    public void It_is_idle_once_it_says_no_more_than_a_new_one()
    {
        Assert.That(sensor.IsIdle(0));
        sensor.Record(1, 100, 500);

        Assert.That(sensor.IsIdle(11_499), Is.False);
        Assert.That(sensor.IsIdle(11_500));
    }
}
