using Microsoft.Extensions.Logging;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Groups.Classic;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>Makes a classic group of a consumer group when the last member of the consumer protocol is gone and some of the classic protocol stay.</summary>
sealed class ConsumerGroupDowngrade(CoordinatorContext context, ConsumerGroupSettings settings, ClassicGroups classicGroups)
{
    /// <summary>The group becomes a classic one, but for a member that leaves, if that is due; those that stay are asked to join again.</summary>
    public bool TryConvertWithout(ConsumerGroup group, ConsumerGroupMember member) =>
        member.Classic is null
        && group.ClassicProtocols.Members == group.Members.Count - 1
        && TryConvert(group, [.. group.Members.Values.Where(other => other.MemberId != member.MemberId)], $"Downgrade group {group.GroupId} from consumer to classic.");

    /// <summary>The group becomes a classic one as it is, if that is due: everybody keeps what is assigned.</summary>
    public bool TryConvert(ConsumerGroup group) => group.ClassicProtocols.Members == group.Members.Count && TryConvert(group, [.. group.Members.Values], null);

    bool TryConvert(ConsumerGroup group, List<ConsumerGroupMember> members, string? rebalanceReason)
    {
        if (!IsPossible(group, members.Count))
            return false;
        ClassicGroup classic;
        try
        {
            // Once the tombstones are written there is no way back.
            classic = ClassicOf(group, members);
            classicGroups.CheckAdopt(classic);
        }
        catch (Exception e) when (e is CoordinatorException or ProtocolException)
        {
            context.Logger.LogWarning(e, "[GroupId {Group}] Cannot downgrade to a classic group", group.GroupId);
            return false;
        }

        group.AppendTombstones(context);
        classicGroups.Adopt(classic, rebalanceReason);
        context.Logger.LogInformation("[GroupId {Group}] Converted the consumer group to a classic group of {Members} members", group.GroupId, classic.Members.Count);
        return true;
    }

    /// <exception cref="ProtocolException">A member does not speak the protocol that the group takes.</exception>
    ClassicGroup ClassicOf(ConsumerGroup group, List<ConsumerGroupMember> members)
    {
        var classic = ClassicGroup.Stable(group.GroupId, group.GroupEpoch, ConsumerProtocol.Type, members.Select(MemberOf), context.NowMs);
        foreach (var member in classic.Members.All)
            member.Assignment = ConsumerProtocol.WriteAssignment(group.Target.Of(member.MemberId), context.Image, member.MetadataOf(classic.ProtocolName));
        return classic;
    }

    static ClassicGroupMember MemberOf(ConsumerGroupMember member) => new(member.MemberId, member.InstanceId, member.ClientId, member.ClientHost)
    {
        RebalanceTimeoutMs = member.RebalanceTimeoutMs,
        SessionTimeoutMs = member.Classic!.SessionTimeoutMs,
        Protocols = [.. member.Classic.Protocols.Select(protocol => new ClassicProtocol(protocol.Name, protocol.Metadata))],
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
