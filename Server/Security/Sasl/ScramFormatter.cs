using System.Security.Cryptography;
using System.Text;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>The arithmetic of SCRAM (RFC 5802) with the hash of one mechanism.</summary>
public sealed class ScramFormatter
{
    public const int DefaultIterations = 4096;
    const int SaltLength = 20;

    static readonly ScramFormatter sha256 = new(ScramMechanism.Sha256, HashAlgorithmName.SHA256, 32);
    static readonly ScramFormatter sha512 = new(ScramMechanism.Sha512, HashAlgorithmName.SHA512, 64);

    readonly HashAlgorithmName hash;
    readonly int length;

    ScramFormatter(ScramMechanism mechanism, HashAlgorithmName hash, int length) => (Mechanism, this.hash, this.length) = (mechanism, hash, length);

    public ScramMechanism Mechanism { get; }

    public static ScramFormatter Of(ScramMechanism mechanism) => mechanism == ScramMechanism.Sha256 ? sha256 : sha512;

    public static ScramFormatter Of(string mechanism) => mechanism == SaslConfig.ScramSha256 ? sha256 : sha512;

    public static (byte[] StoredKey, byte[] ServerKey) KeysOf(ScramMechanism mechanism, byte[] saltedPassword) => Of(mechanism).KeysOf(saltedPassword);

    public (byte[] StoredKey, byte[] ServerKey) KeysOf(ReadOnlySpan<byte> saltedPassword) =>
        (CryptographicOperations.HashData(hash, Hmac(saltedPassword, "Client Key"u8)), Hmac(saltedPassword, "Server Key"u8));

    public byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => CryptographicOperations.HmacData(hash, key, data);

    /// <summary>Makes a password into a credential. The iterations make it slow on purpose: never on an event loop.</summary>
    public ScramCredential CreateCredential(string password, int iterations = DefaultIterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var (storedKey, serverKey) = KeysOf(Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, hash, length));
        return new(salt, storedKey, serverKey, iterations);
    }

    /// <summary>A credential that nobody can prove, with a salt that stays the same for the same name: as if the user were there.</summary>
    public ScramCredential CreateDecoy(ReadOnlySpan<byte> secret, string user)
    {
        var seed = Hmac(secret, Encoding.UTF8.GetBytes(user));
        return new(seed[..SaltLength], RandomNumberGenerator.GetBytes(length), RandomNumberGenerator.GetBytes(length), DefaultIterations);
    }

    /// <summary>Whether the client's proof shows that it knows the password.</summary>
    public bool IsProved(ScramCredential credential, ReadOnlySpan<byte> authMessage, ReadOnlySpan<byte> proof)
    {
        if (proof.Length != length)
            return false;
        var clientKey = Hmac(credential.StoredKey, authMessage);
        for (var i = 0; i < length; i++)
            clientKey[i] ^= proof[i];
        return CryptographicOperations.FixedTimeEquals(CryptographicOperations.HashData(hash, clientKey), credential.StoredKey);
    }
}
