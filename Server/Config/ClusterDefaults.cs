namespace NettyKafka.Server.Config;

/// <summary>What is set for a cluster of several nodes unless somebody sets it otherwise: what a node that stops had is on others too.</summary>
public static class ClusterDefaults
{
    const int MaxReplicationFactor = 3;

    /// <summary>As many as there are nodes in most clusters, and some more: each node coordinates something.</summary>
    const string CoordinatorPartitions = "10";

    public static Dictionary<string, string> Of(int nodes)
    {
        var factor = $"{Math.Min(nodes, MaxReplicationFactor)}";
        Dictionary<string, string> defaults = new()
        {
            ["default.replication.factor"] = factor,
            ["offsets.topic.replication.factor"] = factor,
            ["transaction.state.log.replication.factor"] = factor,
        };
        if (nodes > 1)
            defaults["offsets.topic.num.partitions"] = defaults["transaction.state.log.num.partitions"] = CoordinatorPartitions;
        return defaults;
    }
}
