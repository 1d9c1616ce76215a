using System.Collections.Immutable;

namespace NettyKafka.Server.Cluster;

/// <summary>Spreads replicas over the nodes: leaders in turn, followers on the nodes after them.</summary>
public static class ReplicaAssignment
{
    public static ImmutableArray<int>[] Spread(IReadOnlyList<int> nodes, int firstPartition, int partitionCount, int replicationFactor, int startNode)
    {
        var assignments = new ImmutableArray<int>[partitionCount];
        for (var i = 0; i < partitionCount; i++)
        {
            var leader = startNode + firstPartition + i;
            assignments[i] = [.. Enumerable.Range(0, replicationFactor).Select(replica => nodes[(leader + replica) % nodes.Count])];
        }

        return assignments;
    }

    /// <summary>Checks an assignment made by a client; null when it is valid, else the reason.</summary>
    public static string? Check(IReadOnlyList<int> replicas, int replicationFactor, IReadOnlyCollection<int> nodes)
    {
        if (replicas.Count == 0)
            return "The manual partition assignment includes an empty replica list.";
        if (replicas.Distinct().Count() != replicas.Count)
            return $"The manual partition assignment includes the broker {FirstDuplicate(replicas)} more than once.";
        foreach (var replica in replicas)
        {
            if (!nodes.Contains(replica))
                return $"The manual partition assignment includes broker {replica}, but no such broker is registered.";
        }

        return replicas.Count == replicationFactor
            ? null
            : $"The manual partition assignment includes a partition with {replicas.Count} replica(s), but this is not consistent with previous partitions, which have {replicationFactor} replica(s).";
    }

    static int FirstDuplicate(IReadOnlyList<int> replicas) => replicas.GroupBy(replica => replica).First(group => group.Count() > 1).Key;
}
