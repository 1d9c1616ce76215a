using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>
/// The rebalance of a classic group: members are expected to join until all have or the longest rebalance timeout is over; then a generation begins, and each
/// has as long again to ask for its assignment.
/// </summary>
sealed class ClassicRebalance(CoordinatorContext context, ClassicReplies replies, ClassicSessions sessions, int initialDelayMs)
{
    // Members choose their timeouts, and may choose none: nobody who has joined is looked for more often.
    const int MinRetryMs = 1000;

    public void PrepareOrComplete(ClassicGroup group, string reason)
    {
        if (group.State.CanBecome(ClassicGroupState.PreparingRebalance))
            Prepare(group, reason);
        else
            CompleteIfAllJoined(group);
    }

    public void Prepare(ClassicGroup group, string reason)
    {
        if (group.State == ClassicGroupState.CompletingRebalance)
            ResetAssignments(group, ErrorCode.RebalanceInProgress);
        group.EndPendingSyncs();
        group.TransitionTo(ClassicGroupState.PreparingRebalance, context.NowMs);
        context.Logger.LogInformation("Preparing to rebalance group {Group} with old generation {Generation} (reason: {Reason})", group.GroupId, group.Generation, reason);
        if (group.IsInitialRebalance)
            BeginInitialDelay(group);
        else if (group.HasAllMembersJoined)
            Complete(group);
        else
            ScheduleCompletion(group, group.Members.RebalanceTimeoutMs);
    }

    public void CompleteIfAllJoined(ClassicGroup group)
    {
        if (group.State == ClassicGroupState.PreparingRebalance && !group.IsInitialRebalance && group.HasAllMembersJoined)
            Complete(group);
    }

    /// <summary>A member is gone: the others share what it had.</summary>
    public void OnRemoved(ClassicGroup group, string reason)
    {
        if (group.State is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance)
            Prepare(group, reason);
        else if (group.State == ClassicGroupState.PreparingRebalance && group.HasAllMembersJoined)
            Complete(group);
    }

    /// <summary>Whoever waits for its assignment hears an error in place of it.</summary>
    public void ResetAssignments(ClassicGroup group, ErrorCode error)
    {
        foreach (var member in group.Members.All)
        {
            member.Assignment = [];
            if (replies.ReplySync(member, ClassicReplies.FailedSync(error)))
                sessions.Restart(group, member);
        }
    }

    /// <summary>Ends the wait for members to join, whoever has.</summary>
    void Complete(ClassicGroup group)
    {
        group.JoinTimer?.Cancel();
        RemoveNotJoined(group);
        if (!group.TryElectJoinedLeader() && group.Members.Count > 0)
        {
            context.Logger.LogError("Group {Group} could not complete rebalance because no members rejoined", group.GroupId);
            group.InitialDelay = default;
            ScheduleCompletion(group, Math.Max(group.Members.RebalanceTimeoutMs, MinRetryMs));
        }
        else if (group.Members.Count == 0)
        {
            BecomeEmpty(group);
        }
        else
        {
            BeginGeneration(group);
        }
    }

    void BeginGeneration(ClassicGroup group)
    {
        group.BeginGeneration(context.NowMs);
        context.Logger.LogInformation("Stabilized group {Group} generation {Generation} with {Members} members", group.GroupId, group.Generation, group.Members.Count);
        foreach (var member in group.Members.All)
        {
            replies.ReplyJoin(group, member, ClassicReplies.Joined(group, member.MemberId));
            sessions.Restart(group, member);
            member.IsNew = false;
            group.Members.SetPendingSync(member, true);
        }

        group.SyncTimer ??= context.Timers.Create(() => ExpirePendingSyncs(group));
        group.SyncTimer.Schedule(group.Members.RebalanceTimeoutMs);
    }

    void BecomeEmpty(ClassicGroup group)
    {
        var value = ClassicGroupRecords.Empty(group, context.NowMs);
        try
        {
            context.Append(ClassicGroupRecords.Of(group.GroupId, value));
        }
        catch (CoordinatorException e)
        {
            // After a restart the generation before comes back, and its members' sessions end again.
            context.Logger.LogWarning(e, "Group {Group} without members cannot be written", group.GroupId);
            group.Apply(value);
        }

        context.Logger.LogInformation("Group {Group} with generation {Generation} is now empty", group.GroupId, group.Generation);
    }

    void RemoveNotJoined(ClassicGroup group)
    {
        if (group.Members.Count == group.Members.AwaitingJoinCount)
            return;
        foreach (var member in group.Members.All.Where(member => !member.IsStatic && member.AwaitingJoin is null).ToList())
        {
            context.Logger.LogInformation("Group {Group} removes member {Member}, who has not joined", group.GroupId, member.MemberId);
            group.Remove(member);
        }
    }

    void BeginInitialDelay(ClassicGroup group)
    {
        group.InitialDelay = InitialRebalanceDelay.Begin(initialDelayMs, group.Members.RebalanceTimeoutMs);
        if (initialDelayMs > 0)
            ScheduleCompletion(group, initialDelayMs);
        else
            Complete(group);
    }

    void ScheduleCompletion(ClassicGroup group, int delayMs)
    {
        group.JoinTimer ??= context.Timers.Create(() => EndJoinPhase(group));
        group.JoinTimer.Schedule(delayMs);
    }

    void EndJoinPhase(ClassicGroup group)
    {
        if (group is { IsInitialRebalance: true, InitialDelay.CanExtend: true })
        {
            group.InitialDelay = group.InitialDelay.Extend(initialDelayMs);
            ScheduleCompletion(group, group.InitialDelay.StepMs);
        }
        else
        {
            Complete(group);
        }
    }

    void ExpirePendingSyncs(ClassicGroup group)
    {
        foreach (var member in group.Members.All.Where(member => member.IsPendingSync).ToList())
        {
            context.Logger.LogInformation("Group {Group} removes member {Member}, who has not asked for its assignment", group.GroupId, member.MemberId);
            group.Remove(member);
        }

        Prepare(group, "removing members on pending sync request expiration");
    }
}
