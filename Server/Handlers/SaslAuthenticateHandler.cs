using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Security.Sasl;

namespace NettyKafka.Server.Handlers;

/// <summary>SaslAuthenticate v0-2 (KIP-152): one message of the mechanism that was chosen. From version 1 on it tells for how long the client need not come again (KIP-368).</summary>
public sealed class SaslAuthenticateHandler(TimeProvider time, ILogger logger) : IHandler<SaslAuthenticateRequest, SaslAuthenticateResponse>
{
    public async ValueTask<SaslAuthenticateResponse?> HandleAsync(SaslAuthenticateRequest request, RequestContext context)
    {
        if (context.Connection.Sasl is not { IsExchanging: true } sasl)
            return new() { ErrorCode = ErrorCode.IllegalSaslState, ErrorMessage = "SaslAuthenticate request received after successful authentication" };

        try
        {
            var (answer, lifetimeMs) = await sasl.AuthenticateAsync(request.AuthBytes);
            context.Connection.Principal = sasl.Principal;
            return new() { ErrorMessage = null, AuthBytes = answer, SessionLifetimeMs = lifetimeMs };
        }
        catch (SaslAuthenticationException e)
        {
            await SaslFailure.DelayAsync(context.Connection, e, time, logger);
            return new() { ErrorCode = ErrorCode.SaslAuthenticationFailed, ErrorMessage = e.Message };
        }
    }
}
