namespace NettyKafka.Server.Coordinators;

/// <summary>
/// All timers of one shard on one of the clock's. Setting a timer later, as each heartbeat does, costs nothing: its entry in the queue stays where it is until it is due.
/// </summary>
public sealed class CoordinatorTimers : IDisposable
{
    const int FirstSweep = 1024;

    readonly PriorityQueue<CoordinatorTimer, (long DueMs, long Order)> queue = new();
    readonly TimeProvider time;
    readonly ITimer clock;
    readonly long origin;
    long order;
    int nextSweep = FirstSweep;
    long? clockDueMs;

    /// <param name="time">The clock.</param>
    /// <param name="due">Called on any thread when something is due: has to bring <see cref="RunDue"/> into the shard's turn.</param>
    public CoordinatorTimers(TimeProvider time, Action due)
    {
        this.time = time;
        origin = time.GetTimestamp();
        clock = time.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Of the monotonic clock: setting the machine's time ends nobody's session.</summary>
    internal long NowMs => (long)time.GetElapsedTime(origin).TotalMilliseconds;

    public CoordinatorTimer Create(Action expired) => new(this, expired);

    public void RunDue()
    {
        clockDueMs = null;
        // What is set while they run has its own turn, be it due at once.
        var before = order;
        while (queue.TryPeek(out var timer, out var entry) && entry.DueMs <= NowMs && entry.Order < before)
        {
            queue.Dequeue();
            if (timer.QueuedForMs != entry.DueMs)
                continue;
            timer.QueuedForMs = null;
            if (timer.DeadlineMs is not { } deadline)
                continue;
            if (deadline > NowMs)
                Enqueue(timer, deadline);
            else
                timer.Expire();
        }

        Arm();
    }

    public void Dispose() => clock.Dispose();

    /// <summary>Entries of timers, those among them that were cancelled or set earlier since.</summary>
    internal int QueuedCount => queue.Count;

    internal void Enqueue(CoordinatorTimer timer, long deadlineMs)
    {
        if (timer.QueuedForMs <= deadlineMs)
            return;
        if (queue.Count >= nextSweep)
            RemoveCancelled();
        timer.QueuedForMs = deadlineMs;
        queue.Enqueue(timer, (deadlineMs, order++));
        Arm();
    }

    /// <summary>A client chooses its timeouts: what is cancelled is not kept until then. Looked for when the queue has doubled.</summary>
    void RemoveCancelled()
    {
        var live = queue.UnorderedItems.Where(item => item.Element.IsScheduled && item.Element.QueuedForMs == item.Priority.DueMs).ToArray();
        foreach (var (timer, _) in queue.UnorderedItems)
        {
            if (!timer.IsScheduled)
                timer.QueuedForMs = null;
        }

        queue.Clear();
        queue.EnqueueRange(live);
        nextSweep = Math.Max(FirstSweep, 2 * queue.Count);
    }

    void Arm()
    {
        if (!queue.TryPeek(out _, out var first) || clockDueMs <= first.DueMs)
            return;
        clockDueMs = first.DueMs;
        clock.Change(TimeSpan.FromMilliseconds(Math.Clamp(first.DueMs - NowMs, 0, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }
}
