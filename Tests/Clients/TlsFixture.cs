using Confluent.Kafka;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Clients;

/// <summary>A broker with TLS, and the files of an authority that both sides trust. Clients may show a certificate, which says they are User:orders.</summary>
public abstract class TlsFixture : BrokerFixture
{
    const string KeyPassword = "of-the-key";

    readonly string directory = Directory.CreateTempSubdirectory("nettykafka-tls-").FullName;

    protected TlsFixture()
    {
        using var root = new TestCertificates();
        using var authority = root.Intermediate("CN=Intermediate CA");
        using var server = authority.IssueServer();
        using var client = authority.IssueClient("CN=Orders, O=Acme");
        Write("ca.pem", root.AuthorityPem);
        Write("server.pem", $"{TestCertificates.EncryptedKeyPem(server, KeyPassword)}\n{authority.ChainPem(server)}");
        Write("client.pem", authority.ChainPem(client));
        Write("client.key", TestCertificates.KeyPem(client));
    }

    private protected string AuthorityFile => PathOf("ca.pem");

    private protected string CertificateFile => PathOf("client.pem");

    private protected string KeyFile => PathOf("client.key");

    private protected virtual SecurityProtocol Protocol => SecurityProtocol.Ssl;

    protected override string[] Overrides =>
    [
        $"listener.security.protocol.map=PLAINTEXT:{(Protocol == SecurityProtocol.Ssl ? "SSL" : "SASL_SSL")}",
        "ssl.keystore.type=PEM", $"ssl.keystore.location={PathOf("server.pem")}", $"ssl.key.password={KeyPassword}",
        "ssl.truststore.type=PEM", $"ssl.truststore.location={AuthorityFile}", "ssl.client.auth=requested",
        "ssl.principal.mapping.rules=RULE:^CN=(.*?),.*$/$1/L,DEFAULT", "group.initial.rebalance.delay.ms=0",
    ];

    [OneTimeTearDown]
    public void DeleteFiles() => Directory.Delete(directory, recursive: true);

    private protected T Configure<T>(T config, bool withCertificate)
        where T : ClientConfig
    {
        config.BootstrapServers = BootstrapServers;
        config.SecurityProtocol = Protocol;
        config.SslCaLocation = AuthorityFile;
        config.SslCertificateLocation = withCertificate ? CertificateFile : null;
        config.SslKeyLocation = withCertificate ? KeyFile : null;
        return config;
    }

    string PathOf(string name) => Path.Combine(directory, name);

    void Write(string name, string text) => File.WriteAllText(PathOf(name), text);
}
