using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Cli;
using NettyKafka.Server.Config;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cli;

public sealed class DevelopmentCertificatesTests : IDisposable
{
    static readonly Dictionary<string, string> noEnvironment = [];

    readonly TemporaryDirectory directory = new();
    readonly FakeTimeProvider time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => directory.Dispose();

    [Test]
    public void The_server_is_trusted_by_the_authority_under_its_names()
    {
        var (authority, server) = Prepare();
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationTime = time.GetUtcNow().UtcDateTime } };
        chain.ChainPolicy.CustomTrustStore.Add(authority);

        Assert.That(chain.Build(server), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        foreach (var name in (string[])["localhost", "127.0.0.1", "::1", Environment.MachineName])
            Assert.That(server.MatchesHostname(name), name);
    }

    [Test]
    public void The_next_start_uses_the_same() => Assert.That(Thumbprints(), Is.EqualTo(Thumbprints()));

    [Test]
    public void A_server_about_to_expire_is_replaced_and_the_authority_stays()
    {
        var before = Thumbprints();
        time.Advance(TimeSpan.FromDays(380));

        var after = Thumbprints();

        Assert.That(after.Authority, Is.EqualTo(before.Authority));
        Assert.That(after.Server, Is.Not.EqualTo(before.Server));
    }

    [Test]
    [Platform(Exclude = "Win")]
    [UnsupportedOSPlatform("windows")]
    public void Private_keys_are_for_the_own_user()
    {
        Prepare();

        foreach (var file in Directory.EnumerateFiles(directory.Path).Where(file => File.ReadAllText(file).Contains("PRIVATE KEY", StringComparison.Ordinal)))
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
    }

    [TestCase(null, "", "PLAINTEXT://127.0.0.1:9092 SSL://127.0.0.1:9093")]
    [TestCase("127.0.0.1:0", "", "SSL://127.0.0.1:0")]
    [TestCase(null, "listeners=A://:1,B://:2;listener.security.protocol.map=A:PLAINTEXT,B:SSL", "A://:1 B://:2")]
    [TestCase(null, "listeners=PLAINTEXT://:1", "PLAINTEXT://:1 SSL://:9093")]
    public void There_is_a_listener_with_TLS(string? listen, string overrides, string listeners)
    {
        var config = ServeSettings.Resolve(new() { TlsDev = true, Listen = listen, DataDirectory = "/data", Overrides = overrides.Split(';', StringSplitOptions.RemoveEmptyEntries) }, noEnvironment);

        Assert.That(string.Join(' ', config.Listeners), Is.EqualTo(listeners));
        Assert.That(config.Settings.Effective["ssl.keystore.location"], Is.EqualTo("/data/tls-dev-server.pem"));
    }

    [Test]
    public void A_key_store_of_ones_own_is_refused() =>
        Assert.That(
            () => ServeSettings.Resolve(new() { TlsDev = true, Overrides = ["ssl.keystore.location=x"] }, noEnvironment),
            Throws.TypeOf<ConfigException>().With.Message.EqualTo("--tls-dev: ssl.keystore.location is not expected with it"));

    (string Authority, string Server) Thumbprints()
    {
        var (authority, server) = Prepare();
        return (authority.Thumbprint, server.Thumbprint);
    }

    (X509Certificate2 Authority, X509Certificate2 Server) Prepare()
    {
        var certificates = new DevelopmentCertificates(directory.Path, time);
        certificates.Prepare(NullLogger.Instance);
        var keystore = DevelopmentCertificates.KeystoreIn(directory.Path);
        return (X509CertificateLoader.LoadCertificateFromFile(certificates.AuthorityPath), X509Certificate2.CreateFromPemFile(keystore, keystore));
    }
}
