using Microsoft.Extensions.Logging;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Offsets;

/// <summary>Removes offsets that nobody needs any more, and groups that are left with nothing (KIP-211): by time, and with their topics.</summary>
public sealed class OffsetExpiration
{
    readonly CoordinatorContext context;
    readonly GroupTable groups;
    readonly GroupOffsets offsets;
    readonly CoordinatorTimer timer;
    readonly long retentionMs;
    readonly long checkIntervalMs;

    public OffsetExpiration(CoordinatorContext context, GroupTable groups, GroupOffsets offsets, BrokerConfig config)
    {
        this.context = context;
        this.groups = groups;
        this.offsets = offsets;
        retentionMs = (long)TimeSpan.FromMinutes(config.OffsetsRetentionMinutes).TotalMilliseconds;
        checkIntervalMs = config.OffsetsRetentionCheckIntervalMs;
        timer = context.Timers.Create(ExpireAndScheduleAgain);
    }

    /// <summary>A crash may have come between the deletion of a topic and that of its offsets.</summary>
    public void OnLoaded()
    {
        offsets.AppendTombstones(offsets.KeysWhere((_, offset) => !offset.TopicId.IsZero && context.Image.FindTopic(offset.TopicId) is null));
        timer.Schedule(checkIntervalMs);
    }

    public void OnMetadataUpdate(ClusterImage previous, ClusterImage next)
    {
        if (ReferenceEquals(previous.TopicsById, next.TopicsById))
            return;
        var deleted = previous.TopicsById.Values.Where(topic => !next.TopicsById.ContainsKey(topic.Id)).ToDictionary(topic => topic.Name, topic => topic.Id, StringComparer.Ordinal);
        if (deleted.Count > 0)
            offsets.AppendTombstones(offsets.KeysWhere((topic, offset) => deleted.TryGetValue(topic, out var id) && !offset.IsOfAnother(id)));
    }

    void ExpireAndScheduleAgain()
    {
        timer.Schedule(checkIntervalMs);
        foreach (var group in groups.All.ToList())
        {
            if (!Expire(group) || !group.IsEmpty || offsets.HasOpenTransactions(group.GroupId))
                continue;
            group.AppendTombstones(context);
            context.Logger.LogInformation("Group {Group} is removed: it has no members and no offsets left", group.GroupId);
        }
    }

    /// <summary>Answers whether the group has no offsets left.</summary>
    bool Expire(Group group)
    {
        var isEmptied = true;
        var expired = new List<(string GroupId, string Topic, int Partition)>();
        foreach (var (topic, partitions) in offsets.OfGroup(group.GroupId))
        {
            foreach (var (partition, offset) in partitions)
            {
                if (IsExpired(group, topic, offset) && !offsets.IsPending(group.GroupId, topic, partition))
                    expired.Add((group.GroupId, topic, partition));
                else
                    isEmptied = false;
            }
        }

        offsets.AppendTombstones(expired);
        return isEmptied;
    }

    bool IsExpired(Group group, string topic, OffsetAndMetadata offset)
    {
        if (group.ExpiresFrom(topic, offset.CommitTimestampMs) is not { } unneededSince)
            return false;
        return context.NowMs >= (offset.ExpireTimestampMs ?? unneededSince + retentionMs);
    }
}
