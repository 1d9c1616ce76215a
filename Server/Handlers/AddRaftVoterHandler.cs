using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>AddRaftVoter v0-1 (KIP-853). The quorum has one voter and cannot grow: every request ends with the error that Kafka has for it. Rights: ALTER on the cluster.</summary>
public sealed class AddRaftVoterHandler(ClusterMetadata cluster) : IHandler<AddRaftVoterRequest, AddRaftVoterResponse>
{
    public ValueTask<AddRaftVoterResponse?> HandleAsync(AddRaftVoterRequest request, RequestContext context)
    {
        var (error, message) = Refuse(request, context);
        return new(new AddRaftVoterResponse { ErrorCode = error, ErrorMessage = message });
    }

    (ErrorCode Error, string Message) Refuse(AddRaftVoterRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Alter))
            return (ErrorCode.ClusterAuthorizationFailed, "Cluster authorization failed.");
        if (request.ClusterId is { } clusterId && clusterId != cluster.ClusterId)
            return (ErrorCode.InconsistentClusterId, $"The given id \"{clusterId}\" doesn't match the cluster id \"{cluster.ClusterId}\"");
        if (request.VoterId < 0 || request.VoterDirectoryId.IsZero)
            return (ErrorCode.InvalidRequest, "Add voter request didn't include a valid voter");
        if (request.Listeners.Count == 0)
            return (ErrorCode.InvalidRequest, "Add voter request didn't include the endpoint of the voter");
        var quorum = cluster.Image.Quorum;
        if (!quorum.IsReconfigurable)
            return (ErrorCode.UnsupportedVersion, $"Cluster doesn't support adding voter because the kraft.version feature is {quorum.KRaftVersion}");
        return quorum.ReadVoters().Any(voter => voter.VoterId == request.VoterId)
            ? (ErrorCode.DuplicateVoter, $"The voter id for {request.VoterId} is already part of the set of voters")
            : (ErrorCode.InvalidRequest, $"The quorum of this cluster has one voter, {cluster.ControllerId}, and cannot grow");
    }
}
