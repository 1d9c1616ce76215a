using System.Collections.Concurrent;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security.Quotas;

/// <summary>The sensors of one key of quotas, made when somebody who has a limit comes, and given up when they say no more than a new one would.</summary>
sealed class QuotaSensors<TSensor>(ClusterMetadata cluster, string key, Func<TSensor> create)
    where TSensor : class, IQuotaSensor
{
    readonly ConcurrentDictionary<QuotaSubject, TSensor> sensors = new();
    ClientQuotaLimits limits = ClientQuotaLimits.None;

    public int Count => sensors.Count;

    public bool IsEnabled => !Limits.IsEmpty;

    public TSensor? Find(string user, string? clientId, out double limit)
    {
        var current = Limits;
        if (current.IsEmpty || !current.TryFind(user, clientId ?? "", out limit, out var subject))
        {
            limit = 0;
            return null;
        }

        return sensors.GetOrAdd(subject, static (_, make) => make(), create);
    }

    /// <summary>Forgets who is idle. What is recorded of somebody at the same moment may be lost: no average notices.</summary>
    public void Expire(long nowMs)
    {
        foreach (var (subject, sensor) in sensors)
        {
            if (sensor.IsIdle(nowMs))
                sensors.TryRemove(subject, out _);
        }
    }

    ClientQuotaLimits Limits
    {
        get
        {
            var image = cluster.Image.ClientQuotas;
            var known = Volatile.Read(ref limits);
            if (ReferenceEquals(known.Image, image))
                return known;
            known = ClientQuotaLimits.Of(image, key);
            Volatile.Write(ref limits, known);
            return known;
        }
    }
}
