using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Tls;

/// <summary>The bytes of a listener's key store and trust store, as read at one time.</summary>
/// <param name="Keystore">With the private key: these bytes go nowhere else.</param>
/// <param name="Truststore">Empty where there is none.</param>
public sealed record SslStores(byte[] Keystore, byte[] Truststore)
{
    /// <exception cref="ConfigException">One of the files cannot be read.</exception>
    public static SslStores Read(SslConfig config, Func<string, byte[]> readFile) =>
        new(StoreContent.Read(config.Keystore, readFile), StoreContent.Read(config.Truststore, readFile));

    public bool Equals(SslStores? other) =>
        other is not null && Keystore.AsSpan().SequenceEqual(other.Keystore) && Truststore.AsSpan().SequenceEqual(other.Truststore);

    public override int GetHashCode() => HashCode.Combine(Keystore.Length, Truststore.Length);

    public override string ToString() => nameof(SslStores);
}
