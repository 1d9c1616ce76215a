using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>LeaveGroup to a classic group: members leave, or an administrator removes static ones by their instance id alone.</summary>
sealed class ClassicLeave(CoordinatorContext context, ClassicRebalance rebalance, ClassicReplies replies)
{
    /// <summary>Answers an error for each member, in the order asked; the group is rebalanced once for all of them.</summary>
    public IReadOnlyList<ErrorCode> Leave(ClassicGroup group, IReadOnlyList<LeaveGroupRequest.MemberIdentity> members)
    {
        var errors = new ErrorCode[members.Count];
        for (var i = 0; i < errors.Length; i++)
            errors[i] = Leave(group, members[i]);
        if (!errors.Contains(ErrorCode.None))
            return errors;
        if (group.State is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance)
            rebalance.Prepare(group, "explicit LeaveGroup request");
        else
            rebalance.CompleteIfAllJoined(group);
        return errors;
    }

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
