using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>
/// The owner of every partition that a group subscribes to, as the assignors work on it: members, topics and partitions are numbered in a fixed
/// order, so that the answer does not hang on the order they came in. It begins with the target assignments as far as they are still valid.
/// </summary>
sealed class PartitionOwners
{
    public const int Nobody = -1;

    readonly Dictionary<Uuid, int> topics = [];
    readonly Uuid[] topicIds;
    readonly int[] firstPartitions;
    readonly int[] owners;

    public PartitionOwners(GroupSpec group)
    {
        Members = [.. group.Members];
        Array.Sort(Members, CompareMembers);
        Loads = new int[Members.Length];
        topicIds = SubscribedTopicIds(group);
        firstPartitions = new int[topicIds.Length + 1];
        for (var topic = 0; topic < topicIds.Length; topic++)
        {
            topics[topicIds[topic]] = topic;
            firstPartitions[topic + 1] = firstPartitions[topic] + group.PartitionCounts[topicIds[topic]];
        }

        owners = new int[firstPartitions[^1]];
        Array.Fill(owners, Nobody);
        Subscribers = FindSubscribers(group.IsHomogeneous);
        KeepTargets(group.IsHomogeneous);
    }

    public MemberSubscription[] Members { get; }

    /// <summary>The number of partitions each member owns.</summary>
    public int[] Loads { get; }

    /// <summary>The members that subscribe to each topic, in order.</summary>
    public int[][] Subscribers { get; }

    public int TopicCount => topicIds.Length;

    public int PartitionCount => owners.Length;

    public int this[int partition]
    {
        get => owners[partition];
        set
        {
            if (owners[partition] != Nobody)
                Loads[owners[partition]]--;
            owners[partition] = value;
            if (value != Nobody)
                Loads[value]++;
        }
    }

    /// <summary>The numbers of a topic's partitions: they follow one another.</summary>
    public (int First, int End) PartitionsOf(int topic) => (firstPartitions[topic], firstPartitions[topic + 1]);

    public Dictionary<string, Assignment> ToAssignments()
    {
        var ends = new int[Members.Length];
        for (var member = 1; member < ends.Length; member++)
            ends[member] = ends[member - 1] + Loads[member - 1];
        var byMember = new int[Loads.Sum()];
        for (var partition = 0; partition < owners.Length; partition++)
        {
            if (owners[partition] != Nobody)
                byMember[ends[owners[partition]]++] = partition;
        }

        var assignments = new Dictionary<string, Assignment>(Members.Length);
        for (var member = 0; member < ends.Length; member++)
        {
            var owned = byMember.AsSpan(ends[member] - Loads[member], Loads[member]);
            var target = Members[member].TargetAssignment;
            assignments[Members[member].MemberId] = Matches(target, owned) ? target : ToAssignment(owned);
        }

        return assignments;
    }

    // Static members come first: a dynamic member that comes or goes under a new id does not shift them.
    static int CompareMembers(MemberSubscription left, MemberSubscription right) => (left.InstanceId, right.InstanceId) switch
    {
        (null, null) => string.CompareOrdinal(left.MemberId, right.MemberId),
        (null, _) => 1,
        (_, null) => -1,
        _ => string.CompareOrdinal(left.InstanceId, right.InstanceId),
    };

    static Uuid[] SubscribedTopicIds(GroupSpec group)
    {
        var sets = group.Members.Take(group.IsHomogeneous ? 1 : int.MaxValue).Select(member => member.SubscribedTopicIds).Distinct(ReferenceEqualityComparer.Instance);
        var subscribed = new HashSet<Uuid>();
        foreach (var set in sets.Cast<IReadOnlySet<Uuid>>())
            subscribed.UnionWith(set);
        Uuid[] existing = [.. subscribed.Where(group.PartitionCounts.ContainsKey)];
        Array.Sort(existing, Assignment.CompareTopicIds);
        return existing;
    }

    int[][] FindSubscribers(bool isHomogeneous)
    {
        if (isHomogeneous)
            return [.. Enumerable.Repeat(Enumerable.Range(0, Members.Length).ToArray(), topicIds.Length)];

        var subscribers = Array.ConvertAll(topicIds, _ => new List<int>());
        for (var member = 0; member < Members.Length; member++)
        {
            foreach (var topicId in Members[member].SubscribedTopicIds)
            {
                if (topics.TryGetValue(topicId, out var topic))
                    subscribers[topic].Add(member);
            }
        }

        return Array.ConvertAll(subscribers, list => list.ToArray());
    }

    void KeepTargets(bool isHomogeneous)
    {
        for (var member = 0; member < Members.Length; member++)
        {
            foreach (var (topicId, partitions) in Members[member].TargetAssignment.Topics)
            {
                if (!topics.TryGetValue(topicId, out var topic) || !(isHomogeneous || Members[member].SubscribedTopicIds.Contains(topicId)))
                    continue;
                foreach (var partition in partitions)
                    KeepTarget(topic, partition, member);
            }
        }
    }

    void KeepTarget(int topic, int partition, int member)
    {
        var (first, end) = PartitionsOf(topic);
        if (partition >= 0 && partition < end - first && owners[first + partition] == Nobody)
            this[first + partition] = member;
    }

    bool Matches(Assignment target, ReadOnlySpan<int> owned)
    {
        if (target.Count != owned.Length)
            return false;

        var next = 0;
        foreach (var (topicId, partitions) in target.Topics)
        {
            if (!topics.TryGetValue(topicId, out var topic))
                return false;
            foreach (var partition in partitions)
            {
                if (firstPartitions[topic] + partition != owned[next++])
                    return false;
            }
        }

        return true;
    }

    Assignment ToAssignment(ReadOnlySpan<int> owned)
    {
        var assigned = ImmutableArray.CreateBuilder<TopicPartitions>();
        for (var topic = 0; !owned.IsEmpty; topic++)
        {
            topic = FindTopic(topic, owned[0]);
            var (first, end) = PartitionsOf(topic);
            var count = owned.BinarySearch(end) is var index && index < 0 ? ~index : index;
            var partitions = new int[count];
            for (var i = 0; i < count; i++)
                partitions[i] = owned[i] - first;
            assigned.Add(new(topicIds[topic], ImmutableCollectionsMarshal.AsImmutableArray(partitions)));
            owned = owned[count..];
        }

        return Assignment.FromSorted(assigned.DrainToImmutable());
    }

    int FindTopic(int from, int partition)
    {
        var index = Array.BinarySearch(firstPartitions, from, firstPartitions.Length - from, partition + 1);
        return (index < 0 ? ~index : index) - 1;
    }
}
