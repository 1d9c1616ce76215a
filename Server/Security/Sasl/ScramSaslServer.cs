using System.Security.Cryptography;
using System.Text;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>SCRAM-SHA-256 and -512 (RFC 5802, RFC 7677), without channel binding. With the extension tokenauth the user is a delegation token (KIP-48).</summary>
sealed class ScramSaslServer(ScramFormatter formatter, string mechanism, ScramCredentials credentials) : SaslServer
{
    const int NonceLength = 18;

    ScramClientFirst? clientFirst;
    ScramServerFirst? serverFirst;
    ScramUser? user;

    public override async ValueTask<byte[]> EvaluateAsync(ReadOnlyMemory<byte> message)
    {
        var text = Encoding.UTF8.GetString(message.Span);
        return Encoding.UTF8.GetBytes(serverFirst is null ? await BeginAsync(text).ConfigureAwait(false) : End(text));
    }

    async ValueTask<string> BeginAsync(string text)
    {
        if (!ScramClientFirst.TryParse(text, out clientFirst))
            throw Failed("its first message is none of SCRAM");
        user = await credentials.FindAsync(formatter, clientFirst.UserName, clientFirst.IsToken).ConfigureAwait(false);
        if (clientFirst.AuthorizationId.Length > 0 && clientFirst.AuthorizationId != clientFirst.UserName)
            throw new SaslAuthenticationException("Authentication failed: Client requested an authorization id that is different from username");
        serverFirst = new(clientFirst.Nonce + Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceLength)), user.Credential.Salt.ToArray(), user.Credential.Iterations);
        return serverFirst.ToString();
    }

    string End(string text)
    {
        if (!ScramClientFinal.TryParse(text, out var clientFinal))
            throw Failed("its final message is none of SCRAM");
        // librdkafka before 2.3 puts its own nonce before ours, which has it already; Kafka lets it, and the proof covers all that was sent.
        if (!clientFinal.Nonce.EndsWith(serverFirst!.Nonce, StringComparison.Ordinal))
            throw Failed("its final message does not belong to the first");
        var authMessage = Encoding.UTF8.GetBytes($"{clientFirst!.Bare},{serverFirst},{clientFinal.WithoutProof}");
        // Whether there is such a user is asked last, so that it takes as long.
        if (!formatter.IsProved(user!.Credential, authMessage, clientFinal.Proof) || user.Principal is null)
            throw Failed(user.Principal is null ? "the user is unknown" : "the password is wrong");
        (CredentialExpiryMs, IsTokenAuthenticated) = (user.ExpiryMs, user.IsToken);
        Principal = user.Principal;
        return $"v={Convert.ToBase64String(formatter.Hmac(user.Credential.ServerKey, authMessage))}";
    }

    SaslAuthenticationException Failed(string detail) => SaslAuthentication.InvalidCredentials(mechanism, detail);
}
