using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Tls;

/// <summary>
/// Which clients' certificates are trusted: those that lead to one of the trust store, which as in Java need not be a root, or without a trust store those that
/// the system trusts. Nothing is fetched for it.
/// </summary>
sealed class ClientTrust
{
    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    const X509ChainStatusFlags WithoutRoot = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    readonly SslClientAuth clientAuth;
    readonly HashSet<string> anchors;

    public ClientTrust(SslClientAuth clientAuth, X509Certificate2Collection? truststore)
    {
        this.clientAuth = clientAuth;
        anchors = [.. (truststore ?? []).Select(Fingerprint)];
        Policy = new()
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            TrustMode = truststore is null ? X509ChainTrustMode.System : X509ChainTrustMode.CustomRootTrust,
            ApplicationPolicy = { new Oid(ClientAuthentication) },
        };
        Policy.CustomTrustStore.AddRange(truststore ?? []);
    }

    public X509ChainPolicy Policy { get; }

    /// <summary>Judges what a handshake has brought; the stream is told the reason of a refusal.</summary>
    public bool Accepts(object stream, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var refusal = certificate is null ? WithoutCertificate() : RefusalOf(chain!, errors);
        ((ServerSslStream)stream).Refusal = refusal;
        return refusal is null;
    }

    string? WithoutCertificate() => clientAuth == SslClientAuth.Required ? "the client shows no certificate" : null;

    string? RefusalOf(X509Chain chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        var problems = Array.FindAll(chain.ChainStatus, status => (status.Status & ~WithoutRoot) != 0);
        if (problems.Length == 0 && chain.ChainElements.Any(element => anchors.Contains(Fingerprint(element.Certificate))))
            return null;
        var problem = problems.Concat(chain.ChainStatus).FirstOrDefault();
        return $"the client's certificate ({chain.ChainElements[0].Certificate.Subject}) is not trusted: {problem.Status}";
    }

    static string Fingerprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
