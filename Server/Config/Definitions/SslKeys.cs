using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: TLS of listeners.</summary>
static class SslKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Boolean("ssl.allow.dn.changes", false, Low),
        Boolean("ssl.allow.san.changes", false, Low),
        List("ssl.cipher.suites", "", Medium).PerBroker(),
        Text("ssl.client.auth", "none", Medium, In("required", "requested", "none")).PerBroker(),
        List("ssl.enabled.protocols", "TLSv1.2,TLSv1.3", Medium).PerBroker(),
        Text("ssl.endpoint.identification.algorithm", "https", Low).PerBroker(),
        Class("ssl.engine.factory.class", null, Low).PerBroker(),
        Password("ssl.key.password", null, Medium).PerBroker(),
        Text("ssl.keymanager.algorithm", "SunX509", Medium).PerBroker(),
        Password("ssl.keystore.certificate.chain", null, Medium).PerBroker(),
        Password("ssl.keystore.key", null, Medium).PerBroker(),
        Text("ssl.keystore.location", null, Medium).PerBroker(),
        Password("ssl.keystore.password", null, Medium).PerBroker(),
        Text("ssl.keystore.type", "JKS", Medium).PerBroker(),
        Text("ssl.principal.mapping.rules", "DEFAULT", Low),
        Text("ssl.protocol", "TLSv1.3", Medium).PerBroker(),
        Text("ssl.provider", null, Medium).PerBroker(),
        Text("ssl.secure.random.implementation", null, Low).PerBroker(),
        Text("ssl.trustmanager.algorithm", "PKIX", Medium).PerBroker(),
        Password("ssl.truststore.certificates", null, Medium).PerBroker(),
        Text("ssl.truststore.location", null, Medium).PerBroker(),
        Password("ssl.truststore.password", null, Medium).PerBroker(),
        Text("ssl.truststore.type", "JKS", Medium).PerBroker(),
    ];
}
