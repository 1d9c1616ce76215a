using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Tls;

/// <summary>What is in the file of a key store or trust store, or set in its stead. The content decides between PEM and PKCS12, as Java does between JKS and PKCS12.</summary>
static class StoreContent
{
    const byte DerSequence = 0x30;

    static readonly byte[] jks = [0xfe, 0xed, 0xfe, 0xed];
    static readonly byte[] jceks = [0xce, 0xce, 0xce, 0xce];

    /// <exception cref="ConfigException">The file cannot be read.</exception>
    public static byte[] Read(SslStoreConfig store, Func<string, byte[]> readFile)
    {
        if (store.Inline is { } inline)
            return Encoding.UTF8.GetBytes(inline);
        try
        {
            return store.Location is { } location ? readFile(location) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{store.Description}: a file that can be read is expected ({e.Message})");
        }
    }

    public static bool IsPem(SslStoreConfig store, byte[] content)
    {
        if (content.AsSpan().StartsWith(jks) || content.AsSpan().StartsWith(jceks))
            throw new ConfigException($"{store.Description}: PEM or PKCS12 is expected, not Java's own format (keytool -importkeystore -deststoretype PKCS12 converts it)");
        if (content.Length > 0 && content[0] == DerSequence)
            return false;
        if (content.AsSpan().IndexOf("-----BEGIN "u8) < 0)
            throw new ConfigException($"{store.Description}: neither PEM nor PKCS12");
        return true;
    }

    public static X509Certificate2Collection ReadCertificates(SslStoreConfig store, string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new ConfigException($"{store.Description}: a certificate cannot be read ({e.Message})");
        }

        return certificates.Count > 0 ? certificates : throw new ConfigException($"{store.Description}: it has no certificate");
    }

    public static X509Certificate2Collection ReadPkcs12(SslStoreConfig store, byte[] content)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(content, store.Password);
        }
        catch (CryptographicException e)
        {
            throw new ConfigException($"{store.PasswordDescription}: the password of {store.Location} is expected, or the file is damaged ({e.Message})");
        }
    }

    /// <summary>The certificates of a trust store; null where there is none.</summary>
    public static X509Certificate2Collection? ReadTruststore(SslStoreConfig store, byte[] content)
    {
        if (!store.IsSet)
            return null;
        var certificates = IsPem(store, content) ? ReadCertificates(store, Encoding.UTF8.GetString(content)) : ReadPkcs12(store, content);
        return certificates.Count > 0 ? certificates : throw new ConfigException($"{store.Description}: it has no certificate");
    }
}
