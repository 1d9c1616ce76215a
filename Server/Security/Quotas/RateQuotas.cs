namespace NettyKafka.Server.Security.Quotas;

/// <summary>The quotas of all clients on something that has a rate.</summary>
public sealed class RateQuotas
{
    readonly QuotaSensors<RateSensor> sensors;
    readonly QuotaClock clock;
    readonly QuotaWindow window;
    readonly long maxThrottleMs;

    internal RateQuotas(QuotaSensors<RateSensor> sensors, QuotaClock clock, QuotaWindow window, long maxThrottleMs = int.MaxValue) =>
        (this.sensors, this.clock, this.window, this.maxThrottleMs) = (sensors, clock, window, maxThrottleMs);

    /// <summary>False while nobody has such a quota: then there is nothing to measure.</summary>
    public bool IsEnabled => sensors.IsEnabled;

    /// <summary>How many of those who share a quota are remembered.</summary>
    public int Count => sensors.Count;

    /// <summary>The quota that counts for a client; null if none does.</summary>
    public RateQuota? Find(string user, string? clientId) =>
        sensors.Find(user, clientId, out var limit) is { } sensor ? new(sensor, limit, clock, window, maxThrottleMs) : null;
}
