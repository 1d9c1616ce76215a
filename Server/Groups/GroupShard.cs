using Microsoft.Extensions.Logging;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups;

/// <summary>The groups of one partition of <c>__consumer_offsets</c>, and what they have committed.</summary>
public sealed class GroupShard(CoordinatorContext context) : ICoordinatorShard
{
    public GroupTable Groups { get; } = new();

    public void Replay(in CoordinatorRecord record, long producerId) =>
        context.Logger.LogDebug("A record of type {Type} is left as it is", record.Type);

    public void ReplayEndTransaction(long producerId, bool isCommitted)
    {
    }

    public void OnLoaded()
    {
    }

    public void OnMetadataUpdate(ClusterImage previous, ClusterImage next)
    {
    }
}
