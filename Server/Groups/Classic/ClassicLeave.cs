using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>LeaveGroup to a classic group: members leave, or an administrator removes static ones by their instance id alone.</summary>
sealed class ClassicLeave(CoordinatorContext context, ClassicRebalance rebalance, ClassicReplies replies)
{
    /// <summary>Answers for each member, in the order asked; the group is rebalanced once for all of them.</summary>
    public IReadOnlyList<LeaveGroupResponse.MemberResponse> Leave(ClassicGroup group, IReadOnlyList<LeaveGroupRequest.MemberIdentity> members)
    {
        var left = new LeaveGroupResponse.MemberResponse[members.Count];
        for (var i = 0; i < left.Length; i++)
            left[i] = Answer(members[i], Leave(group, members[i]));
        if (!Array.Exists(left, member => member.ErrorCode == ErrorCode.None))
            return left;
        if (group.State is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance)
            rebalance.Prepare(group, "explicit LeaveGroup request");
        else
            rebalance.CompleteIfAllJoined(group);
        return left;
    }

    public static LeaveGroupResponse.MemberResponse Answer(LeaveGroupRequest.MemberIdentity member, ErrorCode error) =>
        new() { MemberId = member.MemberId, GroupInstanceId = member.GroupInstanceId, ErrorCode = error };

    ErrorCode Leave(ClassicGroup group, LeaveGroupRequest.MemberIdentity identity)
    {
        if (identity.MemberId.Length > 0 && group.RemovePendingJoin(identity.MemberId))
            return ErrorCode.None;
        if (Find(group, identity, out var error) is not { } member)
            return error;
        context.Logger.LogInformation("Member {Member} has left group {Group}; client reason: {Reason}", member.MemberId, group.GroupId, identity.Reason ?? "not provided");
        replies.Dismiss(group, member, ErrorCode.UnknownMemberId);
        group.Remove(member);
        return ErrorCode.None;
    }

    static ClassicGroupMember? Find(ClassicGroup group, LeaveGroupRequest.MemberIdentity identity, out ErrorCode error)
    {
        if (identity.MemberId.Length > 0)
        {
            error = group.CheckMember(identity.MemberId, identity.GroupInstanceId);
            return error == ErrorCode.None ? group.Members.Find(identity.MemberId) : null;
        }

        error = ErrorCode.UnknownMemberId;
        return identity.GroupInstanceId is { } instanceId ? group.Members.FindStatic(instanceId) : null;
    }
}
