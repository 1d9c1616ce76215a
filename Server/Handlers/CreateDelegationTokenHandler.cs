using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// CreateDelegationToken v0-3 (KIP-48, KIP-373): the id and the HMAC that the client, or who it gives them to, logs in with over SCRAM. Not over PLAINTEXT, not
/// without a client certificate over SSL, not by who has logged in with a token. Rights: none for a token of one's own, CREATE_TOKENS on another owner.
/// </summary>
public sealed class CreateDelegationTokenHandler(DelegationTokenControl tokens) : IHandler<CreateDelegationTokenRequest, CreateDelegationTokenResponse>
{
    public async ValueTask<CreateDelegationTokenResponse?> HandleAsync(CreateDelegationTokenRequest request, RequestContext context)
    {
        var owner = string.IsNullOrEmpty(request.OwnerPrincipalName) ? context.Principal : new(request.OwnerPrincipalType ?? "", request.OwnerPrincipalName);
        var response = new CreateDelegationTokenResponse
        {
            PrincipalType = owner.Type,
            PrincipalName = owner.Name,
            TokenRequesterPrincipalType = context.ApiVersion >= DelegationTokenRequests.FirstVersionWithRequester ? context.Principal.Type : "",
            TokenRequesterPrincipalName = context.ApiVersion >= DelegationTokenRequests.FirstVersionWithRequester ? context.Principal.Name : "",
            IssueTimestampMs = DelegationTokenRequests.NoTimestamp,
            ExpiryTimestampMs = DelegationTokenRequests.NoTimestamp,
            MaxTimestampMs = DelegationTokenRequests.NoTimestamp,
            ErrorCode = Check(request, owner, context),
        };
        if (response.ErrorCode == ErrorCode.None)
            await CreateAsync(request, owner, context.Principal, response);
        return response;
    }

    async ValueTask CreateAsync(CreateDelegationTokenRequest request, KafkaPrincipal owner, KafkaPrincipal requester, CreateDelegationTokenResponse response)
    {
        var renewers = request.Renewers.Select(renewer => new KafkaPrincipal(renewer.PrincipalType, renewer.PrincipalName)).ToList();
        (response.ErrorCode, var created) = await tokens.CreateAsync(owner, requester, renewers, request.MaxLifetimeMs);
        if (created is not { } token)
            return;
        response.IssueTimestampMs = token.IssueTimestampMs;
        response.ExpiryTimestampMs = token.ExpiryTimestampMs;
        response.MaxTimestampMs = token.MaxTimestampMs;
        response.TokenId = token.Id;
        response.Hmac = tokens.Secret!.HmacOf(token.Id);
    }

    static ErrorCode Check(CreateDelegationTokenRequest request, KafkaPrincipal owner, RequestContext context)
    {
        if (!DelegationTokenRequests.IsAllowed(context))
            return ErrorCode.DelegationTokenRequestNotAllowed;
        if (owner != context.Principal && !context.IsAuthorized(AclOperation.CreateTokens, ResourceType.User, owner.ToString()))
            return ErrorCode.DelegationTokenAuthorizationFailed;
        return request.Renewers.Any(renewer => renewer.PrincipalType != KafkaPrincipal.UserType) ? ErrorCode.InvalidPrincipalType : ErrorCode.None;
    }
}
