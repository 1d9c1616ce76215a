using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>Who is a member of a group: joining, leaving, being fenced; static members (KIP-345) come back under another member id.</summary>
sealed class Membership(CoordinatorContext context, Rebalance rebalance, RegularExpressions regexes, ConsumerGroupTimers timers)
{
    /// <summary>The member that a heartbeat speaks for; null for a new one.</summary>
    /// <exception cref="CoordinatorException">It is unknown, or fenced.</exception>
    public static ConsumerGroupMember? FindDynamic(ConsumerGroup? group, string groupId, string memberId, int memberEpoch, Assignment? owned)
    {
        var member = group?.Find(memberId);
        if (member is not null)
            CheckEpoch(member, memberEpoch, owned);
        else if (memberEpoch != ConsumerGroupMember.JoinEpoch)
            throw new CoordinatorException(ErrorCode.UnknownMemberId, $"Member {memberId} is not a member of group {groupId}.");
        return member;
    }

    /// <summary>As <see cref="FindDynamic"/>, for a member with an instance id: one that joins takes the place of the member that left with the intent to return.</summary>
    public ConsumerGroupMember? FindStatic(ConsumerGroup? group, string memberId, string instanceId, int memberEpoch, Assignment? owned)
    {
        var existing = group?.FindStatic(instanceId);
        CheckStatic(existing, memberId, instanceId, memberEpoch, owned);
        if (memberEpoch != ConsumerGroupMember.JoinEpoch)
            return existing;
        return existing is null ? group?.Find(memberId) : Replace(group!, existing, memberId);
    }

    /// <exception cref="CoordinatorException">Who asks is unknown, or fenced.</exception>
    public static void Check(ConsumerGroup? group, string groupId, string memberId, string? instanceId, int memberEpoch, Assignment? owned)
    {
        if (instanceId is null)
            FindDynamic(group, groupId, memberId, memberEpoch, owned);
        else
            CheckStatic(group?.FindStatic(instanceId), memberId, instanceId, memberEpoch, owned);
    }

    /// <exception cref="CoordinatorException">The instance id is unknown, or another member's.</exception>
    public static void CheckInstance(ConsumerGroupMember? existing, string memberId, string instanceId)
    {
        if (existing is null)
            throw new CoordinatorException(ErrorCode.UnknownMemberId, $"Instance id {instanceId} is unknown.");
        if (existing.MemberId != memberId)
            throw new CoordinatorException(ErrorCode.FencedInstanceId, $"Static member {memberId} with instance id {instanceId} was fenced by member {existing.MemberId}.");
    }

    /// <summary>A member under a new id: it keeps its target and what it has.</summary>
    public ConsumerGroupMember Replace(ConsumerGroup group, ConsumerGroupMember existing, string memberId)
    {
        var target = group.Target.Of(existing.MemberId);
        AppendTombstones(group, existing.MemberId);
        var member = existing with { MemberId = memberId, MemberEpoch = ConsumerGroupMember.JoinEpoch, PreviousMemberEpoch = ConsumerGroupMember.JoinEpoch };
        context.Append(ConsumerGroupRecords.Member(group.GroupId, member));
        context.Append(ConsumerGroupRecords.Target(group.GroupId, memberId, target));
        context.Append(ConsumerGroupRecords.Current(group.GroupId, member));
        context.Logger.LogInformation(
            "[GroupId {Group}] Static member {Instance} re-joins: member {Member} replaces {Existing}", group.GroupId, existing.InstanceId, memberId, existing.MemberId);
        return group.Get(memberId);
    }

    /// <summary>A static member that will be back keeps its place until its session ends; what it was to give up nobody has any more.</summary>
    public void LeaveForAWhile(ConsumerGroup group, ConsumerGroupMember member)
    {
        var away = member with { MemberEpoch = ConsumerGroupMember.StaticLeaveEpoch, PendingRevocation = Assignment.Empty };
        context.Append(ConsumerGroupRecords.Current(group.GroupId, away));
        timers.UpdateRebalance(group, away);
    }

    /// <summary>Removes members; those that stay share what becomes free.</summary>
    public void Remove(ConsumerGroup group, IReadOnlyCollection<ConsumerGroupMember> members)
    {
        foreach (var member in members)
            AppendTombstones(group, member.MemberId);
        foreach (var regex in members.Select(member => member.SubscribedTopicRegex).Distinct())
            regexes.RemoveUnused(group, regex);
        rebalance.Bump(group);
    }

    /// <summary>The log's readers rely on the order.</summary>
    void AppendTombstones(ConsumerGroup group, string memberId)
    {
        context.Append(ConsumerGroupRecords.CurrentTombstone(group.GroupId, memberId));
        context.Append(ConsumerGroupRecords.TargetTombstone(group.GroupId, memberId));
        context.Append(ConsumerGroupRecords.MemberTombstone(group.GroupId, memberId));
    }

    static void CheckStatic(ConsumerGroupMember? existing, string memberId, string instanceId, int memberEpoch, Assignment? owned)
    {
        if (memberEpoch != ConsumerGroupMember.JoinEpoch)
        {
            CheckInstance(existing, memberId, instanceId);
            CheckEpoch(existing!, memberEpoch, owned);
        }
        else if (existing is { Classic: null, MemberEpoch: not ConsumerGroupMember.StaticLeaveEpoch })
        {
            // Two that both speak the consumer protocol tell each other when an instance id is free.
            throw new CoordinatorException(ErrorCode.UnreleasedInstanceId, $"Static member {memberId} with instance id {instanceId} cannot join the group because the instance id is owned by {existing.MemberId} member.");
        }
    }

    /// <summary>The epoch before is accepted of who has nothing but what is its own: the answer that told the new one may have been lost.</summary>
    static void CheckEpoch(ConsumerGroupMember member, int epoch, Assignment? owned)
    {
        if (epoch == member.MemberEpoch)
            return;
        if (epoch > member.MemberEpoch)
            throw Fenced("greater", epoch, member);
        if (epoch != member.PreviousMemberEpoch || owned is null || !owned.Except(member.Assigned).IsEmpty)
            throw Fenced("smaller", epoch, member);
    }

    static CoordinatorException Fenced(string how, int epoch, ConsumerGroupMember member) => new(
        ErrorCode.FencedMemberEpoch,
        $"The consumer group member has a {how} member epoch ({epoch}) than the one known by the group coordinator ({member.MemberEpoch}). The member must abandon all its partitions and rejoin.");
}
