using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// SaslHandshake v0-1 (KIP-43): chooses the mechanism. After version 0 the mechanism's messages come as frames without a header, after version 1 as SaslAuthenticate.
/// Without SASL on the listener, or too soon after the last time: ILLEGAL_SASL_STATE.
/// </summary>
public sealed class SaslHandshakeHandler(TimeProvider time, ILogger logger) : IHandler<SaslHandshakeRequest, SaslHandshakeResponse>
{
    const short LastVersionWithRawTokens = 0;

    public async ValueTask<SaslHandshakeResponse?> HandleAsync(SaslHandshakeRequest request, RequestContext context)
    {
        if (context.Connection.Sasl is not { } sasl)
            return new() { ErrorCode = ErrorCode.IllegalSaslState };

        try
        {
            var error = sasl.Handshake(request.Mechanism);
            sasl.TakesRawTokens = error == ErrorCode.None && context.ApiVersion <= LastVersionWithRawTokens;
            if (error == ErrorCode.UnsupportedSaslMechanism)
                await SaslFailure.DelayAsync(context.Connection, new($"Unsupported SASL mechanism {request.Mechanism}"), time, logger);
            return new() { ErrorCode = error, Mechanisms = [.. sasl.Config.EnabledMechanisms] };
        }
        catch (SaslAuthenticationException e)
        {
            await SaslFailure.DelayAsync(context.Connection, e, time, logger);
            return new() { ErrorCode = ErrorCode.UnsupportedSaslMechanism, Mechanisms = [.. sasl.Config.EnabledMechanisms] };
        }
    }
}
