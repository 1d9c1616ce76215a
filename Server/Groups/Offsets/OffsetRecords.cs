using NettyKafka.Codec.Messages;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Offsets;

/// <summary>Committed offsets as records of <c>__consumer_offsets</c>.</summary>
static class OffsetRecords
{
    const short NewestVersion = 4;

    /// <summary>The only version that tells when the offset expires.</summary>
    const short VersionWithExpireTimestamp = 1;

    public static CoordinatorRecord Commit(string groupId, string topic, int partition, OffsetAndMetadata offset) => CoordinatorRecord.Of(
        OffsetCommitKey.RecordType,
        Key(groupId, topic, partition),
        new OffsetCommitValue
        {
            Offset = offset.CommittedOffset,
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestamp = offset.CommitTimestampMs,
            ExpireTimestamp = offset.ExpireTimestampMs ?? -1,
            TopicId = offset.TopicId,
        },
        offset.ExpireTimestampMs is null ? NewestVersion : VersionWithExpireTimestamp);

    public static CoordinatorRecord Tombstone(string groupId, string topic, int partition) =>
        CoordinatorRecord.Tombstone(OffsetCommitKey.RecordType, Key(groupId, topic, partition));

    static OffsetCommitKey Key(string groupId, string topic, int partition) => new() { Group = groupId, Topic = topic, Partition = partition };
}
