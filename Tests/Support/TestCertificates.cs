using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NettyKafka.Tests.Support;

/// <summary>A certificate authority of a test, and what it issues. All is valid from 2000 to 2100, so no test depends on the day.</summary>
public sealed class TestCertificates : IDisposable
{
    static readonly DateTimeOffset notBefore = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset notAfter = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly TestCertificates? parent;
    int issued;

    public TestCertificates(string subject = "CN=Test CA")
        : this(subject, null)
    {
    }

    TestCertificates(string subject, TestCertificates? parent)
    {
        this.parent = parent;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Authority = parent is null ? request.CreateSelfSigned(notBefore, notAfter) : parent.Sign(request, key);
    }

    public X509Certificate2 Authority { get; }

    public string AuthorityPem => Authority.ExportCertificatePem();

    public TestCertificates Intermediate(string subject) => new(subject, this);

    public X509Certificate2 IssueServer(string subject = "CN=localhost", DateTimeOffset? until = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        return Issue(new X500DistinguishedName(subject), "1.3.6.1.5.5.7.3.1", until, names.Build());
    }

    public X509Certificate2 IssueClient(string subject) => IssueClient(new X500DistinguishedName(subject));

    public X509Certificate2 IssueClient(X500DistinguishedName subject) => Issue(subject, "1.3.6.1.5.5.7.3.2", null);

    /// <summary>A PEM key store: the key, its certificate and those of the issuers below the root.</summary>
    public string KeystorePem(X509Certificate2 certificate) => $"{KeyPem(certificate)}\n{ChainPem(certificate)}";

    public string ChainPem(X509Certificate2 certificate) =>
        string.Join('\n', Issuers().Select(issuer => issuer.ExportCertificatePem()).Prepend(certificate.ExportCertificatePem()));

    public static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    public static string EncryptedKeyPem(X509Certificate2 certificate, string password)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
    }

    public byte[] Pkcs12(X509Certificate2 certificate, string password) =>
        new X509Certificate2Collection((X509Certificate2[])[certificate, .. Issuers()]).Export(X509ContentType.Pkcs12, password)!;

    public void Dispose() => Authority.Dispose();

    X509Certificate2 Issue(X500DistinguishedName subject, string usage, DateTimeOffset? until, params ReadOnlySpan<X509Extension> extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        return Sign(request, key, until);
    }

    X509Certificate2 Sign(CertificateRequest request, ECDsa key, DateTimeOffset? until = null)
    {
        using var certificate = request.Create(Authority, notBefore, until ?? notAfter, [(byte)++issued]);
        return certificate.CopyWithPrivateKey(key);
    }

    IEnumerable<X509Certificate2> Issuers() => parent is null ? [] : parent.Issuers().Prepend(Authority);
}
