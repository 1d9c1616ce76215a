using System.Security.Cryptography.X509Certificates;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Tls;

/// <summary>What may change when the key store or trust store of an open listener is altered (<c>ssl.allow.dn.changes</c>, <c>ssl.allow.san.changes</c>).</summary>
static class CertificateChange
{
    const string Failed = "Validation of dynamic config update of SSLFactory failed:";

    /// <exception cref="ConfigException">Clients would take the broker for another one.</exception>
    public static void Check(SslContext current, SslContext next)
    {
        if (!current.Config.Truststore.IsSet && next.Config.Truststore.IsSet)
            throw new ConfigException($"{Failed} Cannot add SSL truststore to an existing listener for which no truststore was configured.");

        var (was, becomes) = (DistinguishedName.Format(current.Certificate.SubjectName), DistinguishedName.Format(next.Certificate.SubjectName));
        if (!next.Config.AllowDnChanges && !string.Equals(was, becomes, StringComparison.OrdinalIgnoreCase))
            throw new ConfigException($"{Failed} Keystore DistinguishedName does not match: existing={was}, new={becomes}");

        var missing = AlternativeNamesOf(current.Certificate).Except(AlternativeNamesOf(next.Certificate)).ToList();
        if (!next.Config.AllowSanChanges && missing.Count > 0)
            throw new ConfigException($"{Failed} Keystore SubjectAltNames do not match: the new one lacks {string.Join(", ", missing)}");
    }

    static IEnumerable<string> AlternativeNamesOf(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            foreach (var name in extension.EnumerateDnsNames())
                yield return name;
            foreach (var address in extension.EnumerateIPAddresses())
                yield return address.ToString();
        }
    }
}
