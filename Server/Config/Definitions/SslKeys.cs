using static NettyKafka.Server.Config.ConfigKey;
using static NettyKafka.Server.Config.ConfigValidator;
using static NettyKafka.Server.Config.Importance;

namespace NettyKafka.Server.Config.Definitions;

/// <summary>Broker configs: TLS of listeners.</summary>
static class SslKeys
{
    public static readonly ConfigKey[] Keys =
    [
        Boolean("ssl.allow.dn.changes", false, Low).Used("Whether a key store that is altered may have another distinguished name."),
        Boolean("ssl.allow.san.changes", false, Low).Used("Whether a key store that is altered may lack subject alternative names of the one before."),
        List("ssl.cipher.suites", "", Medium).PerBroker().Used("The cipher suites that are offered, by their IANA names; empty leaves them to the system's TLS library."),
        Text("ssl.client.auth", "none", Medium, In("required", "requested", "none")).PerBroker().Used("Whether clients of SSL listeners show a certificate: none, requested or required."),
        List("ssl.enabled.protocols", "TLSv1.2,TLSv1.3", Medium).PerBroker().Used("The protocols that are offered: TLSv1.2, TLSv1.3."),
        Text("ssl.endpoint.identification.algorithm", "https", Low).PerBroker(),
        Class("ssl.engine.factory.class", null, Low).PerBroker(),
        Password("ssl.key.password", null, Medium).PerBroker().Used("Password of an encrypted private key in PEM."),
        Text("ssl.keymanager.algorithm", "SunX509", Medium).PerBroker(),
        Password("ssl.keystore.certificate.chain", null, Medium).PerBroker().Used("The broker's certificate and those of its issuers, in PEM."),
        Password("ssl.keystore.key", null, Medium).PerBroker().Used("The broker's private key, in PEM."),
        Text("ssl.keystore.location", null, Medium).PerBroker().Used("File with the broker's private key and certificate chain; read again when it changes."),
        Password("ssl.keystore.password", null, Medium).PerBroker().Used("Password of a PKCS12 key store."),
        Text("ssl.keystore.type", "JKS", Medium).PerBroker().Used("PEM or PKCS12. The file itself decides between them; JKS is refused."),
        Text("ssl.principal.mapping.rules", "DEFAULT", Low).Used("What of a client certificate's distinguished name is the name of the user."),
        Text("ssl.protocol", "TLSv1.3", Medium).PerBroker(),
        Text("ssl.provider", null, Medium).PerBroker(),
        Text("ssl.secure.random.implementation", null, Low).PerBroker(),
        Text("ssl.trustmanager.algorithm", "PKIX", Medium).PerBroker(),
        Password("ssl.truststore.certificates", null, Medium).PerBroker().Used("Certificates of the issuers that clients are trusted of, in PEM."),
        Text("ssl.truststore.location", null, Medium).PerBroker().Used("File with those certificates; read again when it changes. Without any the system's are trusted."),
        Password("ssl.truststore.password", null, Medium).PerBroker().Used("Password of a PKCS12 trust store."),
        Text("ssl.truststore.type", "JKS", Medium).PerBroker().Used("PEM or PKCS12, as ssl.keystore.type."),
    ];
}
