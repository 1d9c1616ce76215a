using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Server.Config;
using NettyKafka.Server.Security.Tls;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Security.Tls;

public sealed class SslFactoryTests : IDisposable
{
    const string Location = "/server.pem";
    const string OtherLocation = "/other.pem";

    static readonly Endpoint listener = new("SSL", SecurityProtocol.Ssl, "", 9093);

    readonly TestCertificates authority = new();
    readonly List<X509Certificate2> certificates = [];
    readonly Dictionary<string, byte[]> files = [];
    readonly FakeTimeProvider time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    readonly TestLogger logger = new();
    readonly BlockingExecutor executor = new(1, NullLogger.Instance);
    SslFactory? factory;

    public void Dispose()
    {
        factory?.Dispose();
        executor.Dispose();
        certificates.ForEach(certificate => certificate.Dispose());
        authority.Dispose();
    }

    [Test]
    public async Task A_changed_file_is_read_again()
    {
        Write(Location, "CN=localhost");
        var ssl = await CreateAsync();
        var first = ssl.Current;
        await CheckFilesAsync();
        Assert.That(ssl.Current, Is.SameAs(first));

        var renewed = Write(Location, "CN=localhost");
        await CheckFilesAsync();

        Assert.That(ssl.Current.Certificate.Thumbprint, Is.EqualTo(renewed.Thumbprint));
        Assert.That(logger.Messages.Single(), Does.StartWith("Loaded the certificates of listener SSL: CN=localhost, valid until 2100-01-01"));
    }

    [Test]
    public async Task A_file_that_cannot_be_used_is_told_once_and_the_one_before_stays()
    {
        Write(Location, "CN=localhost");
        var ssl = await CreateAsync();
        var first = ssl.Current;

        files[Location] = "half"u8.ToArray();
        await CheckFilesAsync();
        await CheckFilesAsync();
        Assert.That(ssl.Current, Is.SameAs(first));
        Assert.That(logger.Messages.Single(), Does.EndWith($"those before stay in use: ssl.keystore.location={Location}: neither PEM nor PKCS12"));

        Write(Location, "CN=localhost");
        await CheckFilesAsync();
        Assert.That(ssl.Current, Is.Not.SameAs(first));
    }

    [TestCase(2025, "has expired on 2025-12-31")]
    [TestCase(2027, null)]
    public async Task An_expired_certificate_is_a_warning(int year, string? warning)
    {
        Write(Location, "CN=localhost", new(year, 12, 31, 0, 0, 0, TimeSpan.Zero));

        await CreateAsync();

        Assert.That(logger.Messages, warning is null ? Is.Empty : Has.Count.EqualTo(1).And.All.Contains(warning));
    }

    [Test]
    public async Task An_altered_key_store_is_taken_into_use()
    {
        Write(Location, "CN=localhost");
        var other = Write(OtherLocation, "CN=localhost");
        var ssl = await CreateAsync();
        var (current, next) = (Config(), Altered(("ssl.keystore.location", OtherLocation)));

        await ssl.ValidateAsync(current, next);
        await ssl.ReconfigureAsync(current, next);

        Assert.That(ssl.Current.Certificate.Thumbprint, Is.EqualTo(other.Thumbprint));
    }

    [Test]
    public async Task Other_changes_leave_the_certificates_as_they_are()
    {
        Write(Location, "CN=localhost");
        var ssl = await CreateAsync();
        var first = ssl.Current;

        await ssl.ReconfigureAsync(Config(), Config().WithDynamic(new Dictionary<string, string> { ["num.io.threads"] = "4" }, new Dictionary<string, string>()));

        Assert.That(ssl.Current, Is.SameAs(first));
    }

    [TestCase(null, "a file that can be read is expected")]
    [TestCase("CN=other", "Keystore DistinguishedName does not match: existing=CN=localhost, new=CN=other")]
    public async Task A_key_store_that_does_not_fit_is_refused(string? subject, string message)
    {
        Write(Location, "CN=localhost");
        if (subject is not null)
            Write(OtherLocation, subject);
        var ssl = await CreateAsync();

        Assert.That(await RefusalAsync(ssl, Altered(("ssl.keystore.location", OtherLocation))), Does.Contain(message));
    }

    [Test]
    public async Task A_certificate_without_the_names_of_the_one_before_is_refused()
    {
        Write(Location, "CN=localhost");
        var client = authority.IssueClient("CN=localhost");
        certificates.Add(client);
        files[OtherLocation] = Encoding.ASCII.GetBytes(authority.KeystorePem(client));
        var ssl = await CreateAsync();

        Assert.That(await RefusalAsync(ssl, Altered(("ssl.keystore.location", OtherLocation))), Does.EndWith("the new one lacks localhost, 127.0.0.1"));
        Assert.That(await RefusalAsync(ssl, Altered(("ssl.keystore.location", OtherLocation), ("ssl.allow.san.changes", "true"))), Is.Null);
    }

    async Task<SslFactory> CreateAsync() => factory = await SslFactory.CreateAsync(Config(), listener, Read, executor, time, logger);

    static async Task<string?> RefusalAsync(SslFactory ssl, BrokerConfig next)
    {
        try
        {
            await ssl.ValidateAsync(Config(), next);
            return null;
        }
        catch (ConfigException e)
        {
            return e.Message;
        }
    }

    /// <summary>Lets the timer fire and waits for what it has posted.</summary>
    async Task CheckFilesAsync()
    {
        time.Advance(TimeSpan.FromSeconds(10));
        await executor.RunAsync(static _ => true, 0);
    }

    X509Certificate2 Write(string path, string subject, DateTimeOffset? until = null)
    {
        var certificate = authority.IssueServer(subject, until);
        certificates.Add(certificate);
        files[path] = Encoding.ASCII.GetBytes(authority.KeystorePem(certificate));
        return certificate;
    }

    static BrokerConfig Config(params (string Name, string Value)[] settings) => BrokerConfig.Create(
        settings.Concat([("listeners", "SSL://:9093"), ("ssl.keystore.type", "PEM"), ("ssl.keystore.location", Location)]).ToDictionary(setting => setting.Item1, setting => setting.Item2));

    /// <summary>As the broker was started, with configs of this listener altered; which names may change can only be said at the start.</summary>
    static BrokerConfig Altered(params (string Name, string Value)[] changes) =>
        Config([.. changes.Where(change => change.Name.StartsWith("ssl.allow", StringComparison.Ordinal))]).WithDynamic(
            new Dictionary<string, string>(),
            changes.Where(change => !change.Name.StartsWith("ssl.allow", StringComparison.Ordinal)).ToDictionary(change => $"listener.name.ssl.{change.Name}", change => change.Value));

    byte[] Read(string path) => files.TryGetValue(path, out var content) ? content : throw new FileNotFoundException($"Could not find file '{path}'.");
}
