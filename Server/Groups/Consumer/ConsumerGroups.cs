using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Classic;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>The consumer groups of one shard: what clients ask of them, what the log says of them, and what time does to them.</summary>
public sealed class ConsumerGroups
{
    readonly GroupTable groups;
    readonly CoordinatorContext context;
    readonly ConsumerGroupSettings settings;
    readonly ConsumerGroupReplay replay;
    readonly ConsumerGroupTimers timers;
    readonly Rebalance rebalance;
    readonly Membership membership;
    readonly ConsumerGroupUpgrade upgrade;
    readonly ConsumerGroupDowngrade downgrade;
    readonly ClassicProtocolJoin classicJoin;
    readonly ClassicProtocolMembers classicMembers;

    public ConsumerGroups(CoordinatorContext context, GroupTable groups, ClassicGroups classicGroups, BrokerConfig config, BlockingExecutor executor)
    {
        this.groups = groups;
        this.context = context;
        settings = new(config, context);
        replay = new(groups);
        timers = new(context, settings, Fence);
        var regexes = new RegularExpressions(groups, context, executor, group => rebalance!.Bump(group));
        rebalance = new(groups, context, settings, regexes, timers);
        membership = new(context, rebalance, regexes, timers);
        upgrade = new(groups, context, settings, timers);
        downgrade = new(context, settings, classicGroups);
        classicJoin = new(groups, context, settings, rebalance, membership, timers, downgrade);
        classicMembers = new(context, membership, timers);
    }

    /// <summary>A member joins, stays, changes what it wants, tells what it has, or leaves.</summary>
    /// <exception cref="CoordinatorException">The request is refused; the group is as it was.</exception>
    public ConsumerGroupHeartbeatResponse Heartbeat(ConsumerGroupHeartbeatRequest request, GroupClient client)
    {
        HeartbeatValidation.Check(request, client.ApiVersion, settings.Assignors);
        return request.MemberEpoch is ConsumerGroupMember.LeaveEpoch or ConsumerGroupMember.StaticLeaveEpoch ? Leave(request) : Stay(request, client);
    }

    /// <summary>A member joins a consumer group by the classic protocol.</summary>
    /// <exception cref="CoordinatorException">The request is refused; the group is as it was.</exception>
    public JoinGroupResponse Join(ConsumerGroup group, JoinGroupRequest request, GroupClient client) => classicJoin.Join(group, request, client);

    public SyncGroupResponse Sync(ConsumerGroup group, SyncGroupRequest request) => classicMembers.Sync(group, request);

    public ErrorCode Heartbeat(ConsumerGroup group, HeartbeatRequest request) => classicMembers.Heartbeat(group, request);

    /// <summary>Answers for each member, in the order asked.</summary>
    public IReadOnlyList<LeaveGroupResponse.MemberResponse> Leave(ConsumerGroup group, IReadOnlyList<LeaveGroupRequest.MemberIdentity> members) => classicMembers.Leave(group, members);

    /// <exception cref="CoordinatorException">There is no such consumer group.</exception>
    public ConsumerGroupDescribeResponse.DescribedGroup Describe(string groupId) => new ConsumerGroupDescription(context.Image).Of(Get(groupId), settings.Assignors);

    /// <summary>Answers whether the record is one of a consumer group.</summary>
    public bool TryReplay(in CoordinatorRecord record) => replay.TryReplay(record);

    public void OnLoaded()
    {
        foreach (var group in groups.All.OfType<ConsumerGroup>())
        {
            context.Logger.LogInformation("Loaded consumer group {Group} with {Members} members", group.GroupId, group.Members.Count);
            foreach (var member in group.Members.Values)
                timers.Start(group, member);
        }
    }

    public void OnMetadataUpdate(ClusterImage previous, ClusterImage next)
    {
        if (!ReferenceEquals(previous.TopicsByName, next.TopicsByName))
            rebalance.MetadataVersion++;
    }

    static Assignment? OwnedOf(ConsumerGroupHeartbeatRequest request) =>
        request.TopicPartitions is { } owned ? Assignment.From(owned.Select(topic => (topic.TopicId, topic.Partitions.AsEnumerable()))) : null;

    ConsumerGroupHeartbeatResponse Stay(ConsumerGroupHeartbeatRequest request, GroupClient client)
    {
        var memberId = request.MemberId.Length > 0 ? request.MemberId : Uuid.Random().ToString();
        if (request.MemberEpoch == ConsumerGroupMember.JoinEpoch)
            context.Check(ConsumerGroupRecords.Member(request.GroupId, HeartbeatUpdate.Of(new(memberId), request, client)));
        var owned = OwnedOf(request);
        var group = FindToJoin(request, memberId, owned);
        var before = request.InstanceId is { } instanceId
            ? membership.FindStatic(group, memberId, instanceId, request.MemberEpoch, owned)
            : Membership.FindDynamic(group, request.GroupId, memberId, request.MemberEpoch, owned);
        var after = HeartbeatUpdate.Of(before ?? new(memberId), request, client);
        after = rebalance.Update(request.GroupId, before, after, owned, client);
        timers.StartSession((ConsumerGroup)groups.Find(request.GroupId)!, after);
        return new()
        {
            MemberId = memberId,
            MemberEpoch = after.MemberEpoch,
            HeartbeatIntervalMs = settings.HeartbeatIntervalMs(request.GroupId),
            Assignment = HeartbeatUpdate.IsFull(request) || !after.Assigned.Equals(before?.Assigned) ? HeartbeatUpdate.AssignmentOf(after.Assigned) : null,
        };
    }

    /// <summary>The group of who stays, or joins; null when it is the first who joins, and makes the group.</summary>
    ConsumerGroup? FindToJoin(ConsumerGroupHeartbeatRequest request, string memberId, Assignment? owned)
    {
        var isJoin = request.MemberEpoch == ConsumerGroupMember.JoinEpoch;
        var existing = groups.Find(request.GroupId);
        var group = existing as ConsumerGroup;
        if (group is not null)
            settings.CheckSize(group, memberId);
        else if (!isJoin)
            throw new CoordinatorException(ErrorCode.GroupIdNotFound, existing is null ? $"Consumer group {request.GroupId} not found." : $"Group {request.GroupId} is not a consumer group.");
        Membership.Check(group, request.GroupId, memberId, request.InstanceId, request.MemberEpoch, owned);
        RegularExpressions.Check(group, request.SubscribedTopicRegex ?? group?.Find(memberId)?.SubscribedTopicRegex);
        if (group is not null)
            return group;
        if (existing is ClassicGroup { IsEmpty: false } classic)
            return upgrade.Convert(classic, memberId);
        existing?.AppendTombstones(context);
        return null;
    }

    ConsumerGroupHeartbeatResponse Leave(ConsumerGroupHeartbeatRequest request)
    {
        var group = Get(request.GroupId);
        ConsumerGroupMember member;
        if (request.InstanceId is { } instanceId)
        {
            var existing = group.FindStatic(instanceId);
            Membership.CheckInstance(existing, request.MemberId, instanceId);
            member = existing!;
        }
        else
        {
            member = group.Get(request.MemberId);
        }

        context.Logger.LogInformation("[GroupId {Group}] Member {Member} left the consumer group with epoch {Epoch}", group.GroupId, member.MemberId, request.MemberEpoch);
        if (request.MemberEpoch == ConsumerGroupMember.StaticLeaveEpoch)
            membership.LeaveForAWhile(group, member);
        else
            Remove(group, member);
        return new() { MemberId = request.MemberId, MemberEpoch = request.MemberEpoch };
    }

    void Fence(string groupId, string memberId, string reason)
    {
        if (!groups.TryFind<ConsumerGroup>(groupId, out var group) || group.Find(memberId) is not { } member)
            return;
        context.Logger.LogInformation("[GroupId {Group}] Member {Member} fenced from the group because {Reason}", groupId, memberId, reason);
        Remove(group, member);
    }

    void Remove(ConsumerGroup group, ConsumerGroupMember member)
    {
        if (!downgrade.TryConvertWithout(group, member))
            membership.Remove(group, [member]);
    }

    ConsumerGroup Get(string groupId) => groups.Find(groupId) switch
    {
        ConsumerGroup group => group,
        null => throw new CoordinatorException(ErrorCode.GroupIdNotFound, $"Group {groupId} not found."),
        _ => throw new CoordinatorException(ErrorCode.GroupIdNotFound, $"Group {groupId} is not a consumer group."),
    };
}
