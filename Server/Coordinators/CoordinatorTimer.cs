namespace NettyKafka.Server.Coordinators;

/// <summary>Runs something in its coordinator's turn at a set time; set again, only the new time counts.</summary>
public sealed class CoordinatorTimer
{
    readonly CoordinatorTimers timers;
    readonly Action expired;

    internal CoordinatorTimer(CoordinatorTimers timers, Action expired)
    {
        this.timers = timers;
        this.expired = expired;
    }

    public bool IsScheduled => DeadlineMs is not null;

    /// <summary>When it expires; null while it is not set.</summary>
    internal long? DeadlineMs { get; private set; }

    /// <summary>When the earliest entry of it in the queue is due; only then is its deadline looked at again.</summary>
    internal long? QueuedForMs { get; set; }

    public void Schedule(long delayMs)
    {
        DeadlineMs = timers.NowMs + delayMs;
        timers.Enqueue(this, DeadlineMs.Value);
    }

    public void Cancel() => DeadlineMs = null;

    internal void Expire()
    {
        DeadlineMs = null;
        expired();
    }
}
