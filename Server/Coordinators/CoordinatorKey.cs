namespace NettyKafka.Server.Coordinators;

/// <summary>Which partition of an internal topic keeps the state of a group or a transactional id.</summary>
public static class CoordinatorKey
{
    /// <summary>Kafka's hash: the absolute value of Java's string hash, where the smallest int counts as 0.</summary>
    public static int PartitionFor(string key, int partitionCount)
    {
        var hash = 0;
        foreach (var c in key)
            hash = unchecked((31 * hash) + c);
        return (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitionCount;
    }
}
