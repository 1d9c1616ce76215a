using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>Checks the tokens of OAUTHBEARER, which are JWTs: who signed them, who issued them for whom, and whether they are in time.</summary>
public sealed class OAuthBearerTokens(OAuthBearerConfig config, TimeProvider time)
{
    static readonly string[] algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    readonly JsonWebKeys? keys = config.JwksEndpointUrl is { } url ? new(url, config.JwksRefresh, time) : null;

    /// <summary>Whose token it is and until when, or why it does not count.</summary>
    public async ValueTask<(string? Subject, long? ExpiryMs, string? Refusal)> ValidateAsync(string token)
    {
        TokenValidationResult result;
        try
        {
            result = await ValidateSignedAsync(token).ConfigureAwait(false);
        }
        catch (Exception e) when (JsonWebKeys.IsUnreadable(e))
        {
            return (null, null, $"the keys of {config.JwksEndpointUrl} cannot be read: {e.Message}");
        }
        if (!result.IsValid)
            return (null, null, $"the token does not count: {Reason(result.Exception)}");
        var jwt = (JsonWebToken)result.SecurityToken;
        return jwt.TryGetPayloadValue<string>(config.SubClaimName, out var subject) && subject.Length > 0
            ? (subject, new DateTimeOffset(jwt.ValidTo, TimeSpan.Zero).ToUnixTimeMilliseconds(), null)
            : (null, null, $"the token has no claim {config.SubClaimName}");
    }

    async ValueTask<TokenValidationResult> ValidateSignedAsync(string token)
    {
        if (keys is null)
            return await handler.ValidateTokenAsync(token, Parameters([])).ConfigureAwait(false);
        var result = await handler.ValidateTokenAsync(token, Parameters(await keys.GetAsync().ConfigureAwait(false))).ConfigureAwait(false);
        // Who issues tokens may have a new key since.
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException && await keys.RefreshAsync().ConfigureAwait(false))
            result = await handler.ValidateTokenAsync(token, Parameters(await keys.GetAsync().ConfigureAwait(false))).ConfigureAwait(false);
        return result;
    }

    TokenValidationParameters Parameters(IEnumerable<SecurityKey> signingKeys) => new()
    {
        RequireSignedTokens = !config.AllowsUnsecured,
        ValidAlgorithms = config.AllowsUnsecured ? [SecurityAlgorithms.None] : algorithms,
        IssuerSigningKeys = signingKeys,
        ValidateIssuerSigningKey = !config.AllowsUnsecured,
        ValidateIssuer = config.ExpectedIssuer is not null,
        ValidIssuer = config.ExpectedIssuer,
        ValidateAudience = config.ExpectedAudience.Count > 0,
        ValidAudiences = config.ExpectedAudience,
        RequireExpirationTime = true,
        LifetimeValidator = IsInTime,
    };

    bool IsInTime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && now - config.ClockSkew < end && (notBefore is not { } start || now + config.ClockSkew >= start);
    }

    /// <summary>Neither the token nor a claim of it is in the words.</summary>
    static string Reason(Exception? exception) => exception switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenNoExpirationException => "it is not in time",
        SecurityTokenInvalidIssuerException => "its issuer is another than expected",
        SecurityTokenInvalidAudienceException => "its audience is another than expected",
        SecurityTokenSignatureKeyNotFoundException => "the key that signed it is unknown",
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => "its signature is not valid",
        SecurityTokenMalformedException or ArgumentException => "it is no JWT",
        _ => exception?.GetType().Name ?? "it is not valid",
    };
}
