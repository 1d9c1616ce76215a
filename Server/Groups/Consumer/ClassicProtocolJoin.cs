using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>JoinGroup to a consumer group: answered at once, with nobody as the leader; the assignment comes with the SyncGroup that follows.</summary>
sealed class ClassicProtocolJoin(
    GroupTable groups, CoordinatorContext context, ConsumerGroupSettings settings, Rebalance rebalance, Membership membership, ConsumerGroupTimers timers, ConsumerGroupDowngrade downgrade)
{
    const short FirstVersionThatKnowsItsMemberId = 4;

    /// <exception cref="CoordinatorException">The request is refused; the group is as it was.</exception>
    public JoinGroupResponse Join(ConsumerGroup group, JoinGroupRequest request, GroupClient client)
    {
        var isUnknown = request.MemberId.Length == 0;
        var memberId = isUnknown ? Uuid.Random().ToString() : request.MemberId;
        settings.CheckSize(group, memberId);
        var protocols = ProtocolsOf(request);
        if (request.ProtocolType != ConsumerProtocol.Type || !protocols.Exists(protocol => group.ClassicProtocols.IsSupportedByAll(protocol.Name)))
            throw new CoordinatorException(ErrorCode.InconsistentGroupProtocol, $"Member {memberId}'s protocols are not supported.");
        if (isUnknown && request.GroupInstanceId is null && client.ApiVersion >= FirstVersionThatKnowsItsMemberId)
            return new() { MemberId = memberId, ErrorCode = ErrorCode.MemberIdRequired };

        var subscription = ConsumerProtocol.ReadSubscription(protocols[0].Metadata);
        ConsumerGroupMember Joined(ConsumerGroupMember member) => With(member, request, protocols, subscription, client);
        context.Check(ConsumerGroupRecords.Member(group.GroupId, Joined(new(memberId))));
        var replaced = request.GroupInstanceId is { } instanceId ? group.FindStatic(instanceId) : null;
        var before = Find(group, request, memberId, replaced, isUnknown);
        var after = rebalance.Update(group.GroupId, before, Joined(before ?? new(memberId)), ConsumerProtocol.OwnedOf(subscription, context.Image), client);
        if (replaced is not { Classic: null } || !downgrade.TryConvert(group))
            StartTimers((ConsumerGroup)groups.Find(group.GroupId)!, after);
        return new()
        {
            MemberId = after.MemberId,
            GenerationId = after.MemberEpoch,
            ProtocolType = ConsumerProtocol.Type,
            ProtocolName = after.Classic!.Protocols[0].Name,
        };
    }

    /// <summary>Those in the form of the consumer protocol; of a name that comes twice the first counts.</summary>
    static List<ClassicMemberMetadata.Protocol> ProtocolsOf(JoinGroupRequest request) =>
    [
        .. from protocol in request.Protocols.DistinctBy(protocol => protocol.Name)
           where ConsumerProtocol.IsSubscription(protocol.Metadata)
           select new ClassicMemberMetadata.Protocol(protocol.Name, protocol.Metadata),
    ];

    /// <summary>A static member without a member id is a new one, or takes the place of the one that had its instance id.</summary>
    ConsumerGroupMember? Find(ConsumerGroup group, JoinGroupRequest request, string memberId, ConsumerGroupMember? replaced, bool isUnknown)
    {
        if (request.GroupInstanceId is not { } instanceId)
            return group.Find(memberId);
        if (isUnknown)
            return replaced is null ? null : membership.Replace(group, replaced, memberId);
        Membership.CheckInstance(replaced, memberId, instanceId);
        return replaced;
    }

    static ConsumerGroupMember With(
        ConsumerGroupMember member, JoinGroupRequest request, List<ClassicMemberMetadata.Protocol> protocols, ConsumerProtocolSubscription subscription, GroupClient client)
    {
        return member with
        {
            InstanceId = request.GroupInstanceId ?? member.InstanceId,
            RackId = subscription.RackId ?? member.RackId,
            RebalanceTimeoutMs = request.RebalanceTimeoutMs,
            SubscribedTopicNames = TopicNames.Of(subscription.Topics),
            SubscribedTopicRegex = "",
            ClientId = client.ClientId,
            ClientHost = client.ClientHost,
            Classic = new(request.SessionTimeoutMs, protocols),
        };
    }

    void StartTimers(ConsumerGroup group, ConsumerGroupMember member)
    {
        context.Logger.LogDebug("[GroupId {Group}] Member {Member} joined by the classic protocol with epoch {Epoch}", group.GroupId, member.MemberId, member.MemberEpoch);
        ConsumerGroupTimers.EndJoin(group, member);
        timers.StartSession(group, member);
        timers.StartSync(group, member);
    }
}
