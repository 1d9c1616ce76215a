using System.Text;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>OAUTHBEARER (RFC 7628): a bearer token behind a header. A token that does not count is answered with a reason, which the client acknowledges before it has failed.</summary>
sealed class OAuthBearerSaslServer(OAuthBearerTokens tokens) : SaslServer
{
    const char Separator = '\u0001';
    const string InvalidToken = """{"status":"invalid_token"}""";
    const string AuthKey = "auth=";
    const string BearerPrefix = "Bearer ";

    string? refusal;

    public override async ValueTask<byte[]> EvaluateAsync(ReadOnlyMemory<byte> message)
    {
        if (refusal is not null)
            throw new SaslAuthenticationException(InvalidToken, refusal);
        var text = Encoding.UTF8.GetString(message.Span);
        var (authorizationId, token) = Parse(text);
        var result = await tokens.ValidateAsync(token).ConfigureAwait(false);
        if (result.Refusal is not null)
        {
            refusal = result.Refusal;
            return Encoding.UTF8.GetBytes(InvalidToken);
        }
        if (authorizationId.Length > 0 && authorizationId != result.Subject)
            throw new SaslAuthenticationException($"Authentication failed: Client requested an authorization id ({authorizationId}) that is different from the token's principal name ({result.Subject})");
        CredentialExpiryMs = result.ExpiryMs;
        Principal = KafkaPrincipal.OfUser(result.Subject!);
        return [];
    }

    /// <summary>n,[a=ID],␁auth=Bearer TOKEN␁[NAME=VALUE␁…]␁</summary>
    static (string AuthorizationId, string Token) Parse(string text)
    {
        var fields = text.Split(Separator);
        var header = fields[0].Split(',');
        var auth = Array.Find(fields, field => field.StartsWith(AuthKey, StringComparison.Ordinal));
        var hasForm = header is ["n", _, ""] && auth is not null && text.EndsWith("\u0001\u0001", StringComparison.Ordinal);
        if (!hasForm || !auth![AuthKey.Length..].StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))
            throw new SaslAuthenticationException("Invalid OAUTHBEARER client first message");
        return (header[1].StartsWith("a=", StringComparison.Ordinal) ? header[1][2..] : "", auth[(AuthKey.Length + BearerPrefix.Length)..].Trim());
    }
}
