using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Offsets;

/// <summary>Commits offsets for members in good standing, and for who uses a group without members only to keep them.</summary>
public sealed class OffsetCommits(CoordinatorContext context, GroupTable groups, int maxMetadataSize)
{
    const short FirstVersionWithGroupIdNotFound = 9;
    const long UseDefaultRetention = -1;
    const long NoTimestamp = -1;

    /// <summary>Answers an error for each partition, in the order asked.</summary>
    /// <exception cref="CoordinatorException">The committer may not commit anything.</exception>
    public IReadOnlyList<ErrorCode> Commit(OffsetCommit commit)
    {
        var group = Check(commit);
        var now = context.NowMs;
        var records = commit.Partitions.Select(wanted => RecordOf(commit, wanted, now)).ToList();
        foreach (var record in records.OfType<CoordinatorRecord>())
            context.Check(record);

        group.OnOffsetCommit(commit.MemberId);
        foreach (var record in records.OfType<CoordinatorRecord>())
            context.Append(record);
        return records.ConvertAll(record => record is null ? ErrorCode.OffsetMetadataTooLarge : ErrorCode.None);
    }

    Group Check(OffsetCommit commit)
    {
        var group = groups.Find(commit.GroupId);
        if (group is null && commit.GenerationIdOrMemberEpoch >= 0)
            throw new CoordinatorException(commit.ApiVersion >= FirstVersionWithGroupIdNotFound ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration);
        group ??= groups.GetOrCreateSimple(commit.GroupId);
        group.CheckOffsetCommit(commit.MemberId, commit.GroupInstanceId, commit.GenerationIdOrMemberEpoch, isTransactional: false, commit.ApiVersion);
        return group;
    }

    /// <summary>Null where the metadata is too large.</summary>
    CoordinatorRecord? RecordOf(OffsetCommit commit, PartitionOffsetCommit wanted, long now)
    {
        if (wanted.Metadata.Length > maxMetadataSize)
            return null;
        var commitTimestamp = wanted.CommitTimestampMs == NoTimestamp ? now : wanted.CommitTimestampMs;
        long? expireTimestamp = commit.RetentionTimeMs == UseDefaultRetention ? null : commitTimestamp + commit.RetentionTimeMs;
        return OffsetRecords.Commit(
            commit.GroupId,
            wanted.Topic,
            wanted.Partition,
            new(wanted.Offset, wanted.LeaderEpoch, wanted.Metadata, commitTimestamp, expireTimestamp, wanted.TopicId));
    }
}
