using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: SASL of listeners.</summary>
static class SaslKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Class("sasl.client.callback.handler.class", null, Medium),
        List("sasl.enabled.mechanisms", "GSSAPI", Medium).PerBroker().Used("Which of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER a listener with SASL offers; GSSAPI is not served."),
        Password("sasl.jaas.config", null, Medium).PerBroker().Used("Of a listener and a mechanism (listener.name.x.plain.sasl.jaas.config): its login module, with the users of PLAIN as user_NAME options."),
        Text("sasl.kerberos.kinit.cmd", "/usr/bin/kinit", Medium).PerBroker(),
        Long("sasl.kerberos.min.time.before.relogin", 60_000, Medium).PerBroker(),
        List("sasl.kerberos.principal.to.local.rules", "DEFAULT", Medium).PerBroker(),
        Text("sasl.kerberos.service.name", null, Medium).PerBroker(),
        Double("sasl.kerberos.ticket.renew.jitter", 0.05, Medium).PerBroker(),
        Double("sasl.kerberos.ticket.renew.window.factor", 0.8, Medium).PerBroker(),
        Class("sasl.login.callback.handler.class", null, Medium),
        Class("sasl.login.class", null, Medium),
        Int("sasl.login.connect.timeout.ms", null, Low),
        Int("sasl.login.read.timeout.ms", null, Low),
        Short("sasl.login.refresh.buffer.seconds", 300, Medium).PerBroker(),
        Short("sasl.login.refresh.min.period.seconds", 60, Medium).PerBroker(),
        Double("sasl.login.refresh.window.factor", 0.8, Medium).PerBroker(),
        Double("sasl.login.refresh.window.jitter", 0.05, Medium).PerBroker(),
        Long("sasl.login.retry.backoff.max.ms", 10_000, Low),
        Long("sasl.login.retry.backoff.ms", 100, Low),
        Text("sasl.mechanism.controller.protocol", "GSSAPI", High),
        Text("sasl.mechanism.inter.broker.protocol", "GSSAPI", Medium).PerBroker(),
        Text("sasl.oauthbearer.assertion.algorithm", "RS256", Medium, InIgnoringCase("ES256", "RS256")),
        Text("sasl.oauthbearer.assertion.claim.aud", null, Medium),
        Int("sasl.oauthbearer.assertion.claim.exp.seconds", 300, Low, Between(0, 86400)),
        Text("sasl.oauthbearer.assertion.claim.iss", null, Medium),
        Boolean("sasl.oauthbearer.assertion.claim.jti.include", false, Medium),
        Int("sasl.oauthbearer.assertion.claim.nbf.seconds", 60, Low, Between(0, 3600)),
        Text("sasl.oauthbearer.assertion.claim.sub", null, Medium),
        Text("sasl.oauthbearer.assertion.file", null, Medium),
        Text("sasl.oauthbearer.assertion.private.key.file", null, Medium),
        Password("sasl.oauthbearer.assertion.private.key.passphrase", null, Medium),
        Text("sasl.oauthbearer.assertion.template.file", null, Medium),
        Text("sasl.oauthbearer.client.credentials.client.id", null, Medium),
        Password("sasl.oauthbearer.client.credentials.client.secret", null, Medium),
        Int("sasl.oauthbearer.clock.skew.seconds", 30, Low).Used("By how much the clocks of who issues tokens and of the broker may differ."),
        List("sasl.oauthbearer.expected.audience", "", Low).Used("Of which one has to be among a token's audience; empty accepts any."),
        Text("sasl.oauthbearer.expected.issuer", null, Low).Used("Who has to have issued a token; unset accepts anyone whose key is known."),
        Long("sasl.oauthbearer.jwks.endpoint.refresh.ms", 3_600_000, Low).Used("How often the keys are read again."),
        Long("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", 10_000, Low),
        Long("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", 100, Low),
        Text("sasl.oauthbearer.jwks.endpoint.url", null, Medium).Used("Where the keys are that tokens are signed with: a file: or https: URL."),
        Class("sasl.oauthbearer.jwt.retriever.class", "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", Medium),
        Class("sasl.oauthbearer.jwt.validator.class", "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", Medium),
        Text("sasl.oauthbearer.scope", null, Medium),
        Text("sasl.oauthbearer.scope.claim.name", "scope", Low).Used("The claim with a token's scopes."),
        Text("sasl.oauthbearer.sub.claim.name", "sub", Low).Used("The claim with the user's name."),
        Text("sasl.oauthbearer.token.endpoint.url", null, Medium),
        Class("sasl.server.callback.handler.class", null, Medium),
        Int("sasl.server.max.receive.size", 524_288, Medium).Used("The largest frame of a client that has not authenticated yet."),
    ];
}
