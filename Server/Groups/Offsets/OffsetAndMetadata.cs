using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Offsets;

/// <summary>What a group has committed for a partition.</summary>
/// <param name="CommittedOffset">The next offset to read.</param>
/// <param name="LeaderEpoch">The leader epoch of the last record read; -1 where it is not known.</param>
/// <param name="Metadata">The committer's own text.</param>
/// <param name="CommitTimestampMs">When it was committed.</param>
/// <param name="ExpireTimestampMs">When it expires, where an old client has said so itself.</param>
/// <param name="TopicId">The topic's id; zero where it is not known.</param>
public sealed record OffsetAndMetadata(long CommittedOffset, int LeaderEpoch, string Metadata, long CommitTimestampMs, long? ExpireTimestampMs, Uuid TopicId)
{
    public const long InvalidOffset = -1;
    public const int NoLeaderEpoch = -1;
    const long NoTimestamp = -1;

    public static OffsetAndMetadata Of(OffsetCommitValue value) => new(
        value.Offset,
        value.LeaderEpoch,
        value.Metadata,
        value.CommitTimestamp,
        value.ExpireTimestamp == NoTimestamp ? null : value.ExpireTimestamp,
        value.TopicId);

    public static OffsetAndMetadata Of(LegacyOffsetCommitValue value) => new(value.Offset, NoLeaderEpoch, value.Metadata, value.CommitTimestamp, null, default);

    /// <summary>Whether it was committed for an earlier topic of the same name.</summary>
    public bool IsOfAnother(Uuid topicId) => !TopicId.IsZero && !topicId.IsZero && TopicId != topicId;
}
