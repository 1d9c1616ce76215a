namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>
/// Balances a group whose members subscribe to different topics. Partitions without owner go to the least loaded subscriber, then each topic is
/// balanced between its subscribers once: that makes most of the moves. <see cref="BalancingPaths"/> makes the rest.
/// </summary>
sealed class HeterogeneousBalance
{
    readonly PartitionOwners owners;
    readonly OwnedTopics owned;
    readonly int[] topicsInOrder;

    public HeterogeneousBalance(PartitionOwners owners)
    {
        this.owners = owners;
        owned = new(owners);
        topicsInOrder = [.. Enumerable.Range(0, owners.TopicCount).OrderBy(topic => owners.Subscribers[topic].Length)];
    }

    public void Reach()
    {
        foreach (var topic in topicsInOrder)
            AssignUnowned(topic);
        foreach (var topic in topicsInOrder.Where(IsUnbalanced))
            Balance(topic);
        new BalancingPaths(owners, owned).Exhaust();
    }

    void AssignUnowned(int topic)
    {
        PriorityQueue<int, (int, int)>? leastLoaded = null;
        var (partition, end) = owners.PartitionsOf(topic);
        for (; partition < end; partition++)
        {
            if (owners[partition] != PartitionOwners.Nobody)
                continue;
            leastLoaded ??= LeastLoaded(topic);
            var member = leastLoaded.Peek();
            owned.Add(topic, partition, member);
            leastLoaded.DequeueEnqueue(member, (owners.Loads[member], member));
        }
    }

    bool IsUnbalanced(int topic)
    {
        var (least, most) = (int.MaxValue, 0);
        foreach (var member in owners.Subscribers[topic])
            (least, most) = (Math.Min(least, owners.Loads[member]), Math.Max(most, owners.Loads[member]));
        return most - least > 1;
    }

    void Balance(int topic)
    {
        var leastLoaded = LeastLoaded(topic);
        var mostLoaded = MostLoadedOwners(topic);
        while (mostLoaded.TryPeek(out var giver, out _) && leastLoaded.Peek() is var taker && owners.Loads[giver] - owners.Loads[taker] > 1)
        {
            owned.Move(topic, giver, taker);
            leastLoaded.DequeueEnqueue(taker, (owners.Loads[taker], taker));
            mostLoaded.Dequeue();
            if (owned.Owns(giver, topic))
                mostLoaded.Enqueue(giver, (-owners.Loads[giver], giver));
        }
    }

    PriorityQueue<int, (int, int)> LeastLoaded(int topic) =>
        new(owners.Subscribers[topic].Select(member => (member, (owners.Loads[member], member))));

    PriorityQueue<int, (int, int)> MostLoadedOwners(int topic)
    {
        var (first, end) = owners.PartitionsOf(topic);
        return new(Enumerable.Range(first, end - first).Select(partition => owners[partition]).Distinct().Select(member => (member, (-owners.Loads[member], member))));
    }
}
