using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>
/// RemoveRaftVoter v0 (KIP-853). The quorum has one voter, which cannot go: every request ends with the error that Kafka has for it. Rights: ALTER on the cluster.
/// </summary>
public sealed class RemoveRaftVoterHandler(ClusterMetadata cluster) : IHandler<RemoveRaftVoterRequest, RemoveRaftVoterResponse>
{
    public ValueTask<RemoveRaftVoterResponse?> HandleAsync(RemoveRaftVoterRequest request, RequestContext context)
    {
        var (error, message) = Refuse(request, context);
        return new(new RemoveRaftVoterResponse { ErrorCode = error, ErrorMessage = message });
    }

    (ErrorCode Error, string Message) Refuse(RemoveRaftVoterRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Alter))
            return (ErrorCode.ClusterAuthorizationFailed, "Cluster authorization failed.");
        if (request.ClusterId is { } clusterId && clusterId != cluster.ClusterId)
            return (ErrorCode.InconsistentClusterId, $"The given id \"{clusterId}\" doesn't match the cluster id \"{cluster.ClusterId}\"");
        if (request.VoterId < 0 || request.VoterDirectoryId.IsZero)
            return (ErrorCode.InvalidRequest, "Remove voter request didn't include a valid voter");
        var quorum = cluster.Image.Quorum;
        if (!quorum.IsReconfigurable)
            return (ErrorCode.UnsupportedVersion, $"Cluster doesn't support removing voter because the kraft.version feature is {quorum.KRaftVersion}");
        return request.VoterId == cluster.ControllerId
            ? (ErrorCode.InvalidRequest, $"Voter {request.VoterId} is the only one of this cluster")
            : (ErrorCode.VoterNotFound, $"Cannot remove voter {request.VoterId} from the set of voters [{cluster.ControllerId}]");
    }
}
