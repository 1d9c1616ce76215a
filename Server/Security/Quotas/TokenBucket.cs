namespace NettyKafka.Server.Security.Quotas;

/// <summary>Tokens that flow in at the rate of a quota, up to what a whole window brings. It may be overdrawn once; then it has to be waited for.</summary>
sealed class TokenBucket(QuotaWindow window) : IQuotaSensor
{
    readonly Lock gate = new();
    double tokens = double.PositiveInfinity;
    double lastLimit = 1;
    long lastUpdateMs;

    /// <summary>Takes tokens unless the bucket is overdrawn; answers how long to wait.</summary>
    public long TryTake(double count, double limit, long nowMs)
    {
        lock (gate)
        {
            Refill(limit, nowMs);
            if (tokens < 0)
                return ThrottleMs(limit);
            tokens -= count;
            return 0;
        }
    }

    /// <summary>Takes tokens whatever there is; answers how long to wait if that overdraws the bucket.</summary>
    public long Take(double count, double limit, long nowMs)
    {
        lock (gate)
        {
            Refill(limit, nowMs);
            tokens -= count;
            return tokens < 0 ? ThrottleMs(limit) : 0;
        }
    }

    public bool IsIdle(long nowMs)
    {
        lock (gate)
        {
            Refill(lastLimit, nowMs);
            return tokens >= BurstOf(lastLimit);
        }
    }

    void Refill(double limit, long nowMs)
    {
        tokens = Math.Min(BurstOf(limit), tokens + (limit * (nowMs - lastUpdateMs) / 1000));
        (lastLimit, lastUpdateMs) = (limit, nowMs);
    }

    double BurstOf(double limit) => limit * window.LengthMs / 1000;

    long ThrottleMs(double limit) => (long)Math.Round(-tokens / limit * 1000, MidpointRounding.AwayFromZero);
}
