using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;

namespace NettyKafka.Cli;

/// <summary>
/// A certificate authority for development and a server's certificate of it (<c>--tls-dev</c>), kept in files: clients that trust the authority go on trusting it when
/// the broker starts again, also under another name.
/// </summary>
sealed class DevelopmentCertificates(string directory, TimeProvider time)
{
    const string AuthorityName = "tls-dev-ca.pem";
    const string AuthorityKeyName = "tls-dev-ca.key";
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    static readonly TimeSpan authorityLifetime = TimeSpan.FromDays(3650);
    // What the strictest of clients accept.
    static readonly TimeSpan serverLifetime = TimeSpan.FromDays(397);
    static readonly TimeSpan renewal = TimeSpan.FromDays(30);

    /// <summary>What clients are told to trust.</summary>
    public string AuthorityPath => Path.GetFullPath(Path.Combine(directory, AuthorityName));

    public static string KeystoreIn(string directory) => Path.Combine(directory, "tls-dev-server.pem");

    /// <summary>Makes what is missing, and what is about to expire or lacks a name.</summary>
    public void Prepare(ILogger logger)
    {
        Directory.CreateDirectory(directory);
        using var authority = ReadAuthority() ?? CreateAuthority();
        if (!IsServerUsable(authority))
            CreateServer(authority);
        logger.LogInformation(
            "TLS is for development only. Clients trust it with {Path} (librdkafka: ssl.ca.location; Java: ssl.truststore.location and ssl.truststore.type=PEM; openssl: -CAfile)",
            AuthorityPath);
    }

    X509Certificate2? ReadAuthority()
    {
        var keyPath = Path.Combine(directory, AuthorityKeyName);
        if (!File.Exists(AuthorityPath) || !File.Exists(keyPath))
            return null;
        var authority = X509Certificate2.CreateFromPemFile(AuthorityPath, keyPath);
        return IsValid(authority) ? authority : null;
    }

    X509Certificate2 CreateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=nettykafka development CA ({Environment.MachineName})", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var authority = request.CreateSelfSigned(time.GetUtcNow().AddDays(-1), time.GetUtcNow() + authorityLifetime);
        WriteSecret(Path.Combine(directory, AuthorityKeyName), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(AuthorityPath, authority.ExportCertificatePem());
        return authority;
    }

    bool IsServerUsable(X509Certificate2 authority)
    {
        var path = KeystoreIn(directory);
        if (!File.Exists(path))
            return false;
        using var server = X509CertificateLoader.LoadCertificateFromFile(path);
        return IsValid(server) && server.IssuerName.RawData.AsSpan().SequenceEqual(authority.SubjectName.RawData) && server.MatchesHostname(Environment.MachineName)
            && server.NotBefore >= authority.NotBefore;
    }

    void CreateServer(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        request.CertificateExtensions.Add(Names());
        using var server = request.Create(authority, time.GetUtcNow().AddHours(-1), time.GetUtcNow() + serverLifetime, RandomNumberGenerator.GetBytes(16));
        WriteSecret(KeystoreIn(directory), $"{server.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    static X509Extension Names()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Environment.MachineName);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        return names.Build();
    }

    bool IsValid(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime() > (time.GetUtcNow() + renewal).UtcDateTime;

    /// <summary>For the broker's own user alone.</summary>
    static void WriteSecret(string path, string text)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(text));
    }
}
