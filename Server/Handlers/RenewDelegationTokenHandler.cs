using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>RenewDelegationToken v0-2 (KIP-48): by a token's owner and its renewers, up to its maximum lifetime.</summary>
public sealed class RenewDelegationTokenHandler(DelegationTokenControl tokens) : IHandler<RenewDelegationTokenRequest, RenewDelegationTokenResponse>
{
    public async ValueTask<RenewDelegationTokenResponse?> HandleAsync(RenewDelegationTokenRequest request, RequestContext context)
    {
        if (!DelegationTokenRequests.IsAllowed(context))
            return new() { ErrorCode = ErrorCode.DelegationTokenRequestNotAllowed, ExpiryTimestampMs = DelegationTokenRequests.NoTimestamp };
        var (error, token) = await tokens.RenewAsync(context.Principal, request.Hmac, request.RenewPeriodMs);
        return new() { ErrorCode = error, ExpiryTimestampMs = token?.ExpiryTimestampMs ?? 0 };
    }
}
