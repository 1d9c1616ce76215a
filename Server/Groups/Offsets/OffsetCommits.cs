using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;

namespace NettyKafka.Server.Groups.Offsets;

/// <summary>Commits offsets, at once or with a transaction, for members in good standing and for who uses a group without members only to keep them.</summary>
public sealed class OffsetCommits(CoordinatorContext context, GroupTable groups, int maxMetadataSize)
{
    const short FirstVersionWithGroupIdNotFound = 9;

    /// <summary>Answers an error for each partition, in the order asked.</summary>
    /// <exception cref="CoordinatorException">The committer may not commit anything.</exception>
    public IReadOnlyList<ErrorCode> Commit(OffsetCommit commit)
    {
        var group = Find(commit, commit.ApiVersion >= FirstVersionWithGroupIdNotFound ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration);
        group?.CheckOffsetCommit(commit.MemberId, commit.GroupInstanceId, commit.GenerationIdOrMemberEpoch, isTransactional: false, commit.ApiVersion);
        var records = RecordsOf(commit);

        group?.OnOffsetCommit(commit.MemberId);
        foreach (var record in records.OfType<CoordinatorRecord>())
            context.Append(record);
        return ErrorsOf(records);
    }

    /// <summary>As <see cref="Commit"/>, in a producer's transaction, whose end decides what becomes of it.</summary>
    /// <exception cref="CoordinatorException">The committer, or the producer, may not commit anything.</exception>
    public IReadOnlyList<ErrorCode> CommitTransactional(OffsetCommit commit, ProducerIdAndEpoch producer, VerificationGuard? guard)
    {
        CheckTransactional(commit);
        var records = RecordsOf(commit);
        if (context.CheckTransactional(producer, guard) is not ErrorCode.None and var error)
            throw new CoordinatorException(CoordinatorException.OfAppend(error));

        foreach (var record in records.OfType<CoordinatorRecord>())
            context.AppendTransactional(record, producer, guard);
        return ErrorsOf(records);
    }

    void CheckTransactional(OffsetCommit commit)
    {
        try
        {
            Find(commit, ErrorCode.IllegalGeneration)
                ?.CheckOffsetCommit(commit.MemberId, commit.GroupInstanceId, commit.GenerationIdOrMemberEpoch, isTransactional: true, commit.ApiVersion);
        }
        catch (CoordinatorException e) when (e.Error == ErrorCode.StaleMemberEpoch)
        {
            // Producers do not know the newer error.
            throw new CoordinatorException(ErrorCode.IllegalGeneration, e.Message);
        }
    }

    /// <summary>Null where there is no group yet: the first offset makes one, for who is no member.</summary>
    Group? Find(OffsetCommit commit, ErrorCode notFound)
    {
        var group = groups.Find(commit.GroupId);
        if (group is null && commit.GenerationIdOrMemberEpoch >= 0)
            throw new CoordinatorException(notFound);
        return group;
    }

    /// <summary>All of them can be appended; null where the metadata is too large.</summary>
    List<CoordinatorRecord?> RecordsOf(OffsetCommit commit)
    {
        var now = context.NowMs;
        var records = commit.Partitions.Select(wanted => RecordOf(commit, wanted, now)).ToList();
        foreach (var record in records.OfType<CoordinatorRecord>())
            context.Check(record);
        return records;
    }

    CoordinatorRecord? RecordOf(OffsetCommit commit, PartitionOffsetCommit wanted, long now)
    {
        if (wanted.Metadata.Length > maxMetadataSize)
            return null;
        var commitTimestamp = wanted.CommitTimestampMs == PartitionOffsetCommit.NoTimestamp ? now : wanted.CommitTimestampMs;
        long? expireTimestamp = commit.RetentionTimeMs == OffsetCommit.DefaultRetention ? null : commitTimestamp + commit.RetentionTimeMs;
        return OffsetRecords.Commit(
            commit.GroupId,
            wanted.Topic,
            wanted.Partition,
            new(wanted.Offset, wanted.LeaderEpoch, wanted.Metadata, commitTimestamp, expireTimestamp, wanted.TopicId));
    }

    static List<ErrorCode> ErrorsOf(List<CoordinatorRecord?> records) => records.ConvertAll(record => record is null ? ErrorCode.OffsetMetadataTooLarge : ErrorCode.None);
}
