namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>
/// Balances by chains of moves: a member gives a partition to a co-subscriber, which gives one of another topic to a third, until it lands on a
/// member with at least two partitions fewer than the first. With no such chain left, no assignment is better balanced.
/// The chains of a round are found together, the shortest first: Dinic's way to a maximum flow.
/// </summary>
sealed class BalancingPaths(PartitionOwners owners, OwnedTopics owned)
{
    const int Unseen = -1;

    readonly bool[] isSettled = new bool[owners.Members.Length];
    readonly int[] memberDepths = new int[owners.Members.Length];
    readonly int[] topicDepths = new int[owners.TopicCount];
    readonly int[][] givable = new int[owners.Members.Length][];
    readonly int[] nextTopics = new int[owners.Members.Length];
    readonly int[] nextSubscribers = new int[owners.TopicCount];
    readonly Queue<int> waiting = new();
    readonly Stack<(int Member, int Topic)> path = new();

    public void Exhaust()
    {
        while (FindMostLoaded() is { Count: > 0 } mostLoaded)
        {
            var load = owners.Loads[mostLoaded[0]];
            if (!Reach(mostLoaded, load - 2))
                Settle();
            else
                mostLoaded.ForEach(member => Unload(member, load - 2));
        }
    }

    List<int> FindMostLoaded()
    {
        var mostLoaded = new List<int>();
        for (var member = 0; member < isSettled.Length; member++)
        {
            if (isSettled[member] || (mostLoaded.Count > 0 && owners.Loads[member] < owners.Loads[mostLoaded[0]]))
                continue;
            if (mostLoaded.Count > 0 && owners.Loads[member] > owners.Loads[mostLoaded[0]])
                mostLoaded.Clear();
            mostLoaded.Add(member);
        }

        return mostLoaded;
    }

    /// <summary>Numbers members and topics by the length of the way to them, up to the nearest member that may take a partition.</summary>
    bool Reach(List<int> from, int maxLoad)
    {
        Array.Fill(memberDepths, Unseen);
        Array.Fill(topicDepths, Unseen);
        Array.Clear(givable);
        Array.Clear(nextTopics);
        Array.Clear(nextSubscribers);
        from.ForEach(member => Visit(member, 0));

        var lastDepth = int.MaxValue;
        while (waiting.TryDequeue(out var member))
        {
            if (owners.Loads[member] <= maxLoad)
                lastDepth = Math.Min(lastDepth, memberDepths[member]);
            if (memberDepths[member] < lastDepth)
                VisitCoSubscribers(member);
        }

        return lastDepth < int.MaxValue;
    }

    void VisitCoSubscribers(int member)
    {
        givable[member] = owned.TopicsOf(member);
        foreach (var topic in givable[member])
        {
            if (topicDepths[topic] != Unseen)
                continue;
            topicDepths[topic] = memberDepths[member] + 1;
            foreach (var subscriber in owners.Subscribers[topic])
            {
                if (memberDepths[subscriber] == Unseen && !isSettled[subscriber])
                    Visit(subscriber, topicDepths[topic] + 1);
            }
        }
    }

    void Visit(int member, int depth)
    {
        memberDepths[member] = depth;
        waiting.Enqueue(member);
    }

    // Whoever the most loaded reach has as many partitions or one fewer, and reaches nobody else: no later move can touch them.
    void Settle()
    {
        for (var member = 0; member < isSettled.Length; member++)
            isSettled[member] |= memberDepths[member] != Unseen;
    }

    void Unload(int member, int maxLoad)
    {
        path.Clear();
        while (owners.Loads[member] > maxLoad)
        {
            if (Step(member, out var topic, out var subscriber))
            {
                path.Push((member, topic));
                member = subscriber;
            }
            else if (path.TryPop(out var back))
            {
                nextSubscribers[back.Topic]++;
                member = back.Member;
            }
            else
            {
                return;
            }
        }

        for (var to = member; path.TryPop(out var move); to = move.Member)
            owned.Move(move.Topic, move.Member, to);
    }

    bool Step(int member, out int topic, out int subscriber)
    {
        for (; nextTopics[member] < (givable[member]?.Length ?? 0); nextTopics[member]++)
        {
            topic = givable[member][nextTopics[member]];
            if (topicDepths[topic] != memberDepths[member] + 1 || !owned.Owns(member, topic))
                continue;
            for (; nextSubscribers[topic] < owners.Subscribers[topic].Length; nextSubscribers[topic]++)
            {
                subscriber = owners.Subscribers[topic][nextSubscribers[topic]];
                if (memberDepths[subscriber] == topicDepths[topic] + 1)
                    return true;
            }
        }

        (topic, subscriber) = (Unseen, Unseen);
        return false;
    }
}
