using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>DescribeUserScramCredentials v0 (KIP-554): mechanisms and iterations, never keys. Rights: DESCRIBE on the cluster.</summary>
public sealed class DescribeUserScramCredentialsHandler(ClusterMetadata cluster) : IHandler<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>
{
    public ValueTask<DescribeUserScramCredentialsResponse?> HandleAsync(DescribeUserScramCredentialsRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Describe))
            return new(new DescribeUserScramCredentialsResponse { ErrorCode = ErrorCode.ClusterAuthorizationFailed, ErrorMessage = "Cluster authorization failed." });
        var scram = cluster.Image.Scram;
        var users = request.Users is { Count: > 0 } wanted ? wanted.ConvertAll(user => user.Name) : [.. scram.Users];
        return new(new DescribeUserScramCredentialsResponse
        {
            ErrorMessage = null,
            Results = [.. users.GroupBy(user => user).Select(same => Describe(scram, same.Key, isTwice: same.Count() > 1))],
        });
    }

    static DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult Describe(ScramImage scram, string user, bool isTwice)
    {
        if (isTwice)
            return Failed(user, ErrorCode.DuplicateResource, $"Cannot describe SCRAM credentials for the same user twice in a single request: {user}");
        var credentials = scram.CredentialsOf(user);
        if (credentials.IsEmpty)
            return Failed(user, ErrorCode.ResourceNotFound, $"Attempt to describe a user credential that does not exist: {user}");
        return new()
        {
            User = user,
            ErrorMessage = null,
            CredentialInfos =
            [
                .. credentials.Select(credential => new DescribeUserScramCredentialsResponse.CredentialInfo
                {
                    Mechanism = (sbyte)credential.Key,
                    Iterations = credential.Value.Iterations,
                }),
            ],
        };
    }

    static DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult Failed(string user, ErrorCode error, string message) => new()
    {
        User = user,
        ErrorCode = error,
        ErrorMessage = message,
    };
}
