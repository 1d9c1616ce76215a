using NettyKafka.Codec.Messages;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Classic;

/// <summary>A group of the classic protocol; without members it only keeps offsets.</summary>
public sealed class ClassicGroup(string groupId) : Group(groupId)
{
    public override GroupType Type => GroupType.Classic;

    public override string ProtocolType => "";

    public override string StateName => "Empty";

    public override bool IsEmpty => true;

    public override void CheckOffsetCommit(string memberId, string? groupInstanceId, int generationIdOrMemberEpoch, bool isTransactional, short apiVersion)
    {
    }

    public override void CheckOffsetFetch(string? memberId, int memberEpoch)
    {
    }

    public override void CheckOffsetDelete()
    {
    }

    public override void CheckDelete()
    {
    }

    public override bool IsSubscribedTo(string topic) => false;

    public override long? ExpiresFrom(string topic, long commitTimestamp) => commitTimestamp;

    public override void AppendTombstones(CoordinatorContext context) =>
        context.Append(CoordinatorRecord.Tombstone(GroupMetadataKey.RecordType, new GroupMetadataKey { Group = GroupId }));
}
