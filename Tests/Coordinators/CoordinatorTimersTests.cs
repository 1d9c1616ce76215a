using Microsoft.Extensions.Time.Testing;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Tests.Coordinators;

public sealed class CoordinatorTimersTests : IDisposable
{
    readonly FakeTimeProvider time = new();
    readonly CoordinatorTimers timers;
    readonly List<string> expired = [];

    public CoordinatorTimersTests()
    {
        CoordinatorTimers? created = null;
        timers = created = new(time, () => created!.RunDue());
    }

    public void Dispose() => timers.Dispose();

    [Test]
    public void A_timer_expires_at_its_time_and_once()
    {
        Timer("a").Schedule(100);

        Advance(99);
        Assert.That(expired, Is.Empty);
        Advance(1);
        Advance(1000);
        Assert.That(expired, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void Set_again_only_the_new_time_counts([Values(50, 500)] long again)
    {
        var timer = Timer("a");
        timer.Schedule(100);
        Advance(20);
        timer.Schedule(again);

        Advance(again - 1);
        Assert.That(expired, Is.Empty);
        Advance(1);
        Advance(1000);
        Assert.That(expired, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void A_timer_that_is_cancelled_does_not_expire()
    {
        var timer = Timer("a");
        timer.Schedule(100);
        timer.Cancel();
        Assert.That(timer.IsScheduled, Is.False);

        Advance(1000);

        Assert.That(expired, Is.Empty);
    }

    [Test]
    public void Cancelled_and_set_again_it_expires_once()
    {
        var timer = Timer("a");
        timer.Schedule(100);
        timer.Cancel();
        timer.Schedule(300);

        Advance(299);
        Assert.That(expired, Is.Empty);
        Advance(1);
        Assert.That(expired, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void Timers_expire_in_the_order_of_their_times_then_as_they_were_set()
    {
        Timer("late").Schedule(300);
        Timer("first").Schedule(100);
        Timer("second").Schedule(100);

        Advance(1000);

        Assert.That(expired, Is.EqualTo(new[] { "first", "second", "late" }));
    }

    [Test]
    public void A_timer_may_set_itself_again()
    {
        CoordinatorTimer? timer = null;
        var count = 0;
        timer = timers.Create(() =>
        {
            count++;
            timer!.Schedule(100);
        });
        timer.Schedule(100);

        for (var i = 0; i < 5; i++)
            Advance(100);

        Assert.That(count, Is.EqualTo(5));
    }

    [Test]
    public void Cancelled_timers_are_not_kept_until_their_time()
    {
        for (var i = 0; i < 100_000; i++)
        {
            var timer = Timer("never");
            timer.Schedule(int.MaxValue);
            timer.Cancel();
        }

        Timer("a").Schedule(100);
        Assert.That(timers.QueuedCount, Is.LessThan(3000));
        Advance(100);
        Assert.That(expired, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void A_timer_that_was_swept_can_be_set_again()
    {
        var timer = Timer("a");
        timer.Schedule(100);
        timer.Cancel();
        for (var i = 0; i < 2000; i++)
            Timer("late").Schedule(1_000_000);

        timer.Schedule(100);
        Advance(100);

        Assert.That(expired, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void A_timer_that_is_due_again_at_once_does_not_hold_up_the_others()
    {
        var runs = 0;
        CoordinatorTimer? timer = null;
        timer = timers.Create(() =>
        {
            if (++runs < 1000)
                timer!.Schedule(0);
        });
        timer.Schedule(100);
        Timer("a").Schedule(100);
        time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.That(expired, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void A_time_beyond_what_a_clock_takes_is_waited_for()
    {
        Timer("a").Schedule(int.MaxValue * 2L);

        Advance(int.MaxValue);
        Assert.That(expired, Is.Empty);
        Advance(int.MaxValue);
        Assert.That(expired, Is.EqualTo(new[] { "a" }));
    }

    CoordinatorTimer Timer(string name) => timers.Create(() => expired.Add(name));

    void Advance(long milliseconds) => time.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
