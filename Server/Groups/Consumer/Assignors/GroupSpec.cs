using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Consumer.Assignors;

/// <summary>
/// A consumer group as an assignor sees it: its members and the number of partitions of the topics that exist.
/// A subscription or a target assignment may name a topic or a partition that does not exist (any more): nobody is assigned it.
/// </summary>
sealed class GroupSpec(IReadOnlyCollection<MemberSubscription> members, IReadOnlyDictionary<Uuid, int> partitionCounts)
{
    public IReadOnlyCollection<MemberSubscription> Members => members;

    public IReadOnlyDictionary<Uuid, int> PartitionCounts => partitionCounts;

    /// <summary>Whether all members subscribe to the same topics.</summary>
    public bool IsHomogeneous { get; } = SubscribeAlike(members);

    static bool SubscribeAlike(IReadOnlyCollection<MemberSubscription> members)
    {
        IReadOnlySet<Uuid>? first = null;
        foreach (var member in members)
        {
            first ??= member.SubscribedTopicIds;
            if (!ReferenceEquals(first, member.SubscribedTopicIds) && !first.SetEquals(member.SubscribedTopicIds))
                return false;
        }

        return true;
    }
}
