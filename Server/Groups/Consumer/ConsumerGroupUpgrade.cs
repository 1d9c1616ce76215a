using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Classic;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>
/// Makes a consumer group of a classic one when the first member of the consumer protocol joins it. Its members stay, with what they were assigned last; they go on
/// by the classic protocol until they are replaced.
/// </summary>
sealed class ConsumerGroupUpgrade(GroupTable groups, CoordinatorContext context, ConsumerGroupSettings settings, ConsumerGroupTimers timers)
{
    /// <exception cref="CoordinatorException">The group cannot become a consumer group; it is as it was.</exception>
    public ConsumerGroup Convert(ClassicGroup classic, string joiningMemberId)
    {
        if (!settings.IsUpgradeEnabled)
            throw Refusal(classic, "online upgrade is disabled");
        if (!classic.UsesConsumerProtocol)
            throw Refusal(classic, "the group does not use the consumer embedded protocol");
        if (classic.Members.Count > settings.MaxSize)
            throw Refusal(classic, "the group size exceeds the consumer group maximum size");
        if (classic.Members.Find(joiningMemberId) is not null)
            throw new CoordinatorException(ErrorCode.FencedMemberEpoch, $"Member {joiningMemberId} is in the group by the classic protocol.");
        var protocolName = ProtocolOf(classic);
        var members = classic.Members.All.Select(member => MemberOf(classic, member, protocolName)).ToList();
        settings.CheckRoom(members.Count);

        classic.AppendTombstones(context);
        AppendGroup(classic, members);
        var group = (ConsumerGroup)groups.Find(classic.GroupId)!;
        foreach (var member in group.Members.Values)
            timers.StartSession(group, member);
        context.Logger.LogInformation("[GroupId {Group}] Converted the classic group with {Members} members to a consumer group", group.GroupId, members.Count);
        return group;
    }

    static CoordinatorException Refusal(ClassicGroup classic, string reason) =>
        new(ErrorCode.GroupIdNotFound, $"Cannot upgrade classic group {classic.GroupId} to consumer group because {reason}.");

    /// <summary>Before the first generation no protocol is chosen, and one who joins again may have dropped it.</summary>
    static string? ProtocolOf(ClassicGroup classic) =>
        classic.Members.All.All(member => member.Follows(classic.ProtocolName)) ? classic.ProtocolName : classic.Members.SelectProtocol();

    /// <summary>The group's protocol comes first: the others need not be in the form of the consumer protocol.</summary>
    static IEnumerable<ClassicMemberMetadata.Protocol> ProtocolsOf(ClassicGroupMember member, string? protocolName) =>
        from protocol in member.Protocols
        where ConsumerProtocol.IsSubscription(protocol.Metadata)
        orderby protocol.Name == protocolName descending
        select new ClassicMemberMetadata.Protocol(protocol.Name, protocol.Metadata);

    ConsumerGroupMember MemberOf(ClassicGroup classic, ClassicGroupMember member, string? protocolName)
    {
        try
        {
            var subscription = ConsumerProtocol.ReadSubscription(member.MetadataOf(protocolName));
            return new(member.MemberId)
            {
                MemberEpoch = classic.Generation,
                PreviousMemberEpoch = classic.Generation,
                InstanceId = member.GroupInstanceId,
                RackId = subscription.RackId,
                RebalanceTimeoutMs = member.RebalanceTimeoutMs,
                ClientId = member.ClientId,
                ClientHost = member.ClientHost,
                SubscribedTopicNames = TopicNames.Of(subscription.Topics),
                Assigned = AssignedTo(classic, member),
                Classic = new(member.SessionTimeoutMs, [.. ProtocolsOf(member, protocolName)]),
            };
        }
        catch (ProtocolException)
        {
            throw Refusal(classic, "the embedded consumer protocol is malformed");
        }
    }

    Assignment AssignedTo(ClassicGroup classic, ClassicGroupMember member)
    {
        if (member.Assignment.Length == 0)
            return Assignment.Empty;
        var assignment = ConsumerProtocol.ReadAssignment(member.Assignment);
        if (assignment.UserData is { Length: > 0 })
            throw Refusal(classic, "an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade");
        return ConsumerProtocol.AssignmentOf(assignment, context.Image);
    }

    void AppendGroup(ClassicGroup classic, List<ConsumerGroupMember> members)
    {
        foreach (var member in members)
            context.Append(ConsumerGroupRecords.Member(classic.GroupId, member));
        context.Append(ConsumerGroupRecords.Epoch(classic.GroupId, classic.Generation, metadataHash: 0));
        foreach (var member in members)
            context.Append(ConsumerGroupRecords.Target(classic.GroupId, member.MemberId, member.Assigned));
        context.Append(ConsumerGroupRecords.TargetEpoch(classic.GroupId, classic.Generation));
        foreach (var member in members)
            context.Append(ConsumerGroupRecords.Current(classic.GroupId, member));
    }
}
