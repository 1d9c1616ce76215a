using System.Security.Cryptography;
using System.Text;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>PLAIN (RFC 4616): authorisation id, name and password, each behind a NUL.</summary>
sealed class PlainSaslServer(IReadOnlyDictionary<string, string> users) : SaslServer
{
    const string Refused = "Authentication failed: Invalid username or password";

    /// <summary>Compared with where nobody has the name, so that it takes as long.</summary>
    static readonly byte[] nobodysPassword = RandomNumberGenerator.GetBytes(32);

    public override ValueTask<byte[]> EvaluateAsync(ReadOnlyMemory<byte> message)
    {
        var tokens = Encoding.UTF8.GetString(message.Span).Split('\0');
        if (tokens.Length != 3)
            throw new SaslAuthenticationException($"Invalid SASL/PLAIN response: expected 3 tokens, got {tokens.Length}");
        var (authorizationId, name, password) = (tokens[0], tokens[1], tokens[2]);
        if (name.Length == 0)
            throw new SaslAuthenticationException("Authentication failed: username not specified");
        if (password.Length == 0)
            throw new SaslAuthenticationException("Authentication failed: password not specified");
        if (!IsPasswordOf(name, password))
            throw new SaslAuthenticationException(Refused);
        if (authorizationId.Length > 0 && authorizationId != name)
            throw new SaslAuthenticationException("Authentication failed: Client requested an authorization id that is different from username");
        Principal = KafkaPrincipal.OfUser(name);
        return new([]);
    }

    bool IsPasswordOf(string name, string password)
    {
        var expected = users.TryGetValue(name, out var known) ? SHA256.HashData(Encoding.UTF8.GetBytes(known)) : nobodysPassword;
        return CryptographicOperations.FixedTimeEquals(expected, SHA256.HashData(Encoding.UTF8.GetBytes(password)));
    }
}
