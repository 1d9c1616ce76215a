using System.Runtime.InteropServices;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>Starts and ends the timers of members; whose timer expires is fenced.</summary>
sealed class ConsumerGroupTimers(CoordinatorContext context, ConsumerGroupSettings settings, Action<string, string, string> fence)
{
    public void StartSession(ConsumerGroup group, ConsumerGroupMember member)
    {
        var timers = TimersOf(group, member);
        timers.Session ??= Create(group, member, "the member session expired");
        timers.Session.Schedule(member.Classic?.SessionTimeoutMs ?? settings.SessionTimeoutMs(group.GroupId));
    }

    /// <summary>A member that has to give partitions up gets its rebalance timeout for it, in each epoch anew.</summary>
    public void UpdateRebalance(ConsumerGroup group, ConsumerGroupMember member)
    {
        // Members of the classic protocol have the timers of joining and syncing.
        if (member.Classic is not null)
            return;
        var timers = TimersOf(group, member);
        if (member.State != MemberState.UnrevokedPartitions)
        {
            timers.Rebalance?.Cancel();
            return;
        }

        timers.Rebalance ??= Create(group, member, "it failed to revoke its partitions within the rebalance timeout");
        timers.Rebalance.Schedule(member.RebalanceTimeoutMs);
    }

    /// <summary>All that a loaded member needs: what had run of its timers before is forgotten.</summary>
    public void Start(ConsumerGroup group, ConsumerGroupMember member)
    {
        StartSession(group, member);
        UpdateRebalance(group, member);
    }

    static MemberTimers TimersOf(ConsumerGroup group, ConsumerGroupMember member) =>
        CollectionsMarshal.GetValueRefOrAddDefault(group.Timers, member.MemberId, out _) ??= new();

    CoordinatorTimer Create(ConsumerGroup group, ConsumerGroupMember member, string reason)
    {
        var (groupId, memberId) = (group.GroupId, member.MemberId);
        return context.Timers.Create(() => fence(groupId, memberId, reason));
    }
}
