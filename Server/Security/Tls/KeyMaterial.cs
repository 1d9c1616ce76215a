using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Tls;

/// <summary>A private key, its certificate and those of its issuers, from PEM or PKCS12.</summary>
sealed record KeyMaterial(X509Certificate2 Certificate, X509Certificate2Collection Issuers)
{
    const string RsaOid = "1.2.840.113549.1.1.1";
    const string EcOid = "1.2.840.10045.2.1";
    const string EncryptedKey = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

    /// <exception cref="ConfigException">The key store cannot be used; the message says which and why.</exception>
    public static KeyMaterial Read(SslConfig config, byte[] content) =>
        StoreContent.IsPem(config.Keystore, content) ? ReadPem(config, Encoding.UTF8.GetString(content)) : ReadPkcs12(config.Keystore, content);

    static KeyMaterial ReadPem(SslConfig config, string text)
    {
        var certificates = StoreContent.ReadCertificates(config.Keystore, config.CertificateChain ?? text);
        using var key = ReadKey(config, certificates[0], text);
        try
        {
            var certificate = key is RSA rsa ? certificates[0].CopyWithPrivateKey(rsa) : certificates[0].CopyWithPrivateKey((ECDsa)key);
            certificates.RemoveAt(0);
            return new(Usable(certificate), certificates);
        }
        catch (ArgumentException)
        {
            throw new ConfigException($"{config.Keystore.Description}: the private key is not that of the first certificate ({certificates[0].Subject})");
        }
    }

    static AsymmetricAlgorithm ReadKey(SslConfig config, X509Certificate2 certificate, string text)
    {
        var isEncrypted = text.Contains(EncryptedKey, StringComparison.Ordinal);
        if (!isEncrypted && !text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new ConfigException($"{config.Keystore.Description}: it has no private key");
        if (isEncrypted && config.KeyPassword is null)
            throw new ConfigException($"{config.Describe("ssl.key.password")}: the private key is encrypted, its password is expected");

        AsymmetricAlgorithm key = certificate.PublicKey.Oid.Value switch
        {
            RsaOid => RSA.Create(),
            EcOid => ECDsa.Create(),
            _ => throw new ConfigException($"{config.Keystore.Description}: a certificate with an RSA or EC key is expected"),
        };
        try
        {
            if (isEncrypted)
                key.ImportFromEncryptedPem(text, config.KeyPassword);
            else
                key.ImportFromPem(text);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new ConfigException(isEncrypted
                ? $"{config.Describe("ssl.key.password")}: the private key cannot be decrypted with it"
                : $"{config.Keystore.Description}: the private key is not that of the first certificate ({certificate.Subject}), or damaged");
        }
    }

    static KeyMaterial ReadPkcs12(SslStoreConfig store, byte[] content)
    {
        var certificates = StoreContent.ReadPkcs12(store, content);
        if (certificates.FirstOrDefault(certificate => certificate.HasPrivateKey) is not { } own)
            throw new ConfigException($"{store.Description}: it has no private key");
        certificates.Remove(own);
        return new(own, certificates);
    }

    /// <summary>Windows does not use a key that is only in memory.</summary>
    static X509Certificate2 Usable(X509Certificate2 certificate) =>
        OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null) : certificate;
}
