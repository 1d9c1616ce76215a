using NettyKafka.Codec.Messages;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>Replays the records of consumer groups. A log that has been compacted may have the records of a group in any order, and tombstones of what is not there.</summary>
sealed class ConsumerGroupReplay(GroupTable groups)
{
    /// <summary>Answers whether the record is one of a consumer group.</summary>
    public bool TryReplay(in CoordinatorRecord record)
    {
        switch (record.Type)
        {
            case ConsumerGroupMetadataKey.RecordType:
                ReplayEpoch(record.DecodeKey<ConsumerGroupMetadataKey>().GroupId, record.DecodeValue<ConsumerGroupMetadataValue>());
                return true;
            case ConsumerGroupPartitionMetadataKey.RecordType:
                ReplayPartitionMetadata(record.DecodeKey<ConsumerGroupPartitionMetadataKey>().GroupId, record.IsTombstone);
                return true;
            case ConsumerGroupMemberMetadataKey.RecordType:
                ReplayMember(record.DecodeKey<ConsumerGroupMemberMetadataKey>(), record.DecodeValue<ConsumerGroupMemberMetadataValue>());
                return true;
            case ConsumerGroupTargetAssignmentMetadataKey.RecordType:
                ReplayTargetEpoch(record.DecodeKey<ConsumerGroupTargetAssignmentMetadataKey>().GroupId, record.DecodeValue<ConsumerGroupTargetAssignmentMetadataValue>());
                return true;
            case ConsumerGroupTargetAssignmentMemberKey.RecordType:
                ReplayTarget(record.DecodeKey<ConsumerGroupTargetAssignmentMemberKey>(), record.DecodeValue<ConsumerGroupTargetAssignmentMemberValue>());
                return true;
            case ConsumerGroupCurrentMemberAssignmentKey.RecordType:
                ReplayCurrent(record.DecodeKey<ConsumerGroupCurrentMemberAssignmentKey>(), record.DecodeValue<ConsumerGroupCurrentMemberAssignmentValue>());
                return true;
            case ConsumerGroupRegularExpressionKey.RecordType:
                ReplayRegularExpression(record.DecodeKey<ConsumerGroupRegularExpressionKey>(), record.DecodeValue<ConsumerGroupRegularExpressionValue>());
                return true;
            default:
                return false;
        }
    }

    void ReplayEpoch(string groupId, ConsumerGroupMetadataValue? value)
    {
        if (value is not null)
        {
            var group = GetOrCreate(groupId);
            group.GroupEpoch = value.Epoch;
            group.MetadataHash = value.MetadataHash;
        }
        else if (Find(groupId) is { } group)
        {
            foreach (var timers in group.Timers.Values)
                timers.Cancel();
            groups.Remove(groupId);
        }
    }

    void ReplayPartitionMetadata(string groupId, bool isTombstone)
    {
        if (!isTombstone)
            GetOrCreate(groupId).HasPartitionMetadata = true;
        else if (Find(groupId) is { } group)
            group.HasPartitionMetadata = false;
    }

    void ReplayMember(ConsumerGroupMemberMetadataKey key, ConsumerGroupMemberMetadataValue? value)
    {
        if (value is not null)
        {
            var group = GetOrCreate(key.GroupId);
            group.Update((group.Find(key.MemberId) ?? new(key.MemberId)).With(value));
        }
        else
        {
            Find(key.GroupId)?.Remove(key.MemberId);
        }
    }

    void ReplayTargetEpoch(string groupId, ConsumerGroupTargetAssignmentMetadataValue? value)
    {
        if (value is not null)
            GetOrCreate(groupId).Target.Epoch = value.AssignmentEpoch;
        else if (Find(groupId) is { } group)
            group.Target.Epoch = TargetAssignment.NoEpoch;
    }

    void ReplayTarget(ConsumerGroupTargetAssignmentMemberKey key, ConsumerGroupTargetAssignmentMemberValue? value)
    {
        if (value is not null)
            GetOrCreate(key.GroupId).Target.Set(key.MemberId, ConsumerGroupRecords.AssignmentOf(value));
        else
            Find(key.GroupId)?.Target.Remove(key.MemberId);
    }

    void ReplayCurrent(ConsumerGroupCurrentMemberAssignmentKey key, ConsumerGroupCurrentMemberAssignmentValue? value)
    {
        if (value is not null)
        {
            var group = GetOrCreate(key.GroupId);
            group.Update((group.Find(key.MemberId) ?? new(key.MemberId)).With(value));
        }
        else if (Find(key.GroupId) is { } group && group.Find(key.MemberId) is { } member)
        {
            group.Update(member.WithoutAssignment());
        }
    }

    void ReplayRegularExpression(ConsumerGroupRegularExpressionKey key, ConsumerGroupRegularExpressionValue? value)
    {
        if (value is not null)
            GetOrCreate(key.GroupId).Subscription.SetResolved(key.RegularExpression, new(TopicNames.Of(value.Topics), value.Version, value.Timestamp));
        else
            Find(key.GroupId)?.Subscription.RemoveResolved(key.RegularExpression);
    }

    ConsumerGroup? Find(string groupId) => groups.TryFind<ConsumerGroup>(groupId, out var group) ? group : null;

    ConsumerGroup GetOrCreate(string groupId)
    {
        if (Find(groupId) is { } existing)
            return existing;
        var group = new ConsumerGroup(groupId);
        groups.Set(group);
        return group;
    }
}
