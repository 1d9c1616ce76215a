using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: who may connect and what they may do.</summary>
static class SecurityKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Text("authorizer.class.name", "", Low, NonNullString).Used("Turns on access control by ACLs. Only Kafka's StandardAuthorizer is known by this name; empty: everybody may do everything."),
        Int("connection.failed.authentication.delay.ms", 100, Low, AtLeast(0)).Used("How long the answer to a failed authentication waits."),
        Long("connections.max.reauth.ms", 0, Medium).Used("After which time a client has to authenticate again; 0 never."),
        Long("delegation.token.expiry.check.interval.ms", 3_600_000, Low, AtLeast(1)).Used("How often expired delegation tokens are removed."),
        Long("delegation.token.expiry.time.ms", 86_400_000, Medium, AtLeast(1)).Used("Time after which a delegation token has to be renewed."),
        Long("delegation.token.max.lifetime.ms", 604_800_000, Medium, AtLeast(1)).Used("Time after which a delegation token cannot be renewed any more."),
        Password("delegation.token.secret.key", null, Medium).Used("Turns on delegation tokens: what their HMACs are made with."),
        Class("principal.builder.class", "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder", Medium).PerBroker(),
        Text("security.inter.broker.protocol", "PLAINTEXT", Medium, In("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")),
        Text("security.providers", null, Low),
    ];
}
