using System.Collections.Concurrent;
using System.Net;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security.Quotas;

/// <summary>How many connections per second an address may open.</summary>
public sealed class ConnectionRateQuotas
{
    readonly ClusterMetadata cluster;
    readonly QuotaClock clock;
    readonly QuotaWindow window;
    readonly ConcurrentDictionary<IPAddress, RateSensor> sensors = new();
    ConnectionRateLimits limits = ConnectionRateLimits.None;

    internal ConnectionRateQuotas(ClusterMetadata cluster, QuotaClock clock, QuotaWindow window) => (this.cluster, this.clock, this.window) = (cluster, clock, window);

    public int Count => sensors.Count;

    /// <summary>Records a connection if its address may open one; otherwise answers for how long the address is throttled.</summary>
    public bool TryRecord(IPAddress address, out int throttleTimeMs)
    {
        throttleTimeMs = 0;
        if (Limits.Find(address) is not { } limit)
            return true;
        var sensor = sensors.GetOrAdd(address, static (_, window) => new(window), window);
        var isRecorded = sensor.TryRecord(1, limit, clock.NowMs, out var throttleMs);
        throttleTimeMs = isRecorded ? 0 : (int)Math.Min(throttleMs, window.SampleMs);
        return isRecorded;
    }

    internal void Expire(long nowMs)
    {
        foreach (var (address, sensor) in sensors)
        {
            if (sensor.IsIdle(nowMs))
                sensors.TryRemove(address, out _);
        }
    }

    ConnectionRateLimits Limits
    {
        get
        {
            var image = cluster.Image.ClientQuotas;
            var known = Volatile.Read(ref limits);
            if (ReferenceEquals(known.Image, image))
                return known;
            known = ConnectionRateLimits.Of(image);
            Volatile.Write(ref limits, known);
            return known;
        }
    }
}
