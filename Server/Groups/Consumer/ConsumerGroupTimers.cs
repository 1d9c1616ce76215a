using System.Runtime.InteropServices;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>Starts and ends the timers of members; whose timer expires is fenced.</summary>
sealed class ConsumerGroupTimers(CoordinatorContext context, ConsumerGroupSettings settings, Action<string, string, string> fence)
{
    public void StartSession(ConsumerGroup group, ConsumerGroupMember member)
    {
        var timers = TimersOf(group, member);
        timers.CancelOtherProtocol(isClassic: member.Classic is not null);
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
        if (member.State != MemberState.UnrevokedPartitions || member.MemberEpoch == ConsumerGroupMember.StaticLeaveEpoch)
        {
            timers.Rebalance?.Cancel();
            return;
        }

        timers.Rebalance ??= Create(group, member, "it failed to revoke its partitions within the rebalance timeout");
        timers.Rebalance.Schedule(member.RebalanceTimeoutMs);
    }

    /// <summary>A member of the classic protocol has been told to join again; told once more it has no more time.</summary>
    public void StartJoin(ConsumerGroup group, ConsumerGroupMember member)
    {
        var timers = TimersOf(group, member);
        timers.Join ??= Create(group, member, "the classic member failed to join within the rebalance timeout");
        if (!timers.Join.IsScheduled)
            timers.Join.Schedule(member.RebalanceTimeoutMs);
    }

    public static void EndJoin(ConsumerGroup group, ConsumerGroupMember member) => TimersOf(group, member).Join?.Cancel();

    /// <summary>A member of the classic protocol has joined and is to ask for its assignment.</summary>
    public void StartSync(ConsumerGroup group, ConsumerGroupMember member)
    {
        var timers = TimersOf(group, member);
        timers.Sync ??= Create(group, member, "the member failed to sync within timeout");
        timers.Sync.Schedule(member.RebalanceTimeoutMs);
    }

    public static void EndSync(ConsumerGroup group, ConsumerGroupMember member) => TimersOf(group, member).Sync?.Cancel();

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
