using Microsoft.Extensions.Logging;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Classic;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>Makes a classic group of a consumer group when the last member of the consumer protocol is gone and some of the classic protocol stay.</summary>
sealed class ConsumerGroupDowngrade(CoordinatorContext context, ConsumerGroupSettings settings, ClassicGroups classicGroups)
{
    /// <summary>Whether the group becomes a classic one when a member is gone.</summary>
    public bool IsDueWithout(ConsumerGroup group, ConsumerGroupMember member) =>
        member.Classic is null && group.ClassicProtocols.Members == group.Members.Count - 1 && IsPossible(group, group.Members.Count - 1);

    /// <summary>Whether the group is to be a classic one as it is.</summary>
    public bool IsDue(ConsumerGroup group) => group.ClassicProtocols.Members == group.Members.Count && IsPossible(group, group.Members.Count);

    /// <summary>The group, but for a member that leaves; those that stay are asked to join again.</summary>
    public void ConvertWithout(ConsumerGroup group, ConsumerGroupMember member) =>
        Convert(group, group.Members.Values.Where(other => other.MemberId != member.MemberId), $"Downgrade group {group.GroupId} from consumer to classic.");

    /// <summary>The group as it is: everybody keeps what is assigned.</summary>
    public void Convert(ConsumerGroup group) => Convert(group, group.Members.Values, null);

    void Convert(ConsumerGroup group, IEnumerable<ConsumerGroupMember> members, string? rebalanceReason)
    {
        var classic = ClassicGroup.Stable(
            group.GroupId, group.GroupEpoch, ConsumerProtocol.Type, [.. members.Select(member => MemberOf(member, group.Target.Of(member.MemberId)))], context.NowMs);
        group.AppendTombstones(context);
        classicGroups.Adopt(classic, rebalanceReason);
        context.Logger.LogInformation("[GroupId {Group}] Converted the consumer group to a classic group of {Members} members", group.GroupId, classic.Members.Count);
    }

    ClassicGroupMember MemberOf(ConsumerGroupMember member, Assignment target) => new(member.MemberId, member.InstanceId, member.ClientId, member.ClientHost)
    {
        RebalanceTimeoutMs = member.RebalanceTimeoutMs,
        SessionTimeoutMs = member.Classic!.SessionTimeoutMs,
        Protocols = [.. member.Classic.Protocols.Select(protocol => new ClassicProtocol(protocol.Name, protocol.Metadata))],
        Assignment = ConsumerProtocol.WriteAssignment(target, context.Image, member.Classic.Protocols[0].Metadata),
    };

    bool IsPossible(ConsumerGroup group, int size)
    {
        if (size == 0)
            return false;
        var isPossible = settings.IsDowngradeEnabled && size <= settings.ClassicMaxSize;
        if (!isPossible)
            context.Logger.LogInformation("[GroupId {Group}] Cannot downgrade to a classic group: {Reason}", group.GroupId, settings.IsDowngradeEnabled ? "it is larger than a classic group may be" : "the online downgrade is disabled");
        return isPossible;
    }
}
