using System.Globalization;
using System.Text;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Telemetry;

/// <summary>A client that pushes metrics: what it is subscribed to, and when it was last heard of. Used under the lock of <see cref="ClientTelemetry"/>, but for what never changes.</summary>
sealed class ClientInstance
{
    static readonly TimeSpan minExpiry = TimeSpan.FromMinutes(1);

    readonly TimeSpan interval;
    TimeSpan? lastGet;
    TimeSpan? lastPush;
    bool hasGotSincePush;

    public ClientInstance(ClientInstanceMetadata metadata, ClientMetricsSubscriptions subscriptions)
    {
        Metadata = metadata;
        SubscriptionVersion = subscriptions.Version;
        PushIntervalMs = ClientMetricsSubscription.DefaultIntervalMs;
        var wanted = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var subscription in subscriptions.For(metadata))
        {
            wanted.UnionWith(subscription.Metrics);
            PushIntervalMs = Math.Min(PushIntervalMs, subscription.IntervalMs);
        }

        Metrics = wanted.Contains(ClientMetricsSubscription.AllMetrics) ? [ClientMetricsSubscription.AllMetrics] : [.. wanted];
        SubscriptionId = SubscriptionIdOf(Metrics, PushIntervalMs, metadata.ClientInstanceId);
        interval = TimeSpan.FromMilliseconds(PushIntervalMs);
    }

    public ClientInstanceMetadata Metadata { get; }

    public int SubscriptionVersion { get; }

    public int SubscriptionId { get; }

    public string[] Metrics { get; }

    public int PushIntervalMs { get; }

    public ErrorCode LastKnownError { get; set; }

    public bool IsTerminating { get; set; }

    /// <summary>Gives it up when its connection closes; unregistered when it is given up before.</summary>
    public CancellationTokenRegistration OnClosed { get; set; }

    public TimeSpan LastUsed { get; set; }

    public bool IsExpired(TimeSpan now) => now - LastUsed >= TimeSpan.FromTicks(Math.Max(minExpiry.Ticks, 3 * interval.Ticks));

    public bool IsSubscribedTo(string metric) => Array.Exists(Metrics, prefix => prefix == ClientMetricsSubscription.AllMetrics || metric.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>False for a client that asks before its interval is over, unless it has just been told to ask again.</summary>
    public bool TryGet(TimeSpan now)
    {
        var last = lastPush is null || lastGet > lastPush ? lastGet : lastPush;
        if (now - last < interval && LastKnownError is not (ErrorCode.UnknownSubscriptionId or ErrorCode.UnsupportedCompressionType))
            return false;
        (lastGet, hasGotSincePush) = (now, true);
        return true;
    }

    /// <summary>False for a client that pushes before its interval is over. The first push may come at any time: clients spread theirs by chance.</summary>
    public bool TryPush(TimeSpan now)
    {
        if (!hasGotSincePush && now - lastPush < interval)
            return false;
        (lastPush, hasGotSincePush) = (now, false);
        return true;
    }

    static int SubscriptionIdOf(string[] metrics, int intervalMs, Uuid id)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"[{string.Join(", ", metrics)}]{intervalMs}");
        var bits = id.MostSignificantBits ^ id.LeastSignificantBits;
        return unchecked((int)Crc32C.Compute(Encoding.UTF8.GetBytes(text)) ^ (int)(bits >> 32) ^ (int)bits);
    }
}
