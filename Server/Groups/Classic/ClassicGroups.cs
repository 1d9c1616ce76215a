using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>The classic group protocol in one shard: which group a request is for, and what the log says of groups.</summary>
public sealed class ClassicGroups
{
    readonly CoordinatorContext context;
    readonly GroupTable groups;
    readonly int maxSize;
    readonly ClassicReplies replies;
    readonly ClassicSessions sessions;
    readonly ClassicRebalance rebalance;
    readonly ClassicJoin join;
    readonly ClassicSync sync;
    readonly ClassicHeartbeat heartbeat;
    readonly ClassicLeave leave;
    bool isLoaded;

    public ClassicGroups(CoordinatorContext context, GroupTable groups, BrokerConfig config)
    {
        this.context = context;
        this.groups = groups;
        maxSize = config.GroupMaxSize;
        replies = new(context);
        sessions = new(context, OnSessionExpired);
        rebalance = new(context, replies, sessions, config.GroupInitialRebalanceDelayMs);
        join = new(context, rebalance, sessions, replies, maxSize);
        sync = new(context, rebalance, sessions, replies);
        heartbeat = new(sessions);
        leave = new(context, rebalance, replies);
    }

    /// <summary>Who names itself as a member of a group that is not there is unknown; who does not makes it.</summary>
    public void Join(JoinGroupRequest request, GroupClient client, PendingReply<JoinGroupResponse> reply)
    {
        if (groups.Find(request.GroupId) is { } other and not ClassicGroup)
        {
            if (!other.IsEmpty)
            {
                replies.Reply(reply, ClassicReplies.FailedJoin(ErrorCode.InconsistentGroupProtocol));
                return;
            }

            if (request.MemberId.Length > 0)
            {
                replies.Reply(reply, ClassicReplies.FailedJoin(ErrorCode.UnknownMemberId, request.MemberId));
                return;
            }

            other.AppendTombstones(context);
            groups.Remove(request.GroupId);
        }

        if (groups.Find(request.GroupId) is null && request.MemberId.Length == 0)
            context.Append(ClassicGroupRecords.Of(request.GroupId, ClassicGroupRecords.New(context.NowMs)));
        if (groups.TryFind<ClassicGroup>(request.GroupId, out var group))
            join.Join(group, request, client, reply);
        else
            replies.Reply(reply, ClassicReplies.FailedJoin(ErrorCode.UnknownMemberId, request.MemberId));
    }

    public void Sync(SyncGroupRequest request, PendingReply<SyncGroupResponse> reply)
    {
        if (groups.TryFind<ClassicGroup>(request.GroupId, out var group))
            sync.Sync(group, request, reply);
        else
            replies.Reply(reply, ClassicReplies.FailedSync(ErrorCode.UnknownMemberId));
    }

    public ErrorCode Heartbeat(HeartbeatRequest request) =>
        groups.TryFind<ClassicGroup>(request.GroupId, out var group) ? heartbeat.Heartbeat(group, request) : ErrorCode.UnknownMemberId;

    /// <summary>Answers an error for each member, in the order asked.</summary>
    public IReadOnlyList<LeaveGroupResponse.MemberResponse> Leave(string groupId, IReadOnlyList<LeaveGroupRequest.MemberIdentity> members) =>
        groups.TryFind<ClassicGroup>(groupId, out var group) ? leave.Leave(group, members) : [.. members.Select(member => ClassicLeave.Answer(member, ErrorCode.UnknownMemberId))];

    public void Replay(in CoordinatorRecord record)
    {
        var groupId = record.DecodeKey<GroupMetadataKey>().Group;
        if (record.DecodeValue<GroupMetadataValue>() is not { } value)
            Remove(groupId);
        else if (isLoaded && groups.TryFind<ClassicGroup>(groupId, out var group))
            group.Apply(value);
        else
            groups.Set(ClassicGroup.Load(groupId, value));
    }

    /// <summary>Every member has its session anew; none has to join again.</summary>
    public void OnLoaded()
    {
        isLoaded = true;
        foreach (var group in groups.All.OfType<ClassicGroup>().ToList())
            Start(group);
    }

    /// <exception cref="CoordinatorException">The group's record is larger than the topic takes: it cannot be adopted.</exception>
    public void CheckAdopt(ClassicGroup group) => context.Check(RecordOf(group));

    /// <summary>Takes on a group that was of another type, whose own records are gone; with a reason its members are asked to join at once.</summary>
    public void Adopt(ClassicGroup group, string? rebalanceReason)
    {
        groups.Set(group);
        context.Append(RecordOf(group));
        Start(group);
        if (rebalanceReason is not null && group.State == ClassicGroupState.Stable)
            rebalance.Prepare(group, rebalanceReason);
    }

    static CoordinatorRecord RecordOf(ClassicGroup group) => ClassicGroupRecords.Of(group.GroupId, ClassicGroupRecords.Generation(group, static member => member.Assignment));

    void Start(ClassicGroup group)
    {
        foreach (var member in group.Members.All)
            sessions.Restart(group, member);
        if (group.Members.Count > maxSize)
            rebalance.Prepare(group, $"Freshly-loaded group {group.GroupId} (size {group.Members.Count}) is over capacity {maxSize}");
    }

    void Remove(string groupId)
    {
        if (!groups.TryFind<ClassicGroup>(groupId, out var group))
            return;
        groups.Remove(groupId);
        foreach (var member in group.Members.All)
            replies.Dismiss(group, member, ErrorCode.RebalanceInProgress, member.MemberId);
        group.Die(context.NowMs);
    }

    void OnSessionExpired(ClassicGroup group, ClassicGroupMember member)
    {
        context.Logger.LogInformation("Member {Member} in group {Group} has failed, removing it from the group", member.MemberId, group.GroupId);
        replies.Dismiss(group, member, ErrorCode.UnknownMemberId);
        group.Remove(member);
        rebalance.OnRemoved(group, $"removing member {member.MemberId} on heartbeat expiration");
    }
}
