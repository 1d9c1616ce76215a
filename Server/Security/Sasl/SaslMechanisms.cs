using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>The SASL mechanisms of one listener, with where each finds its users.</summary>
public sealed class SaslMechanisms(SaslConfig config, DelegationTokenSecret? tokenSecret, ClusterMetadata cluster, BlockingExecutor executor, TimeProvider time)
{
    readonly OAuthBearerTokens? tokens = config.OAuth is { } oauth ? new(oauth, time) : null;
    readonly ScramCredentials scram = new(cluster, config.Users, tokenSecret, executor, time);

    public SaslConfig Config => config;

    public SaslServer Create(string mechanism) => mechanism switch
    {
        SaslConfig.Plain => new PlainSaslServer(config.PlainUsers),
        SaslConfig.ScramSha256 or SaslConfig.ScramSha512 => new ScramSaslServer(ScramFormatter.Of(mechanism), mechanism, scram),
        SaslConfig.OAuthBearer => new OAuthBearerSaslServer(tokens!),
        _ => throw new ArgumentOutOfRangeException(nameof(mechanism), mechanism, "It is not enabled."),
    };
}
