using NettyKafka.Codec.Messages;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>A classic group as one record, members included.</summary>
static class ClassicGroupRecords
{
    const short ValueVersion = 3;
    const long NoTimestamp = -1;
    const int SessionTimeout = -1;

    public static CoordinatorRecord Of(string groupId, GroupMetadataValue value) =>
        CoordinatorRecord.Of(GroupMetadataKey.RecordType, new GroupMetadataKey { Group = groupId }, value, ValueVersion);

    public static CoordinatorRecord Tombstone(string groupId) =>
        CoordinatorRecord.Tombstone(GroupMetadataKey.RecordType, new GroupMetadataKey { Group = groupId });

    /// <summary>A group that somebody is about to join for the first time.</summary>
    public static GroupMetadataValue New(long nowMs) => WithoutMembers("", 0, nowMs);

    /// <summary>The generation without members that follows the group's.</summary>
    public static GroupMetadataValue Empty(ClassicGroup group, long nowMs) => WithoutMembers(group.ProtocolType, group.Generation + 1, nowMs);

    /// <summary>The group's generation as it is, but for what the members are assigned.</summary>
    public static GroupMetadataValue Generation(ClassicGroup group, Func<ClassicGroupMember, byte[]> assignment) => new()
    {
        ProtocolType = group.ProtocolType,
        Generation = group.Generation,
        Protocol = group.ProtocolName,
        Leader = group.LeaderId,
        CurrentStateTimestamp = group.StateTimestampMs ?? NoTimestamp,
        Members = [.. group.Members.All.Select(member => Of(member, group.ProtocolName, assignment(member)))],
    };

    public static IEnumerable<ClassicGroupMember> MembersOf(GroupMetadataValue value) => value.Members.Select(member =>
        new ClassicGroupMember(member.MemberId, member.GroupInstanceId, member.ClientId, member.ClientHost)
        {
            RebalanceTimeoutMs = member.RebalanceTimeout == SessionTimeout ? member.SessionTimeout : member.RebalanceTimeout,
            SessionTimeoutMs = member.SessionTimeout,
            Protocols = [new(value.Protocol ?? "", member.Subscription)],
            Assignment = member.Assignment,
        });

    public static long? TimestampOf(GroupMetadataValue value) => value.CurrentStateTimestamp == NoTimestamp ? null : value.CurrentStateTimestamp;

    static GroupMetadataValue WithoutMembers(string protocolType, int generation, long nowMs) => new()
    {
        ProtocolType = protocolType,
        Generation = generation,
        Protocol = null,
        Leader = null,
        CurrentStateTimestamp = nowMs,
    };

    static GroupMetadataValue.MemberMetadata Of(ClassicGroupMember member, string? protocolName, byte[] assignment) => new()
    {
        MemberId = member.MemberId,
        GroupInstanceId = member.GroupInstanceId,
        ClientId = member.ClientId,
        ClientHost = member.ClientHost,
        RebalanceTimeout = member.RebalanceTimeoutMs,
        SessionTimeout = member.SessionTimeoutMs,
        Subscription = member.MetadataOf(protocolName),
        Assignment = assignment,
    };
}
