using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>SASL on one listener, as it was configured when the listener was opened: none of it is altered while clients are connected.</summary>
public sealed class SaslListener(DynamicBrokerConfig config, string name, ClusterMetadata cluster, BlockingExecutor executor, TimeProvider time)
{
    readonly SaslMechanisms mechanisms = new(
        SaslConfig.Of(config.Current.Settings.OfOpenListeners(), name), DelegationTokenSecret.Of(config.Current.DelegationTokenSecretKey), cluster, executor, time);

    public SaslAuthentication Begin() => new(mechanisms, time);
}
