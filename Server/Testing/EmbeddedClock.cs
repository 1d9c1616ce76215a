namespace NettyKafka.Testing;

/// <summary>
/// A clock that runs as the system's does, and can be put forward: what was to happen until then happens at once. Timers that repeat fire once, not for every time that was
/// skipped.
/// </summary>
public sealed class EmbeddedClock : TimeProvider
{
    /// <summary>Left to what reckons with times to come.</summary>
    static readonly TimeSpan lastYear = TimeSpan.FromDays(366);

    readonly Lock gate = new();
    readonly HashSet<ClockTimer> timers = [];
    long skippedTicks;

    /// <summary>By how much the clock is ahead of the system's.</summary>
    public TimeSpan Skipped => TimeSpan.FromTicks(Volatile.Read(ref skippedTicks));

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Puts the clock forward; when this returns, all that was due by then has been started, the earliest first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Time does not go back, and ends with the year 9999.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        List<(ClockTimer Timer, long Due)> due;
        lock (gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(by, DateTimeOffset.MaxValue - GetUtcNow() - lastYear);
            Volatile.Write(ref skippedTicks, skippedTicks + by.Ticks);
            var now = GetTimestamp();
            due = [.. timers.Select(timer => (timer, timer.Due)).Where(entry => entry.Due <= now).OrderBy(entry => entry.Due)];
            foreach (var timer in timers.Where(timer => timer.Due > now))
                timer.Rearm(now);
        }

        foreach (var (timer, at) in due)
            timer.Fire(at);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Skipped;

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref skippedTicks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ClockTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>A timer of the system's that is set again when the clock is put forward. All of it changes under the clock's lock.</summary>
    sealed class ClockTimer : ITimer
    {
        const long Never = long.MaxValue;

        /// <summary>The longest time that a timer of the system's takes.</summary>
        const double MaxMs = uint.MaxValue - 2;

        readonly EmbeddedClock clock;
        readonly TimerCallback callback;
        readonly object? state;
        readonly ITimer timer;
        TimeSpan period;
        bool isDisposed;

        public ClockTimer(EmbeddedClock clock, TimerCallback callback, object? state)
        {
            (this.clock, this.callback, this.state) = (clock, callback, state);
            timer = System.CreateTimer(static self => ((ClockTimer)self!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public long Due { get; private set; } = Never;

        public bool Change(TimeSpan dueTime, TimeSpan nextPeriod)
        {
            lock (clock.gate)
            {
                if (isDisposed)
                    return false;
                period = nextPeriod;
                Set(dueTime == Timeout.InfiniteTimeSpan ? Never : clock.GetTimestamp() + dueTime.Ticks, clock.GetTimestamp());
                return true;
            }
        }

        public void Rearm(long now)
        {
            if (Due != Never)
                timer.Change(Left(now), Timeout.InfiniteTimeSpan);
        }

        /// <summary>Fires if it is still due as it was: whoever comes first, the system's timer or the clock that is put forward, fires it.</summary>
        public void Fire(long due)
        {
            lock (clock.gate)
            {
                if (isDisposed || Due != due)
                    return;
                var now = clock.GetTimestamp();
                Set(period > TimeSpan.Zero ? now + period.Ticks : Never, now);
            }

            callback(state);
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                isDisposed = true;
                clock.timers.Remove(this);
            }

            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        void OnTick()
        {
            long due;
            lock (clock.gate)
            {
                due = Due;
                // The system's timer may come a little early.
                if (due == Never || due > clock.GetTimestamp())
                {
                    Rearm(clock.GetTimestamp());
                    return;
                }
            }

            Fire(due);
        }

        void Set(long due, long now)
        {
            Due = due;
            if (due == Never)
                clock.timers.Remove(this);
            else
                clock.timers.Add(this);
            timer.Change(due == Never ? Timeout.InfiniteTimeSpan : Left(now), Timeout.InfiniteTimeSpan);
        }

        /// <summary>In whole milliseconds, as the system's timers count; what is further away is asked for again when that is over.</summary>
        TimeSpan Left(long now) => TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(TimeSpan.FromTicks(Math.Max(0, Due - now)).TotalMilliseconds), MaxMs));
    }
}
