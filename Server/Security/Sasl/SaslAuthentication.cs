using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Server.Security.Sasl;

/// <summary>
/// Where a connection is in saying who it is: handshake, then the messages of a mechanism, then complete, and perhaps the same again later (KIP-368). Used by
/// one request at a time.
/// </summary>
public sealed class SaslAuthentication(SaslMechanisms mechanisms, TimeProvider time)
{
    static readonly TimeSpan MinReauthenticationInterval = TimeSpan.FromSeconds(1);

    SaslServer? server;
    string? mechanism;
    KafkaPrincipal? principal;
    long lastStarted;
    bool isBusy;
    long? expires;

    public SaslConfig Config => mechanisms.Config;

    /// <summary>Whether the client has said who it is; it stays so while it does it again.</summary>
    public bool IsComplete => principal is not null;

    /// <summary>Whether the messages of a mechanism are what has to come next.</summary>
    public bool IsExchanging => server is not null;

    public bool IsTokenAuthenticated { get; private set; }

    /// <summary>Whether the messages come as frames without a request header: after a handshake of version 0.</summary>
    public bool TakesRawTokens { get; set; }

    /// <summary>Whether the time is over for which the client may go on without saying it again.</summary>
    public bool IsExpired => expires is { } end && time.GetTimestamp() > end;

    /// <summary>The same words for a wrong password, an unknown user and anything else that the client must not tell apart.</summary>
    public static SaslAuthenticationException InvalidCredentials(string mechanism, string detail) =>
        new($"Authentication failed during authentication due to invalid credentials with SASL mechanism {mechanism}", detail);

    /// <summary>Begins the exchange of a mechanism, for the first time or again.</summary>
    public ErrorCode Handshake(string wanted)
    {
        if (server is not null || (IsComplete && time.GetElapsedTime(lastStarted) < MinReauthenticationInterval))
            return ErrorCode.IllegalSaslState;
        if (!Config.EnabledMechanisms.Contains(wanted))
            return ErrorCode.UnsupportedSaslMechanism;
        if (IsComplete && wanted != mechanism)
            throw new SaslAuthenticationException($"SASL mechanism '{wanted}' requested by client is not supported for re-authentication of mechanism '{mechanism}'");
        (server, mechanism, lastStarted) = (mechanisms.Create(wanted), wanted, time.GetTimestamp());
        return ErrorCode.None;
    }

    /// <summary>Takes a message of the exchange; when it was the last one the connection is its principal's.</summary>
    /// <exception cref="SaslAuthenticationException">The client has failed: the connection must close.</exception>
    public async ValueTask<(byte[] Answer, long SessionLifetimeMs)> AuthenticateAsync(ReadOnlyMemory<byte> message)
    {
        var exchange = server ?? throw new InvalidOperationException("No exchange has begun.");
        if (isBusy)
            throw new ProtocolException("a message of a SASL mechanism came before the last one was answered");
        isBusy = true;
        try
        {
            var answer = await exchange.EvaluateAsync(message).ConfigureAwait(false);
            return exchange.IsComplete ? (answer, Complete(exchange)) : (answer, 0);
        }
        finally
        {
            isBusy = false;
        }
    }

    public KafkaPrincipal Principal => principal ?? KafkaPrincipal.Anonymous;

    long Complete(SaslServer exchange)
    {
        if (principal is not null && principal != exchange.Principal)
        {
            throw new SaslAuthenticationException(
                $"Cannot change principals during re-authentication from {principal.Type}.{principal.Name}: {exchange.Principal!.Type}.{exchange.Principal.Name}");
        }
        (principal, server, IsTokenAuthenticated) = (exchange.Principal, null, exchange.IsTokenAuthenticated);
        var lifetimeMs = LifetimeMs(exchange.CredentialExpiryMs, Config.MaxReauthMs(mechanism!));
        expires = lifetimeMs is { } ms ? time.GetTimestamp() + (long)(ms * (time.TimestampFrequency / 1000.0)) : null;
        return lifetimeMs ?? 0;
    }

    long? LifetimeMs(long? credentialExpiryMs, long? maxReauthMs)
    {
        var ofCredential = credentialExpiryMs - time.GetUtcNow().ToUnixTimeMilliseconds();
        var lifetime = ofCredential is { } one && maxReauthMs is { } other ? Math.Min(one, other) : ofCredential ?? maxReauthMs;
        return lifetime is { } ms ? Math.Max(0, ms) : null;
    }
}
