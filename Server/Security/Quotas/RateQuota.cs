namespace NettyKafka.Server.Security.Quotas;

/// <summary>A quota on a rate, and what is left of it, as one request sees it.</summary>
public sealed class RateQuota
{
    readonly RateSensor sensor;
    readonly double limit;
    readonly QuotaClock clock;
    readonly QuotaWindow window;
    readonly long maxThrottleMs;

    internal RateQuota(RateSensor sensor, double limit, QuotaClock clock, QuotaWindow window, long maxThrottleMs) =>
        (this.sensor, this.limit, this.clock, this.window, this.maxThrottleMs) = (sensor, limit, clock, window, maxThrottleMs);

    /// <summary>The most that an empty window takes: anything larger is always throttled.</summary>
    public int MaxInWindow => (int)Math.Min(int.MaxValue, limit * (window.Samples - 1) * window.SampleMs / 1000);

    /// <summary>Records a use, and answers how long the client is throttled for it.</summary>
    public int Record(double value) => Bounded(sensor.Record(value, limit, clock.NowMs));

    /// <summary>Records a use if the quota has room for it; answers whether it has, and how long the client is throttled.</summary>
    public bool TryRecord(double value, out int throttleTimeMs)
    {
        var isRecorded = sensor.TryRecord(value, limit, clock.NowMs, out var throttleMs);
        throttleTimeMs = Bounded(throttleMs);
        return isRecorded;
    }

    int Bounded(long throttleMs) => (int)Math.Min(throttleMs, maxThrottleMs);
}
