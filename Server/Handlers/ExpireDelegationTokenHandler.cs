using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// ExpireDelegationToken v0-2 (KIP-48): by a token's owner and its renewers, at once when the period is negative. Who is logged in with it stays so until the
/// session ends.
/// </summary>
public sealed class ExpireDelegationTokenHandler(DelegationTokenControl tokens) : IHandler<ExpireDelegationTokenRequest, ExpireDelegationTokenResponse>
{
    public async ValueTask<ExpireDelegationTokenResponse?> HandleAsync(ExpireDelegationTokenRequest request, RequestContext context)
    {
        if (!DelegationTokenRequests.IsAllowed(context))
            return new() { ErrorCode = ErrorCode.DelegationTokenRequestNotAllowed, ExpiryTimestampMs = DelegationTokenRequests.NoTimestamp };
        var (error, token) = await tokens.ExpireAsync(context.Principal, request.Hmac, request.ExpiryTimePeriodMs);
        return new() { ErrorCode = error, ExpiryTimestampMs = token?.ExpiryTimestampMs ?? 0 };
    }
}
