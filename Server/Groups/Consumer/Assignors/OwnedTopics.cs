namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>What each member owns by topic, so that a partition of a topic can be moved without a search.</summary>
sealed class OwnedTopics
{
    readonly PartitionOwners owners;
    readonly Dictionary<int, Stack<int>>[] partitions;

    public OwnedTopics(PartitionOwners owners)
    {
        this.owners = owners;
        partitions = Array.ConvertAll(owners.Members, _ => new Dictionary<int, Stack<int>>());
        for (var topic = 0; topic < owners.TopicCount; topic++)
        {
            var (partition, end) = owners.PartitionsOf(topic);
            for (; partition < end; partition++)
            {
                if (owners[partition] != PartitionOwners.Nobody)
                    Push(topic, partition, owners[partition]);
            }
        }
    }

    public bool Owns(int member, int topic) => partitions[member].TryGetValue(topic, out var stack) && stack.Count > 0;

    public int[] TopicsOf(int member) => [.. partitions[member].Where(topic => topic.Value.Count > 0).Select(topic => topic.Key)];

    public void Add(int topic, int partition, int member)
    {
        owners[partition] = member;
        Push(topic, partition, member);
    }

    /// <summary>Moves the partition that came last: what a member has always had it keeps longest.</summary>
    public void Move(int topic, int from, int to) => Add(topic, partitions[from][topic].Pop(), to);

    void Push(int topic, int partition, int member)
    {
        if (!partitions[member].TryGetValue(topic, out var stack))
            partitions[member][topic] = stack = new();
        stack.Push(partition);
    }
}
