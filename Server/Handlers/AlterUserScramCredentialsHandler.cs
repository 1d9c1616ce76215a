using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// AlterUserScramCredentials v0 (KIP-554). What it sets counts for the next login; who is logged in stays so. Rights: ALTER on the cluster.
/// </summary>
public sealed class AlterUserScramCredentialsHandler(ScramControl scram) : IHandler<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>
{
    public async ValueTask<AlterUserScramCredentialsResponse?> HandleAsync(AlterUserScramCredentialsRequest request, RequestContext context)
    {
        var results = context.IsAuthorizedOnCluster(AclOperation.Alter)
            ? await scram.AlterAsync(request)
            : UsersOf(request).ConvertAll(user => (user, new ApiError(ErrorCode.ClusterAuthorizationFailed, "Cluster authorization failed.")));
        return new()
        {
            Results = results.ConvertAll(result => new AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult
            {
                User = result.Item1,
                ErrorCode = result.Item2.Code,
                ErrorMessage = result.Item2.Message,
            }),
        };
    }

    static List<string> UsersOf(AlterUserScramCredentialsRequest request) =>
        [.. request.Deletions.Select(deletion => deletion.Name).Concat(request.Upsertions.Select(upsertion => upsertion.Name)).Distinct()];
}
