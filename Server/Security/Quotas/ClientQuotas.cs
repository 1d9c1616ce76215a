using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Quotas;

/// <summary>The quotas of a broker: what they are comes from the cluster's image at each use, what is used of them is counted here.</summary>
public sealed class ClientQuotas : IDisposable
{
    static readonly TimeSpan expiryInterval = TimeSpan.FromMinutes(1);

    readonly ITimer expiry;

    public ClientQuotas(ClusterMetadata cluster, BrokerConfig config, TimeProvider time)
    {
        var clock = new QuotaClock(time);
        var window = new QuotaWindow(config.QuotaWindowNum, config.QuotaWindowSizeSeconds * 1000L);
        var mutationWindow = new QuotaWindow(config.ControllerQuotaWindowNum, config.ControllerQuotaWindowSizeSeconds * 1000L);
        var produce = Rates(cluster, ClientQuotaKeys.ProducerByteRate, window);
        var fetch = Rates(cluster, ClientQuotaKeys.ConsumerByteRate, window);
        var request = Rates(cluster, ClientQuotaKeys.RequestPercentage, window);
        var mutations = new QuotaSensors<TokenBucket>(cluster, ClientQuotaKeys.ControllerMutationRate, () => new(mutationWindow));
        Produce = new(produce, clock, window);
        Fetch = new(fetch, clock, window);
        // As in Kafka: a client that has used too much time is not kept from its heartbeats for longer than a sample.
        Request = new(new(request, clock, window, window.SampleMs), time);
        ControllerMutation = new(mutations, clock);
        ConnectionCreation = new(cluster, clock, window);
        expiry = time.CreateTimer(_ => Expire(), null, expiryInterval, expiryInterval);

        void Expire()
        {
            var now = clock.NowMs;
            produce.Expire(now);
            fetch.Expire(now);
            request.Expire(now);
            mutations.Expire(now);
            ConnectionCreation.Expire(now);
        }
    }

    /// <summary>Bytes of produce requests.</summary>
    public RateQuotas Produce { get; }

    /// <summary>Bytes of fetched records.</summary>
    public RateQuotas Fetch { get; }

    /// <summary>Time that requests take of a thread.</summary>
    public RequestTimeQuotas Request { get; }

    /// <summary>Partitions created and deleted.</summary>
    public MutationQuotas ControllerMutation { get; }

    /// <summary>Connections opened.</summary>
    public ConnectionRateQuotas ConnectionCreation { get; }

    public void Dispose() => expiry.Dispose();

    static QuotaSensors<RateSensor> Rates(ClusterMetadata cluster, string key, QuotaWindow window) => new(cluster, key, () => new(window));
}
