using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>JoinGroup to a classic group.</summary>
sealed class ClassicJoin(CoordinatorContext context, ClassicRebalance rebalance, ClassicSessions sessions, ClassicReplies replies, int maxSize)
{
    const short FirstVersionThatKnowsItsMemberId = 4;

    readonly ClassicStaticJoin staticJoin = new(context, rebalance, sessions, replies);

    public void Join(ClassicGroup group, JoinGroupRequest request, GroupClient client, PendingReply<JoinGroupResponse> reply)
    {
        var join = new ClassicJoinRequest(request, client, reply);
        if (!Accepts(group, request.MemberId))
            Refuse(group, join);
        else if (!group.CanFollow(request.ProtocolType, join.Protocols))
            Fail(join, ErrorCode.InconsistentGroupProtocol);
        else if (request.MemberId.Length == 0)
            JoinNew(group, join);
        else if (group.IsPendingJoin(request.MemberId))
            JoinPending(group, join);
        else
            JoinExisting(group, join);
    }

    /// <summary>
    /// While members join, those that have are counted and not those that may: a group that is larger than allowed loses who comes last.
    /// </summary>
    bool Accepts(ClassicGroup group, string memberId) => group.State switch
    {
        ClassicGroupState.PreparingRebalance => group.Members.Find(memberId)?.AwaitingJoin is not null || group.Members.AwaitingJoinCount < maxSize,
        ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable => group.Members.Find(memberId) is not null || group.Members.Count < maxSize,
        _ => true,
    };

    void Refuse(ClassicGroup group, ClassicJoinRequest join)
    {
        group.RemovePendingJoin(join.Request.MemberId);
        if (group.Members.Find(join.Request.MemberId) is { } member)
            group.Remove(member);
        replies.Reply(join.Reply, ClassicReplies.FailedJoin(ErrorCode.GroupMaxSizeReached));
        rebalance.CompleteIfAllJoined(group);
    }

    void JoinNew(ClassicGroup group, ClassicJoinRequest join)
    {
        var memberId = $"{join.Request.GroupInstanceId ?? join.Client.ClientId}-{Guid.NewGuid()}";
        if (join.Request.GroupInstanceId is { } instanceId && group.Members.FindStatic(instanceId) is { } replaced)
            staticJoin.Replace(group, replaced, memberId, join);
        else if (join.Request.GroupInstanceId is null && join.Client.ApiVersion >= FirstVersionThatKnowsItsMemberId)
            RequireMemberId(group, memberId, join);
        else
            Add(group, memberId, join);
    }

    /// <summary>A client that never hears of its id would leave a member behind each time it tries again (KIP-394).</summary>
    void RequireMemberId(ClassicGroup group, string memberId, ClassicJoinRequest join)
    {
        var session = context.Timers.Create(() => ExpirePending(group, memberId));
        group.AddPendingJoin(memberId, session);
        session.Schedule(join.Request.SessionTimeoutMs);
        replies.Reply(join.Reply, ClassicReplies.FailedJoin(ErrorCode.MemberIdRequired, memberId));
    }

    void ExpirePending(ClassicGroup group, string memberId)
    {
        context.Logger.LogInformation("Pending member {Member} in group {Group} has been removed after session timeout expiration", memberId, group.GroupId);
        group.RemovePendingJoin(memberId);
        if (group.State == ClassicGroupState.PreparingRebalance)
            rebalance.OnRemoved(group, "pending member");
    }

    void JoinPending(ClassicGroup group, ClassicJoinRequest join)
    {
        if (join.Request.GroupInstanceId is null)
            Add(group, join.Request.MemberId, join);
        else
            Fail(join, ErrorCode.UnknownMemberId);
    }

    void Add(ClassicGroup group, string memberId, ClassicJoinRequest join)
    {
        var (request, client) = (join.Request, join.Client);
        var member = new ClassicGroupMember(memberId, request.GroupInstanceId, client.ClientId, client.ClientHost)
        {
            RebalanceTimeoutMs = request.RebalanceTimeoutMs,
            SessionTimeoutMs = request.SessionTimeoutMs,
            Protocols = join.Protocols,
            AwaitingJoin = join.Reply,
            IsNew = true,
        };
        if (group.IsInitialRebalance)
            group.InitialDelay = group.InitialDelay with { HasNewMember = true };
        group.Add(member, request.ProtocolType);
        sessions.StartNew(group, member);
        rebalance.PrepareOrComplete(group, $"Adding new member {memberId} with group instance id {request.GroupInstanceId ?? "null"}; client reason: {join.Reason}");
    }

    void JoinExisting(ClassicGroup group, ClassicJoinRequest join)
    {
        var memberId = join.Request.MemberId;
        var error = group.CheckMember(memberId, join.Request.GroupInstanceId);
        if (error != ErrorCode.None)
        {
            Fail(join, error);
            return;
        }

        // A follower that asks again may not have heard the answer; a leader asks because it wants to assign anew.
        var member = group.Members.Find(memberId)!;
        var isUpToDate = group.State switch
        {
            ClassicGroupState.CompletingRebalance => member.Matches(join.Protocols),
            ClassicGroupState.Stable => group.LeaderId != memberId && member.Matches(join.Protocols),
            _ => false,
        };
        if (isUpToDate)
            replies.Reply(join.Reply, ClassicReplies.Joined(group, memberId));
        else
            Update(group, member, join);
    }

    void Update(ClassicGroup group, ClassicGroupMember member, ClassicJoinRequest join)
    {
        group.Members.SetProtocols(member, join.Protocols);
        member.RebalanceTimeoutMs = join.Request.RebalanceTimeoutMs;
        member.SessionTimeoutMs = join.Request.SessionTimeoutMs;
        replies.AwaitJoin(group, member, join.Reply);
        rebalance.PrepareOrComplete(group, $"Member {member.MemberId} is joining group during {group.State}; client reason: {join.Reason}");
    }

    void Fail(ClassicJoinRequest join, ErrorCode error) => replies.Reply(join.Reply, ClassicReplies.FailedJoin(error, join.Request.MemberId));
}
