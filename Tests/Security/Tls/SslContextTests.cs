using System.Security.Cryptography.X509Certificates;
using System.Text;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security.Tls;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Security.Tls;

/// <summary>Key stores and trust stores: those that work, and what is said of those that do not.</summary>
public sealed class SslContextTests : IDisposable
{
    const string Location = "/etc/kafka/server.pem";
    const string TruststoreLocation = "/etc/kafka/clients.pem";

    readonly TestCertificates root = new();
    readonly TestCertificates authority;
    readonly X509Certificate2 server;
    readonly Dictionary<string, byte[]> files = [];

    public SslContextTests()
    {
        authority = root.Intermediate("CN=Intermediate CA");
        server = authority.IssueServer();
    }

    public void Dispose()
    {
        server.Dispose();
        authority.Dispose();
        root.Dispose();
    }

    [Test]
    public void A_PEM_file_has_the_key_and_its_chain()
    {
        files[Location] = Pem(authority.KeystorePem(server));

        AssertIsServer(Load(("ssl.keystore.type", "PEM"), ("ssl.keystore.location", Location)));
    }

    [Test]
    public void A_key_in_PEM_can_be_encrypted()
    {
        files[Location] = Pem($"{TestCertificates.EncryptedKeyPem(server, "secret")}\n{authority.ChainPem(server)}");

        AssertIsServer(Load(("ssl.keystore.type", "PEM"), ("ssl.keystore.location", Location), ("ssl.key.password", "secret")));
    }

    [Test]
    public void Key_and_chain_can_be_inline_in_one_line_each() => AssertIsServer(Load(
        ("ssl.keystore.type", "PEM"),
        ("ssl.keystore.key", TestCertificates.KeyPem(server).ReplaceLineEndings(" ")),
        ("ssl.keystore.certificate.chain", authority.ChainPem(server).ReplaceLineEndings(" "))));

    [TestCase("PKCS12")]
    [TestCase("JKS", Description = "The default: Java opens PKCS12 files under that name too.")]
    public void A_PKCS12_file_has_a_password(string type)
    {
        files[Location] = authority.Pkcs12(server, "secret");

        AssertIsServer(Load(("ssl.keystore.type", type), ("ssl.keystore.location", Location), ("ssl.keystore.password", "secret")));
    }

    [Test]
    public void A_listeners_own_configs_go_before_the_brokers()
    {
        files[Location] = Pem(authority.KeystorePem(server));

        AssertIsServer(Load(("ssl.keystore.type", "JKS"), ("listener.name.ssl.ssl.keystore.type", "PEM"), ("listener.name.ssl.ssl.keystore.location", Location)));
    }

    /// <summary>Of a client's chain a session keeps its own certificate alone, so one with an issuer in between would be refused when it comes back.</summary>
    [TestCase("none", true)]
    [TestCase("requested", false)]
    [TestCase("required", false)]
    public void Sessions_are_resumed_only_where_no_certificate_is_asked_for(string clientAuth, bool expected)
    {
        files[Location] = Pem(authority.KeystorePem(server));

        var context = Load(("ssl.keystore.type", "PEM"), ("ssl.keystore.location", Location), ("ssl.client.auth", clientAuth));

        Assert.That(context.Options.AllowTlsResume, Is.EqualTo(expected));
    }

    [Test]
    public void A_missing_file() => AssertFails($"ssl.keystore.location={Location}: a file that can be read is expected", ("ssl.keystore.location", Location));

    [Test]
    public void A_missing_file_of_one_listener() =>
        AssertFails($"listener.name.ssl.ssl.keystore.location={Location}: a file that can be read is expected", ("listener.name.ssl.ssl.keystore.location", Location));

    [Test]
    public void A_JKS_file()
    {
        files[Location] = [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2];

        AssertFails("PEM or PKCS12 is expected, not Java's own format (keytool", ("ssl.keystore.location", Location), ("ssl.keystore.password", "secret"));
    }

    [Test]
    public void A_file_that_is_something_else()
    {
        files[Location] = "hello"u8.ToArray();

        AssertFails($"ssl.keystore.location={Location}: neither PEM nor PKCS12", ("ssl.keystore.location", Location));
    }

    [TestCase("wrong")]
    [TestCase("")]
    public void A_wrong_password_of_a_PKCS12_file(string password)
    {
        files[Location] = authority.Pkcs12(server, "secret");

        var message = AssertFails($"the password of {Location} is expected", ("ssl.keystore.location", Location), ("ssl.keystore.password", password));
        Assert.That(message, Does.Not.Contain("wrong"));
    }

    [Test]
    public void A_wrong_password_of_a_key()
    {
        files[Location] = Pem($"{TestCertificates.EncryptedKeyPem(server, "secret")}\n{authority.ChainPem(server)}");

        AssertFails("ssl.key.password=[hidden]: the private key cannot be decrypted with it", ("ssl.keystore.location", Location), ("ssl.key.password", "guess"));
        AssertFails("ssl.key.password=: the private key is encrypted", ("ssl.keystore.location", Location));
    }

    [Test]
    public void A_key_of_another_certificate()
    {
        using var other = authority.IssueServer();
        files[Location] = Pem($"{TestCertificates.KeyPem(other)}\n{authority.ChainPem(server)}");

        AssertFails("the private key is not that of the first certificate (CN=localhost)", ("ssl.keystore.location", Location));
    }

    [Test]
    public void A_key_store_without_a_key()
    {
        files[Location] = Pem(authority.ChainPem(server));

        AssertFails("it has no private key", ("ssl.keystore.location", Location));
    }

    [Test]
    public void A_key_store_without_a_certificate()
    {
        files[Location] = Pem(TestCertificates.KeyPem(server));

        AssertFails("it has no certificate", ("ssl.keystore.location", Location));
    }

    [Test]
    public void A_trust_store_that_has_none()
    {
        files[Location] = Pem(authority.KeystorePem(server));
        files[TruststoreLocation] = Pem(TestCertificates.KeyPem(server));

        AssertFails($"ssl.truststore.location={TruststoreLocation}: it has no certificate", ("ssl.keystore.location", Location), ("ssl.truststore.location", TruststoreLocation));
    }

    [Test]
    public void A_rule_that_is_none()
    {
        files[Location] = Pem(authority.KeystorePem(server));

        AssertFails("ssl.principal.mapping.rules=RULE:x: ", ("ssl.keystore.location", Location), ("ssl.principal.mapping.rules", "RULE:x"));
    }

    [TestCase("ssl.keystore.location=: a PEM or PKCS12 file", "ssl.client.auth", "none")]
    [TestCase("ssl.keystore.password=[hidden]: ssl.keystore.location is expected", "ssl.keystore.password", "secret")]
    [TestCase("ssl.truststore.password=[hidden]: ssl.truststore.location is expected", "ssl.truststore.password", "secret")]
    [TestCase("ssl.keystore.type=JKS: PEM is expected with ssl.keystore.key", "ssl.keystore.key", "key", "ssl.keystore.type", "JKS")]
    [TestCase("ssl.keystore.key=[hidden]: ssl.keystore.certificate.chain is expected", "ssl.keystore.key", "key", "ssl.keystore.type", "PEM")]
    [TestCase("ssl.keystore.certificate.chain=[hidden]: ssl.keystore.key is expected", "ssl.keystore.certificate.chain", "chain")]
    [TestCase("ssl.keystore.location=file: no value is expected with ssl.keystore.key", "ssl.keystore.key", "key", "ssl.keystore.type", "PEM", "ssl.keystore.location", "file")]
    [TestCase("ssl.keystore.password=[hidden]: no value is expected with PEM", "ssl.keystore.type", "PEM", "ssl.keystore.location", "file", "ssl.keystore.password", "secret")]
    [TestCase("ssl.enabled.protocols=TLSv1,TLSv1.2: a list of TLSv1.2, TLSv1.3 is expected", "ssl.keystore.location", "file", "ssl.enabled.protocols", "TLSv1,TLSv1.2")]
    [TestCase("ssl.cipher.suites=RC4: IANA names", "ssl.keystore.location", "file", "ssl.cipher.suites", "RC4")]
    public void Configs_that_do_not_go_together(string message, params string[] settings) =>
        Assert.That(
            () => Config(settings.Chunk(2).Select(pair => (pair[0], pair[1]))),
            Throws.TypeOf<ConfigException>().With.Message.StartsWith(message).And.Message.Not.Contains("secret"));

    [Test]
    public void A_certificate_beside_SASL_is_asked_for_by_the_listeners_own_config_only()
    {
        var (name, listener) = ("ssl.client.auth", new Endpoint("SSL", SecurityProtocol.SaslSsl, "", 9093));
        var settings = Config([("ssl.keystore.location", Location), (name, "required")]).Settings;
        var own = Config([("ssl.keystore.location", Location), ($"listener.name.ssl.{name}", "required")]).Settings;

        Assert.That(SslConfig.Of(settings, listener).ClientAuth, Is.EqualTo(SslClientAuth.None));
        Assert.That(SslConfig.Of(own, listener).ClientAuth, Is.EqualTo(SslClientAuth.Required));
        Assert.That(SslConfig.Of(settings, listener with { SecurityProtocol = SecurityProtocol.Ssl }).ClientAuth, Is.EqualTo(SslClientAuth.Required));
    }

    void AssertIsServer(SslContext context)
    {
        Assert.That(context.Certificate.Thumbprint, Is.EqualTo(server.Thumbprint));
        Assert.That(context.Certificate.HasPrivateKey);
        Assert.That(context.Options.ServerCertificateContext!.IntermediateCertificates.Select(issuer => issuer.Subject), Is.EqualTo(new[] { "CN=Intermediate CA" }));
    }

    string AssertFails(string message, params (string Name, string Value)[] settings)
    {
        var exception = Assert.Throws<ConfigException>(() => Load(settings))!;
        Assert.That(exception.Message, Does.Contain(message).And.Not.Contains("\n"));
        return exception.Message;
    }

    SslContext Load(params (string Name, string Value)[] settings)
    {
        var config = SslConfig.Of(Config(settings).Settings, new("SSL", SecurityProtocol.Ssl, "", 9093));
        return new(config, SslStores.Read(config, Read));
    }

    static BrokerConfig Config(IEnumerable<(string Name, string Value)> settings) =>
        BrokerConfig.Create(settings.Append(("listeners", "SSL://:9093")).ToDictionary(setting => setting.Item1, setting => setting.Item2));

    byte[] Read(string path) => files.TryGetValue(path, out var content) ? content : throw new FileNotFoundException($"Could not find file '{path}'.");

    static byte[] Pem(string text) => Encoding.ASCII.GetBytes(text);
}
