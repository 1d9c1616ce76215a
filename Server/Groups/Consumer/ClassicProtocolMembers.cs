using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Classic;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// SyncGroup, Heartbeat and LeaveGroup of members of a consumer group that speak the classic protocol: their generation is the member's epoch, and to take another
/// step towards the target is to join again.
/// </summary>
sealed class ClassicProtocolMembers(CoordinatorContext context, Membership membership, ConsumerGroupTimers timers)
{
    public SyncGroupResponse Sync(ConsumerGroup group, SyncGroupRequest request)
    {
        var error = Find(group, request.MemberId, request.GroupInstanceId, out var member);
        if (error == ErrorCode.None)
            error = Check(group, member!, request);
        if (error != ErrorCode.None)
            return new() { ErrorCode = error };
        ConsumerGroupTimers.EndSync(group, member!);
        timers.StartSession(group, member!);
        return new()
        {
            ProtocolType = request.ProtocolType,
            ProtocolName = request.ProtocolName,
            Assignment = ConsumerProtocol.WriteAssignment(member!.Assigned, context.Image, member.Classic!.Protocols[0].Metadata),
        };
    }

    public ErrorCode Heartbeat(ConsumerGroup group, HeartbeatRequest request)
    {
        if (Find(group, request.MemberId, request.GroupInstanceId, out var member) is not ErrorCode.None and var error)
            return error;
        if (request.GenerationId != member!.MemberEpoch)
            return ErrorCode.IllegalGeneration;
        timers.StartSession(group, member);
        var mustJoin = member.MemberEpoch < group.GroupEpoch
            || member.State == MemberState.UnrevokedPartitions
            || (member.State == MemberState.UnreleasedPartitions && !IsWaiting(group, member));
        if (!mustJoin)
            return ErrorCode.None;
        timers.StartJoin(group, member);
        return ErrorCode.RebalanceInProgress;
    }

    /// <summary>Answers for each member, in the order asked.</summary>
    public IReadOnlyList<LeaveGroupResponse.MemberResponse> Leave(ConsumerGroup group, IReadOnlyList<LeaveGroupRequest.MemberIdentity> identities)
    {
        var leaving = new Dictionary<string, ConsumerGroupMember>(StringComparer.Ordinal);
        var left = new List<LeaveGroupResponse.MemberResponse>(identities.Count);
        foreach (var identity in identities)
        {
            // An administrator removes a static member by its instance id alone.
            var memberId = identity is { MemberId: "", GroupInstanceId: { } instanceId } ? group.FindStatic(instanceId)?.MemberId ?? "" : identity.MemberId;
            var error = Find(group, memberId, identity.GroupInstanceId, out var member);
            if (error == ErrorCode.None && !leaving.TryAdd(member!.MemberId, member))
                error = ErrorCode.UnknownMemberId;
            left.Add(ClassicLeave.Answer(error == ErrorCode.None ? identity with { MemberId = memberId } : identity, error));
        }

        if (leaving.Count > 0)
            membership.Remove(group, leaving.Values);
        return left;
    }

    static ErrorCode Find(ConsumerGroup group, string memberId, string? instanceId, out ConsumerGroupMember? member)
    {
        member = instanceId is null ? group.Find(memberId) : group.FindStatic(instanceId);
        if (member is null)
            return ErrorCode.UnknownMemberId;
        if (member.MemberId != memberId)
            return ErrorCode.FencedInstanceId;
        return member.Classic is null ? ErrorCode.UnknownMemberId : ErrorCode.None;
    }

    ErrorCode Check(ConsumerGroup group, ConsumerGroupMember member, SyncGroupRequest request)
    {
        if (request.GenerationId != member.MemberEpoch)
            return ErrorCode.IllegalGeneration;
        if (request.ProtocolType is not (null or ConsumerProtocol.Type) || (request.ProtocolName is not null && request.ProtocolName != member.Classic!.Protocols[0].Name))
            return ErrorCode.InconsistentGroupProtocol;
        // Who has to give partitions up has joined already: it does that first.
        if (group.GroupEpoch == member.MemberEpoch || member.State == MemberState.UnrevokedPartitions)
            return ErrorCode.None;
        timers.StartJoin(group, member);
        return ErrorCode.RebalanceInProgress;
    }

    /// <summary>Whether somebody still has a partition that the member is to have.</summary>
    static bool IsWaiting(ConsumerGroup group, ConsumerGroupMember member)
    {
        foreach (var (topicId, partitions) in group.Target.Of(member.MemberId).Except(member.Assigned).Topics)
        {
            foreach (var partition in partitions)
            {
                if (group.Owners.IsOwned(topicId, partition))
                    return true;
            }
        }

        return false;
    }
}
