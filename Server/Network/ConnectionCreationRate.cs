namespace NettyKafka.Server.Network;

/// <summary>
/// Spreads new connections so that no more than so many a second are served. As in Kafka's window of ten seconds the connections of a quiet time can come at once;
/// each one more than that is delayed until it is within the rate.
/// </summary>
sealed class ConnectionCreationRate(TimeProvider time)
{
    static readonly TimeSpan window = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly long started = time.GetTimestamp();
    TimeSpan paidUntil;

    /// <summary>Counts a connection, and answers how long it has to wait.</summary>
    public TimeSpan Admit(int connectionsPerSecond)
    {
        if (connectionsPerSecond == int.MaxValue)
            return TimeSpan.Zero;
        lock (gate)
        {
            var now = time.GetElapsedTime(started);
            paidUntil = (paidUntil > now ? paidUntil : now) + (TimeSpan.FromSeconds(1) / Math.Max(1, connectionsPerSecond));
            var delay = paidUntil - now - window;
            return delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
        }
    }
}
