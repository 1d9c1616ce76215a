namespace NettyKafka.Server.Security.Quotas;

/// <summary>What is used of a quota per second. What goes over it has to be waited for, until the average is back at the quota.</summary>
sealed class RateSensor(QuotaWindow window) : IQuotaSensor
{
    readonly Lock gate = new();
    readonly SampledRate rate = new(window);

    public double Measure(long nowMs)
    {
        lock (gate)
            return rate.Measure(nowMs);
    }

    /// <summary>Records a use, and answers how long to wait for it.</summary>
    public long Record(double value, double limit, long nowMs)
    {
        lock (gate)
        {
            rate.Record(value, nowMs);
            return ThrottleMs(limit, nowMs);
        }
    }

    /// <summary>
    /// Records a use if it is within the quota; answers how long to wait, and whether it was recorded. One that is too much even for an empty window is recorded:
    /// it would never be otherwise.
    /// </summary>
    public bool TryRecord(double value, double limit, long nowMs, out long throttleMs)
    {
        lock (gate)
        {
            var isUnused = rate.Measure(nowMs) <= 0;
            rate.Record(value, nowMs);
            throttleMs = ThrottleMs(limit, nowMs);
            if (throttleMs == 0 || isUnused)
                return true;
            rate.Record(-value, nowMs);
            return false;
        }
    }

    public bool IsIdle(long nowMs)
    {
        lock (gate)
            return rate.IsEmpty(nowMs);
    }

    /// <summary>With a rate O over a window W, a wait X brings it down to the limit T where O * W / (W + X) = T.</summary>
    long ThrottleMs(double limit, long nowMs)
    {
        var measured = rate.Measure(nowMs);
        return measured <= limit ? 0 : (long)Math.Round((measured - limit) / limit * rate.MeasuredMs(nowMs), MidpointRounding.AwayFromZero);
    }
}
