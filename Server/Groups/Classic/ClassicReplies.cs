using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>Answers the JoinGroup and SyncGroup requests that wait in a member.</summary>
sealed class ClassicReplies(CoordinatorContext context)
{
    public void Reply<T>(PendingReply<T> reply, T response) => context.Reply(reply, response);

    public void ReplyJoin(ClassicGroup group, ClassicGroupMember member, JoinGroupResponse response)
    {
        if (member.AwaitingJoin is not { } reply)
            return;
        group.Members.SetAwaitingJoin(member, null);
        context.Reply(reply, response);
    }

    /// <summary>Answers true when the member was waiting.</summary>
    public bool ReplySync(ClassicGroupMember member, SyncGroupResponse response)
    {
        if (member.AwaitingSync is not { } reply)
            return false;
        member.AwaitingSync = null;
        context.Reply(reply, response);
        return true;
    }

    /// <summary>A member that joins again on another connection waits there; the request before is answered first.</summary>
    public void AwaitJoin(ClassicGroup group, ClassicGroupMember member, PendingReply<JoinGroupResponse> reply)
    {
        ReplyJoin(group, member, FailedJoin(ErrorCode.RebalanceInProgress, member.MemberId));
        group.Members.SetAwaitingJoin(member, reply);
    }

    /// <summary>As <see cref="AwaitJoin"/>, for its assignment.</summary>
    public void AwaitSync(ClassicGroupMember member, PendingReply<SyncGroupResponse> reply)
    {
        ReplySync(member, FailedSync(ErrorCode.RebalanceInProgress));
        member.AwaitingSync = reply;
    }

    /// <summary>Whatever the member waits for, it will not come.</summary>
    public void Dismiss(ClassicGroup group, ClassicGroupMember member, ErrorCode error, string memberId = "")
    {
        ReplyJoin(group, member, FailedJoin(error, memberId));
        ReplySync(member, FailedSync(error));
    }

    public static JoinGroupResponse FailedJoin(ErrorCode error, string memberId = "") => new() { ErrorCode = error, MemberId = memberId };

    public static SyncGroupResponse FailedSync(ErrorCode error) => new() { ErrorCode = error };

    /// <summary>The current generation as one member is told of it; the leader also hears of all the others.</summary>
    public static JoinGroupResponse Joined(ClassicGroup group, string memberId) => new()
    {
        GenerationId = group.Generation,
        ProtocolType = group.ProtocolType,
        ProtocolName = group.ProtocolName,
        Leader = group.LeaderId ?? "",
        MemberId = memberId,
        Members = group.LeaderId != memberId ? [] :
        [
            .. group.Members.All.Select(member => new JoinGroupResponse.JoinGroupResponseMember
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.GroupInstanceId,
                Metadata = member.MetadataOf(group.ProtocolName),
            }),
        ],
    };

    public static SyncGroupResponse Assigned(ClassicGroup group, ClassicGroupMember member) => new()
    {
        ProtocolType = group.ProtocolType,
        ProtocolName = group.ProtocolName,
        Assignment = member.Assignment,
    };
}
