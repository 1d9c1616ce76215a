namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>
/// Gives each subscriber of a topic one range of its partitions, in the order of the members. So topics with as many partitions and the same
/// subscribers are co-partitioned, and a static member that comes back under a new member id finds its ranges again.
/// </summary>
sealed class RangeAssignor : IPartitionAssignor
{
    public string Name => "range";

    public IReadOnlyDictionary<string, Assignment> Assign(GroupSpec group)
    {
        var owners = new PartitionOwners(group);
        for (var topic = 0; topic < owners.TopicCount; topic++)
            Assign(owners, topic);
        return owners.ToAssignments();
    }

    static void Assign(PartitionOwners owners, int topic)
    {
        var (next, end) = owners.PartitionsOf(topic);
        var (quota, extra) = Math.DivRem(end - next, owners.Subscribers[topic].Length);
        foreach (var member in owners.Subscribers[topic])
        {
            if (next == end)
                return;
            for (var rangeEnd = next + quota + (extra-- > 0 ? 1 : 0); next < rangeEnd; next++)
                owners[next] = member;
        }
    }
}
