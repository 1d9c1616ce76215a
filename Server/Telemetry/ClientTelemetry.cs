using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Telemetry;

/// <summary>
/// Metrics that clients push (KIP-714): who is subscribed to which, and what they have said last. Subscriptions are the configs of the resources of the
/// type client-metrics. What may come early, and what is refused, is as in Kafka.
/// </summary>
public sealed class ClientTelemetry : IDisposable
{
    internal const int MaxInstances = 16_384;

    static readonly TimeSpan expiryInterval = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly ClusterMetadata cluster;
    readonly TimeProvider time;
    readonly long started;
    readonly ITimer expiry;
    readonly ClientInstances instances = new(MaxInstances);
    ClientMetricsSubscriptions subscriptions = ClientMetricsSubscriptions.None;

    public ClientTelemetry(ClusterMetadata cluster, BrokerConfig config, TimeProvider time)
    {
        this.cluster = cluster;
        this.time = time;
        started = time.GetTimestamp();
        MaxBytes = config.TelemetryMaxBytes;
        expiry = time.CreateTimer(_ => Expire(), null, expiryInterval, expiryInterval);
    }

    public int MaxBytes { get; }

    /// <summary>What the clients have pushed last.</summary>
    public ClientMetricsStore Store { get; } = new();

    public int InstanceCount
    {
        get
        {
            lock (gate)
                return instances.Count;
        }
    }

    /// <summary>Whether anyone is subscribed to clients' metrics.</summary>
    public bool HasSubscriptions
    {
        get
        {
            lock (gate)
                return !(subscriptions = subscriptions.At(cluster.Image)).IsEmpty;
        }
    }

    /// <summary>What a client is to push; without an id it is given one. It is forgotten when the connection closes.</summary>
    public TelemetrySubscription Get(ClientInstanceMetadata client, CancellationToken closed)
    {
        if (client.ClientInstanceId.IsZero)
            client = client with { ClientInstanceId = Uuid.Random() };
        lock (gate)
        {
            var instance = Use(client, closed);
            if (!instance.TryGet(Now))
                return TelemetrySubscription.Failed(ErrorCode.ThrottlingQuotaExceeded);
            instance.LastKnownError = ErrorCode.None;
            return new(ErrorCode.None, client.ClientInstanceId, instance.SubscriptionId, instance.PushIntervalMs, instance.Metrics);
        }
    }

    /// <summary>Whether a push is as it was agreed on, and what to do with its metrics.</summary>
    public TelemetryPush Push(ClientInstanceMetadata client, int subscriptionId, bool isTerminating, sbyte compressionType, int sizeInBytes, CancellationToken closed)
    {
        if (client.ClientInstanceId.IsZero || client.ClientInstanceId == Uuid.MetadataTopicId)
            return new(ErrorCode.InvalidRequest, null, this);
        lock (gate)
        {
            var instance = Use(client, closed);
            var error = Check(instance, subscriptionId, isTerminating, compressionType, sizeInBytes);
            instance.IsTerminating = isTerminating;
            instance.LastKnownError = error;
            return new(error, instance, this);
        }
    }

    public void Dispose() => expiry.Dispose();

    internal void Failed(ClientInstance instance, ErrorCode error)
    {
        lock (gate)
            instance.LastKnownError = error;
    }

    internal TimeSpan Now => time.GetElapsedTime(started);

    ErrorCode Check(ClientInstance instance, int subscriptionId, bool isTerminating, sbyte compressionType, int sizeInBytes)
    {
        if (instance.IsTerminating)
            return ErrorCode.InvalidRequest;
        if (!instance.TryPush(Now) && !isTerminating)
            return ErrorCode.ThrottlingQuotaExceeded;
        if (subscriptionId != instance.SubscriptionId)
            return ErrorCode.UnknownSubscriptionId;
        if (!TelemetryPush.IsSupported(compressionType))
            return ErrorCode.UnsupportedCompressionType;
        return sizeInBytes > MaxBytes ? ErrorCode.TelemetryTooLarge : ErrorCode.None;
    }

    /// <summary>An instance whose subscriptions have changed begins anew: it may ask, and push, at once.</summary>
    ClientInstance Use(ClientInstanceMetadata client, CancellationToken closed)
    {
        subscriptions = subscriptions.At(cluster.Image);
        var known = instances.Find(client.ClientInstanceId);
        var instance = known is not null && known.SubscriptionVersion == subscriptions.Version ? known : new ClientInstance(known?.Metadata ?? client, subscriptions);
        instances.Use(instance, Now);
        if (instance != known)
            instance.OnClosed = closed.UnsafeRegister(static (state, _) => ((Action)state!)(), () => Forget(instance));
        return instance;
    }

    void Forget(ClientInstance instance)
    {
        lock (gate)
            instances.Remove(instance);
    }

    void Expire()
    {
        lock (gate)
            instances.Expire(Now);
        Store.Expire(Now);
    }
}
