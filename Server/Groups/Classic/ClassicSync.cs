using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>SyncGroup to a classic group: the leader brings the assignment of all, the others wait for theirs.</summary>
sealed class ClassicSync(CoordinatorContext context, ClassicRebalance rebalance, ClassicSessions sessions, ClassicReplies replies)
{
    public void Sync(ClassicGroup group, SyncGroupRequest request, PendingReply<SyncGroupResponse> reply)
    {
        var error = Check(group, request);
        if (error != ErrorCode.None)
        {
            replies.Reply(reply, ClassicReplies.FailedSync(error));
            return;
        }

        var member = group.Members.Find(request.MemberId)!;
        group.EndPendingSync(member);
        if (group.State == ClassicGroupState.Stable)
        {
            replies.Reply(reply, ClassicReplies.Assigned(group, member));
            return;
        }

        replies.AwaitSync(member, reply);
        if (group.LeaderId == request.MemberId)
            Assign(group, request);
    }

    static ErrorCode Check(ClassicGroup group, SyncGroupRequest request)
    {
        if (group.CheckMember(request.MemberId, request.GroupInstanceId) is not ErrorCode.None and var error)
            return error;
        if (request.GenerationId != group.Generation)
            return ErrorCode.IllegalGeneration;
        if (IsOther(request.ProtocolType, group.ProtocolType) || IsOther(request.ProtocolName, group.ProtocolName))
            return ErrorCode.InconsistentGroupProtocol;
        return group.State == ClassicGroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    static bool IsOther(string? asked, string? ours) => asked is not null && ours is not null && asked != ours;

    void Assign(ClassicGroup group, SyncGroupRequest request)
    {
        context.Logger.LogInformation("Assignment received from leader {Leader} for group {Group} for generation {Generation}; it has {Members} members, {Static} of which are static", request.MemberId, group.GroupId, group.Generation, group.Members.Count, group.Members.StaticCount);
        var assignments = new Dictionary<string, byte[]>(request.Assignments.Count, StringComparer.Ordinal);
        foreach (var assignment in request.Assignments)
            assignments[assignment.MemberId] = assignment.Assignment;
        try
        {
            context.Append(ClassicGroupRecords.Of(group.GroupId, ClassicGroupRecords.Generation(group, member => assignments.GetValueOrDefault(member.MemberId, []))));
        }
        catch (CoordinatorException e)
        {
            context.Logger.LogWarning(e, "The assignment of group {Group} cannot be written", group.GroupId);
            rebalance.ResetAssignments(group, e.Error);
            rebalance.PrepareOrComplete(group, $"Error {e.Error} when storing group assignment during SyncGroup (member: {request.MemberId})");
            return;
        }

        foreach (var member in group.Members.All)
        {
            if (replies.ReplySync(member, ClassicReplies.Assigned(group, member)))
                sessions.Restart(group, member);
        }
    }
}
