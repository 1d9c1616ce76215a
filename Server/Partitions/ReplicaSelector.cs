using System.Collections.Concurrent;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Partitions;

/// <summary>From which replica a consumer had better read (KIP-392): one in its own rack, where <c>replica.selector.class</c> says so, or one that was chosen by hand.</summary>
public sealed class ReplicaSelector(ClusterMetadata cluster, BrokerConfig config)
{
    readonly ConcurrentDictionary<TopicPartition, int> chosen = new();
    readonly bool isRackAware = config.ReplicaSelectorClassName is { Length: > 0 };

    /// <summary>Sends the consumers of a partition to a node, whatever their rack; null leaves it to the racks again.</summary>
    public void Choose(TopicPartition partition, int? nodeId)
    {
        if (nodeId is { } id)
            chosen[partition] = id;
        else
            chosen.TryRemove(partition, out _);
    }

    /// <summary>The node that a consumer which asks the leader is sent to; null where it reads from the leader.</summary>
    public int? Select(Partition partition, string clientRack)
    {
        var registration = partition.Registration;
        if (chosen.TryGetValue(partition.Id, out var byHand))
            return byHand != registration.Leader && IsUp(registration, byHand) ? byHand : null;
        if (!isRackAware || clientRack.Length == 0 || cluster.FindNode(registration.Leader)?.Rack == clientRack)
            return null;
        foreach (var replica in registration.Isr)
        {
            if (cluster.FindNode(replica)?.Rack == clientRack)
                return replica;
        }

        return null;
    }

    bool IsUp(PartitionRegistration registration, int nodeId) => registration.Isr.Contains(nodeId) && cluster.FindNode(nodeId) is not null;
}
