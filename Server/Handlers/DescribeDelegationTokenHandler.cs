using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// DescribeDelegationToken v0-3 (KIP-48): the tokens of the owners asked for, of all when none are named, with their HMACs. Who is neither owner nor renewer sees
/// those it has DESCRIBE on, or whose owner it has DESCRIBE_TOKENS on.
/// </summary>
public sealed class DescribeDelegationTokenHandler(ClusterMetadata cluster, DelegationTokenSecret? secret) : IHandler<DescribeDelegationTokenRequest, DescribeDelegationTokenResponse>
{
    public ValueTask<DescribeDelegationTokenResponse?> HandleAsync(DescribeDelegationTokenRequest request, RequestContext context) => new(Describe(request, context));

    DescribeDelegationTokenResponse Describe(DescribeDelegationTokenRequest request, RequestContext context)
    {
        if (!DelegationTokenRequests.IsAllowed(context))
            return new() { ErrorCode = ErrorCode.DelegationTokenRequestNotAllowed };
        if (secret is null)
            return new() { ErrorCode = ErrorCode.DelegationTokenAuthDisabled };

        var owners = request.Owners?.Select(owner => new KafkaPrincipal(owner.PrincipalType, owner.PrincipalName)).ToList();
        var asked = cluster.Image.DelegationTokens.All.Where(token => owners is null || owners.Exists(token.IsOwnerOrRenewer));
        return new() { Tokens = [.. asked.Where(token => MayDescribe(token, context)).Select(token => Describe(token, context.ApiVersion))] };
    }

    static bool MayDescribe(DelegationToken token, RequestContext context) =>
        token.IsOwnerOrRenewer(context.Principal)
        || context.IsAuthorized(AclOperation.Describe, ResourceType.DelegationToken, token.Id)
        || context.IsAuthorized(AclOperation.DescribeTokens, ResourceType.User, token.Owner.ToString());

    DescribeDelegationTokenResponse.DescribedDelegationToken Describe(DelegationToken token, short version) => new()
    {
        PrincipalType = token.Owner.Type,
        PrincipalName = token.Owner.Name,
        TokenRequesterPrincipalType = version >= DelegationTokenRequests.FirstVersionWithRequester ? token.Requester.Type : "",
        TokenRequesterPrincipalName = version >= DelegationTokenRequests.FirstVersionWithRequester ? token.Requester.Name : "",
        IssueTimestamp = token.IssueTimestampMs,
        ExpiryTimestamp = token.ExpiryTimestampMs,
        MaxTimestamp = token.MaxTimestampMs,
        TokenId = token.Id,
        Hmac = secret!.HmacOf(token.Id),
        Renewers = [.. token.Renewers.Select(renewer => new DescribeDelegationTokenResponse.DescribedDelegationTokenRenewer { PrincipalType = renewer.Type, PrincipalName = renewer.Name })],
    };
}
