using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>SASL on one listener: a new connection meets what is configured when it comes, one that is there keeps what it met.</summary>
public sealed class SaslListener(DynamicBrokerConfig config, string name, ClusterMetadata cluster, BlockingExecutor executor, TimeProvider time)
{
    readonly Lock gate = new();
    BrokerConfig? configured;
    SaslMechanisms? mechanisms;

    public SaslAuthentication Begin() => new(Mechanisms, time);

    SaslMechanisms Mechanisms
    {
        get
        {
            lock (gate)
            {
                if (configured != config.Current)
                    (configured, mechanisms) = (config.Current, Create(config.Current));
                return mechanisms!;
            }
        }
    }

    SaslMechanisms Create(BrokerConfig current) =>
        new(SaslConfig.Of(current.Settings, name), DelegationTokenSecret.Of(current.DelegationTokenSecretKey), cluster, executor, time);
}
