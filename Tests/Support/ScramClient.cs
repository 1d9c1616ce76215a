using System.Security.Cryptography;
using System.Text;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Support;

/// <summary>The client's side of SCRAM, written from the RFC.</summary>
public sealed class ScramClient(ScramMechanism mechanism, string user, string password, string extensions = "")
{
    const string Nonce = "fyko+d2lbbFgONRv9qkxdawL";

    readonly HashAlgorithmName hash = mechanism == ScramMechanism.Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;
    byte[] serverSignature = [];

    string Bare => $"n={user.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal)},r={Nonce}{extensions}";

    public byte[] First() => Encoding.UTF8.GetBytes($"n,,{Bare}");

    public byte[] Final(byte[] serverFirst)
    {
        var text = Encoding.UTF8.GetString(serverFirst);
        var fields = text.Split(',').ToDictionary(field => field[0], field => field[2..]);
        Assert.That(fields['r'], Does.StartWith(Nonce).And.Not.EqualTo(Nonce));
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Convert.FromBase64String(fields['s']), int.Parse(fields['i']), hash, mechanism == ScramMechanism.Sha256 ? 32 : 64);
        var clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8);
        var withoutProof = $"c=biws,r={fields['r']}";
        var authMessage = Encoding.UTF8.GetBytes($"{Bare},{text},{withoutProof}");
        var signature = CryptographicOperations.HmacData(hash, CryptographicOperations.HashData(hash, clientKey), authMessage);
        serverSignature = CryptographicOperations.HmacData(hash, CryptographicOperations.HmacData(hash, salted, "Server Key"u8), authMessage);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String([.. clientKey.Zip(signature, (one, other) => (byte)(one ^ other))])}");
    }

    /// <summary>Whether the server's last message shows that it knows the password too.</summary>
    public bool IsOfServer(byte[] serverFinal) => Encoding.UTF8.GetString(serverFinal) == $"v={Convert.ToBase64String(serverSignature)}";

    /// <summary>What an administrator's client sends of a password.</summary>
    public static byte[] SaltedPassword(ScramMechanism mechanism, string password, byte[] salt, int iterations) => mechanism == ScramMechanism.Sha256
        ? Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32)
        : Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, 64);
}
