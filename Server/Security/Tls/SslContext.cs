using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Tls;

/// <summary>What the TLS connections of a listener have in common: certificates, trust, protocols. It never changes; another key store makes another one.</summary>
public sealed class SslContext
{
    readonly SslPrincipalMapper principals;

    /// <exception cref="ConfigException">A store cannot be used; the message says which and why.</exception>
    public SslContext(SslConfig config, SslStores stores)
    {
        Config = config;
        Stores = stores;
        var key = KeyMaterial.Read(config, stores.Keystore);
        var trust = new ClientTrust(config.ClientAuth, StoreContent.ReadTruststore(config.Truststore, stores.Truststore));
        principals = ReadRules(config);
        Certificate = key.Certificate;
        Options = new()
        {
            // Offline: the chain is what the key store has.
            ServerCertificateContext = SslStreamCertificateContext.Create(key.Certificate, key.Issuers, offline: true),
            EnabledSslProtocols = config.EnabledProtocols,
            ClientCertificateRequired = config.ClientAuth != SslClientAuth.None,
            RemoteCertificateValidationCallback = trust.Accepts,
            CertificateChainPolicy = trust.Policy,
            AllowRenegotiation = false,
            // A resumed session has the client's certificate, but not those between it and the trust store: it would be refused.
            AllowTlsResume = config.ClientAuth == SslClientAuth.None,
        };
        if (OperatingSystem.IsLinux() && config.CipherSuites.Count > 0)
            Options.CipherSuitesPolicy = new(config.CipherSuites);
    }

    public SslConfig Config { get; }

    /// <summary>What the context was made of.</summary>
    public SslStores Stores { get; }

    /// <summary>The broker's own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    public SslServerAuthenticationOptions Options { get; }

    /// <summary>Who a client is by its certificate; null when no rule knows it.</summary>
    public KafkaPrincipal? PrincipalOf(X509Certificate? certificate)
    {
        if (certificate is not X509Certificate2 known)
            return KafkaPrincipal.Anonymous;
        return principals.Map(DistinguishedName.Format(known.SubjectName)) is { } name ? KafkaPrincipal.OfUser(name) : null;
    }

    static SslPrincipalMapper ReadRules(SslConfig config)
    {
        try
        {
            return SslPrincipalMapper.Parse(config.PrincipalMappingRules);
        }
        catch (FormatException e)
        {
            throw new ConfigException($"{config.Describe("ssl.principal.mapping.rules")}: {e.Message}");
        }
    }
}
