using System.Collections.Immutable;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// The next step of a member towards its target: first it gives up what is not its own any more, then it moves to the target's epoch and is given what nobody
/// else has. A step that changes nothing answers the member itself.
/// </summary>
sealed class Reconciliation(ConsumerGroup group)
{
    /// <param name="member">The member as it is.</param>
    /// <param name="owned">What it says that it has; null when it does not say.</param>
    /// <exception cref="CoordinatorException">It has to begin anew.</exception>
    public ConsumerGroupMember Next(ConsumerGroupMember member, Assignment? owned) => member.State switch
    {
        MemberState.Stable when member.MemberEpoch == group.Target.Epoch => member,
        MemberState.UnrevokedPartitions when Owns(owned, member.PendingRevocation) => member,
        // What it had to give up is given up: that completes the epoch it was told to do it in.
        MemberState.UnrevokedPartitions => Next(member, member.MemberEpoch + 1, owned),
        MemberState.Unknown when owned is not { IsEmpty: true } => throw new CoordinatorException(
            ErrorCode.FencedMemberEpoch, "The consumer group member is in a unknown state. The member must abandon all its partitions and rejoin."),
        MemberState.Unknown => Next(member, group.Target.Epoch, owned),
        _ => Next(member, member.MemberEpoch, owned),
    };

    static bool Owns(Assignment? owned, Assignment revoked) => owned is null || !owned.Intersect(revoked).IsEmpty;

    ConsumerGroupMember Next(ConsumerGroupMember member, int epoch, Assignment? owned)
    {
        var target = group.Target.Of(member.MemberId);
        var kept = member.Assigned.Intersect(target);
        var revoked = member.Assigned.Except(kept);
        if (!revoked.IsEmpty && Owns(owned, revoked))
            return member.AtEpoch(epoch) with { State = MemberState.UnrevokedPartitions, Assigned = kept, PendingRevocation = revoked };

        var wanted = target.Except(kept);
        var free = FreeOf(wanted);
        return member.AtEpoch(group.Target.Epoch) with
        {
            State = free.Count == wanted.Count ? MemberState.Stable : MemberState.UnreleasedPartitions,
            Assigned = kept.Union(free),
            PendingRevocation = Assignment.Empty,
        };
    }

    Assignment FreeOf(Assignment wanted)
    {
        var topics = ImmutableArray.CreateBuilder<TopicPartitions>();
        foreach (var (topicId, partitions) in wanted.Topics)
        {
            var free = partitions.RemoveAll(partition => group.Owners.IsOwned(topicId, partition));
            if (!free.IsEmpty)
                topics.Add(new(topicId, free));
        }

        return Assignment.FromSorted(topics.DrainToImmutable());
    }
}
