using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>A static member that has restarted takes its own place again under a new id, without a rebalance where the group can do without (KIP-345).</summary>
sealed class ClassicStaticJoin(CoordinatorContext context, ClassicRebalance rebalance, ClassicSessions sessions, ClassicReplies replies)
{
    const short FirstVersionWithSkipAssignment = 9;

    public void Replace(ClassicGroup group, ClassicGroupMember replaced, string memberId, ClassicJoinRequest join)
    {
        var leaderBefore = group.LeaderId;
        var member = new ClassicGroupMember(memberId, replaced.GroupInstanceId, replaced.ClientId, replaced.ClientHost)
        {
            RebalanceTimeoutMs = join.Request.RebalanceTimeoutMs,
            SessionTimeoutMs = join.Request.SessionTimeoutMs,
            Protocols = join.Protocols,
            Assignment = replaced.Assignment,
        };
        replies.Dismiss(group, replaced, ErrorCode.FencedInstanceId, replaced.MemberId);
        group.EndPendingSync(replaced);
        group.Replace(replaced, member);
        sessions.Restart(group, member);
        context.Logger.LogInformation("Member {Member} of group {Group} takes the place of {Replaced} as {GroupInstanceId}", memberId, group.GroupId, replaced.MemberId, member.GroupInstanceId);

        if (group.State == ClassicGroupState.Stable && group.Members.SelectProtocol() == group.ProtocolName)
        {
            Keep(group, replaced, member, leaderBefore, join);
            return;
        }

        replies.AwaitJoin(group, member, join.Reply);
        rebalance.PrepareOrComplete(group, $"Static member {memberId} with instance id {member.GroupInstanceId} rejoins; client reason: {join.Reason}");
    }

    /// <summary>Nothing changes for the others: what the member was assigned is its own still.</summary>
    void Keep(ClassicGroup group, ClassicGroupMember replaced, ClassicGroupMember member, string? leaderBefore, ClassicJoinRequest join)
    {
        try
        {
            context.Append(ClassicGroupRecords.Of(group.GroupId, ClassicGroupRecords.Generation(group, static kept => kept.Assignment)));
        }
        catch (CoordinatorException e)
        {
            context.Logger.LogWarning(e, "Group {Group} with the new member {Member} cannot be written", group.GroupId, member.MemberId);
            group.Replace(member, replaced);
            sessions.Restart(group, replaced);
            replies.Reply(join.Reply, ClassicReplies.FailedJoin(e.Error));
            return;
        }

        var response = ClassicReplies.Joined(group, member.MemberId);
        if (join.Client.ApiVersion >= FirstVersionWithSkipAssignment)
        {
            response.SkipAssignment = group.LeaderId == member.MemberId;
        }
        else
        {
            // A leader that cannot skip the assignment is to follow its own from before: it is told of its old id as the leader's.
            response.Leader = leaderBefore ?? "";
            response.Members = [];
        }

        replies.Reply(join.Reply, response);
    }
}
