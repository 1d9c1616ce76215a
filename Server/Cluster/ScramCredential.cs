using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Cluster;

/// <summary>What a user's password was made into for one SCRAM mechanism: enough to check who knows it, not to log in with.</summary>
public sealed class ScramCredential(byte[] salt, byte[] storedKey, byte[] serverKey, int iterations)
{
    public ReadOnlySpan<byte> Salt => salt;

    public ReadOnlySpan<byte> StoredKey => storedKey;

    public ReadOnlySpan<byte> ServerKey => serverKey;

    public int Iterations => iterations;

    public static ScramCredential Of(UserScramCredentialRecord record) => new(record.Salt, record.StoredKey, record.ServerKey, record.Iterations);

    public UserScramCredentialRecord ToRecord(string user, ScramMechanism mechanism) => new()
    {
        Name = user,
        Mechanism = (sbyte)mechanism,
        Salt = salt,
        StoredKey = storedKey,
        ServerKey = serverKey,
        Iterations = iterations,
    };
}
