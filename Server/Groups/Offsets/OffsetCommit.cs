using NettyKafka.Codec.Wire;

namespace NettyKafka.Server.Groups.Offsets;

/// <summary>Who commits, and as what.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="MemberId">The member; empty where the committer is none.</param>
/// <param name="GroupInstanceId">The static member's name for itself.</param>
/// <param name="GenerationIdOrMemberEpoch">What the member takes the group to be in; negative where the committer is none.</param>
/// <param name="RetentionTimeMs">How long the offsets are to be kept; <see cref="DefaultRetention"/> for as long as the broker keeps them.</param>
/// <param name="ApiVersion">The version of the request: errors differ.</param>
/// <param name="Partitions">What is committed, in the request's order.</param>
public sealed record OffsetCommit(
    string GroupId, string MemberId, string? GroupInstanceId, int GenerationIdOrMemberEpoch, long RetentionTimeMs, short ApiVersion, IReadOnlyList<PartitionOffsetCommit> Partitions)
{
    public const long DefaultRetention = -1;
}

/// <summary>What is committed for one partition; the time is <see cref="NoTimestamp"/> where the client names none.</summary>
public sealed record PartitionOffsetCommit(string Topic, Uuid TopicId, int Partition, long Offset, int LeaderEpoch, string Metadata, long CommitTimestampMs)
{
    public const long NoTimestamp = -1;
}
