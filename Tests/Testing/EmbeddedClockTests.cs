using NettyKafka.Testing;

namespace NettyKafka.Tests.Testing;

public sealed class EmbeddedClockTests
{
    readonly EmbeddedClock clock = new();
    readonly List<string> fired = [];

    [Test]
    public void What_is_due_fires_before_advance_returns_the_earliest_first()
    {
        using var late = Timer("late", TimeSpan.FromHours(3));
        using var early = Timer("early", TimeSpan.FromHours(1));
        using var later = Timer("later", TimeSpan.FromHours(5));

        clock.Advance(TimeSpan.FromHours(4));
        Assert.That(fired, Is.EqualTo(new[] { "early", "late" }));

        clock.Advance(TimeSpan.FromHours(4));
        Assert.That(fired, Is.EqualTo(new[] { "early", "late", "later" }));
    }

    [Test]
    public void Time_neither_goes_back_nor_ends()
    {
        Assert.That(() => clock.Advance(TimeSpan.FromTicks(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => clock.Advance(TimeSpan.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => clock.Advance(DateTimeOffset.MaxValue - clock.GetUtcNow()), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(clock.Skipped, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void All_clocks_of_it_go_forward_together()
    {
        var (utc, timestamp) = (clock.GetUtcNow(), clock.GetTimestamp());

        clock.Advance(TimeSpan.FromDays(30));

        Assert.That(clock.GetUtcNow() - utc, Is.InRange(TimeSpan.FromDays(30), TimeSpan.FromDays(30.1)));
        Assert.That(clock.GetElapsedTime(timestamp), Is.InRange(TimeSpan.FromDays(30), TimeSpan.FromDays(30.1)));
        Assert.That(clock.Skipped, Is.EqualTo(TimeSpan.FromDays(30)));
    }

    [Test]
    public void A_timer_that_repeats_fires_once_for_all_that_was_skipped_and_goes_on()
    {
        using var timer = clock.CreateTimer(_ => fired.Add("again"), null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

        clock.Advance(TimeSpan.FromHours(10));
        Assert.That(fired, Has.Count.EqualTo(1));

        clock.Advance(TimeSpan.FromHours(1));
        Assert.That(fired, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_timer_that_was_changed_or_disposed_of_does_not_fire_as_it_was()
    {
        using var changed = Timer("changed", TimeSpan.FromHours(1));
        changed.Change(TimeSpan.FromHours(9), Timeout.InfiniteTimeSpan);
        using var stopped = Timer("stopped", TimeSpan.FromHours(1));
        stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Timer("disposed", TimeSpan.FromHours(1)).Dispose();

        clock.Advance(TimeSpan.FromHours(2));
        Assert.That(fired, Is.Empty);

        clock.Advance(TimeSpan.FromHours(8));
        Assert.That(fired, Is.EqualTo(new[] { "changed" }));
    }

    [Test]
    public void A_timer_may_set_itself_again()
    {
        ITimer? timer = null;
        using var chained = timer = clock.CreateTimer(
            _ =>
            {
                fired.Add("step");
                timer!.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
            },
            null,
            TimeSpan.FromHours(1),
            Timeout.InfiniteTimeSpan);

        clock.Advance(TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromHours(1));

        Assert.That(fired, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Without_being_put_forward_it_runs_as_the_system_does()
    {
        var started = clock.GetTimestamp();

        await Task.Delay(TimeSpan.FromMilliseconds(30), clock);

        Assert.That(clock.GetElapsedTime(started), Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(30)));
    }

    [Test]
    public async Task Delays_longer_than_the_systems_timers_take_end_when_the_clock_gets_there()
    {
        using var timer = Timer("far", TimeSpan.FromDays(60));
        var delay = Task.Delay(TimeSpan.FromDays(40), clock);

        clock.Advance(TimeSpan.FromDays(40));
        await delay;
        Assert.That(fired, Is.Empty);

        clock.Advance(TimeSpan.FromDays(20));
        Assert.That(fired, Is.EqualTo(new[] { "far" }));
    }

    [Test]
    public void Time_does_not_go_back() => Assert.That(() => clock.Advance(TimeSpan.FromTicks(-1)), Throws.InstanceOf<ArgumentException>());

    ITimer Timer(string name, TimeSpan due) => clock.CreateTimer(_ => fired.Add(name), null, due, Timeout.InfiniteTimeSpan);
}
