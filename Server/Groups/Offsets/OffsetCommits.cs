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
        group.OnOffsetCommit(commit.MemberId);
        var now = context.NowMs;
        var errors = new ErrorCode[commit.Partitions.Count];
        for (var i = 0; i < errors.Length; i++)
            errors[i] = Commit(commit, commit.Partitions[i], now);
        return errors;
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

    ErrorCode Commit(OffsetCommit commit, PartitionOffsetCommit wanted, long now)
    {
        if (wanted.Metadata.Length > maxMetadataSize)
            return ErrorCode.OffsetMetadataTooLarge;
        var commitTimestamp = wanted.CommitTimestampMs == NoTimestamp ? now : wanted.CommitTimestampMs;
        long? expireTimestamp = commit.RetentionTimeMs == UseDefaultRetention ? null : commitTimestamp + commit.RetentionTimeMs;
        context.Append(OffsetRecords.Commit(
            commit.GroupId,
            wanted.Topic,
            wanted.Partition,
            new(wanted.Offset, wanted.LeaderEpoch, wanted.Metadata, commitTimestamp, expireTimestamp, wanted.TopicId)));
        return ErrorCode.None;
    }
}
