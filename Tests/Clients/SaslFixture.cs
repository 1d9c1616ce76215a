namespace NettyKafka.Tests.Clients;

/// <summary>A broker whose listener wants its clients to authenticate; alice is configured.</summary>
public abstract class SaslFixture : BrokerFixture
{
    private protected const string User = "alice";
    private protected const string Password = "alice's secret";

    protected override string[] Overrides =>
    [
        "listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
        $"sasl.users={User}:{Password}",
        "listener.name.plaintext.oauthbearer.sasl.jaas.config=OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";",
    ];
}
