using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Handlers;

/// <summary>UnregisterBroker v0 (KIP-631), for brokers that a data directory of Kafka remembers; one that runs is refused. Rights: ALTER on the cluster.</summary>
public sealed class UnregisterBrokerHandler(ReplicationControl replication) : IHandler<UnregisterBrokerRequest, UnregisterBrokerResponse>
{
    public async ValueTask<UnregisterBrokerResponse?> HandleAsync(UnregisterBrokerRequest request, RequestContext context)
    {
        if (!context.IsAuthorizedOnCluster(AclOperation.Alter))
            return new() { ErrorCode = ErrorCode.ClusterAuthorizationFailed, ErrorMessage = "Cluster authorization failed." };
        var error = await replication.UnregisterBrokerAsync(request.BrokerId);
        return new() { ErrorCode = error.Code, ErrorMessage = error.Message };
    }
}
