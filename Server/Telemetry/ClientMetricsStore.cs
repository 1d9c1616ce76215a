using System.Diagnostics.CodeAnalysis;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Telemetry.Otlp;

namespace NettyKafka.Server.Telemetry;

/// <summary>
/// The last value of every metric that clients have pushed, for some intervals after the last push. Bounded: each client has its share, all of them together
/// too, and what has a very long name is left out.
/// </summary>
public sealed class ClientMetricsStore
{
    const int MaxPerClient = 1000;
    const int MaxInTotal = 200_000;
    const int MaxNameLength = 1024;

    readonly Lock gate = new();
    readonly Dictionary<Uuid, Entry> entries = [];
    int count;

    /// <summary>The number of metrics kept.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return count;
        }
    }

    /// <summary>All of them as they are now.</summary>
    public List<ClientMetric> All()
    {
        lock (gate)
            return [.. from entry in entries.Values from metric in entry.Metrics select metric.Value];
    }

    internal void Put(ClientInstance instance, IEnumerable<MetricPoint> points, TimeSpan now)
    {
        lock (gate)
        {
            var entry = entries.GetValueOrDefault(instance.Metadata.ClientInstanceId);
            foreach (var point in points)
            {
                if (entry is null && !TryAdd(instance, out entry))
                    return;
                Put(entry, point);
            }
            if (entry is not null)
                (entry.Instance, entry.LastPush) = (instance, now);
        }
    }

    /// <summary>Anybody may make up instances: who pushes nothing is not kept, and of the others not more than clients are known.</summary>
    bool TryAdd(ClientInstance instance, [NotNullWhen(true)] out Entry? entry)
    {
        entry = entries.Count < ClientTelemetry.MaxInstances ? new(instance) : null;
        if (entry is not null)
            entries.Add(instance.Metadata.ClientInstanceId, entry);
        return entry is not null;
    }

    internal void Expire(TimeSpan now)
    {
        lock (gate)
        {
            foreach (var (id, entry) in entries)
            {
                if (!entry.IsExpired(now))
                    continue;
                count -= entry.Metrics.Count;
                entries.Remove(id);
            }
        }
    }

    void Put(Entry entry, MetricPoint point)
    {
        var key = (point.Name, point.Attributes);
        var isKnown = entry.Metrics.TryGetValue(key, out var metric);
        if (!isKnown && (entry.Metrics.Count >= MaxPerClient || count >= MaxInTotal || point.Name.Length + point.Attributes.Length > MaxNameLength))
            return;
        if (!isKnown)
            count++;
        entry.Metrics[key] = new(entry.Instance.Metadata, point.Name, point.Unit, point.IsMonotonic, point.Attributes, point.IsDelta ? metric.Value + point.Value : point.Value);
    }

    sealed class Entry(ClientInstance instance)
    {
        static readonly TimeSpan minExpiry = TimeSpan.FromMinutes(1);

        public Dictionary<(string Name, string Attributes), ClientMetric> Metrics { get; } = [];

        public ClientInstance Instance { get; set; } = instance;

        public TimeSpan LastPush { get; set; }

        public bool IsExpired(TimeSpan now) => (now - LastPush).TotalMilliseconds >= Math.Max(minExpiry.TotalMilliseconds, 3.0 * Instance.PushIntervalMs);
    }
}
