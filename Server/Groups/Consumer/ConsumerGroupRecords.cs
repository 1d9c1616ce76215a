using NettyKafka.Codec.Messages;
using NettyKafka.Server.Coordinators;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>The records that a consumer group is kept in.</summary>
static class ConsumerGroupRecords
{
    const short ValueVersion = 0;

    public static CoordinatorRecord Epoch(string groupId, int epoch, long metadataHash) => CoordinatorRecord.Of(
        ConsumerGroupMetadataKey.RecordType, new ConsumerGroupMetadataKey { GroupId = groupId }, new ConsumerGroupMetadataValue { Epoch = epoch, MetadataHash = metadataHash }, ValueVersion);

    public static CoordinatorRecord EpochTombstone(string groupId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupMetadataKey.RecordType, new ConsumerGroupMetadataKey { GroupId = groupId });

    /// <summary>Older versions of Kafka wrote the subscribed topics' metadata as a record of its own.</summary>
    public static CoordinatorRecord PartitionMetadataTombstone(string groupId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupPartitionMetadataKey.RecordType, new ConsumerGroupPartitionMetadataKey { GroupId = groupId });

    public static CoordinatorRecord Member(string groupId, ConsumerGroupMember member) => CoordinatorRecord.Of(
        ConsumerGroupMemberMetadataKey.RecordType,
        new ConsumerGroupMemberMetadataKey { GroupId = groupId, MemberId = member.MemberId },
        new ConsumerGroupMemberMetadataValue
        {
            InstanceId = member.InstanceId,
            RackId = member.RackId,
            ClientId = member.ClientId,
            ClientHost = member.ClientHost,
            SubscribedTopicNames = [.. member.SubscribedTopicNames.Names],
            SubscribedTopicRegex = member.SubscribedTopicRegex,
            RebalanceTimeoutMs = member.RebalanceTimeoutMs,
            ServerAssignor = member.ServerAssignor,
            ClassicMemberMetadata = member.Classic?.ToValue(),
        },
        ValueVersion);

    public static CoordinatorRecord MemberTombstone(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupMemberMetadataKey.RecordType, new ConsumerGroupMemberMetadataKey { GroupId = groupId, MemberId = memberId });

    public static CoordinatorRecord TargetEpoch(string groupId, int epoch) => CoordinatorRecord.Of(
        ConsumerGroupTargetAssignmentMetadataKey.RecordType,
        new ConsumerGroupTargetAssignmentMetadataKey { GroupId = groupId },
        new ConsumerGroupTargetAssignmentMetadataValue { AssignmentEpoch = epoch },
        ValueVersion);

    public static CoordinatorRecord TargetEpochTombstone(string groupId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupTargetAssignmentMetadataKey.RecordType, new ConsumerGroupTargetAssignmentMetadataKey { GroupId = groupId });

    public static CoordinatorRecord Target(string groupId, string memberId, Assignment target) => CoordinatorRecord.Of(
        ConsumerGroupTargetAssignmentMemberKey.RecordType,
        new ConsumerGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId },
        new ConsumerGroupTargetAssignmentMemberValue
        {
            TopicPartitions = [.. target.Topics.Select(topic => new ConsumerGroupTargetAssignmentMemberValue.TopicPartition { TopicId = topic.TopicId, Partitions = [.. topic.Partitions] })],
        },
        ValueVersion);

    public static CoordinatorRecord TargetTombstone(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupTargetAssignmentMemberKey.RecordType, new ConsumerGroupTargetAssignmentMemberKey { GroupId = groupId, MemberId = memberId });

    public static CoordinatorRecord Current(string groupId, ConsumerGroupMember member) => CoordinatorRecord.Of(
        ConsumerGroupCurrentMemberAssignmentKey.RecordType,
        new ConsumerGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = member.MemberId },
        new ConsumerGroupCurrentMemberAssignmentValue
        {
            MemberEpoch = member.MemberEpoch,
            PreviousMemberEpoch = member.PreviousMemberEpoch,
            State = (sbyte)member.State,
            AssignedPartitions = ToValue(member.Assigned),
            PartitionsPendingRevocation = ToValue(member.PendingRevocation),
        },
        ValueVersion);

    public static CoordinatorRecord CurrentTombstone(string groupId, string memberId) =>
        CoordinatorRecord.Tombstone(ConsumerGroupCurrentMemberAssignmentKey.RecordType, new ConsumerGroupCurrentMemberAssignmentKey { GroupId = groupId, MemberId = memberId });

    public static CoordinatorRecord RegularExpression(string groupId, string regex, ResolvedRegularExpression resolved) => CoordinatorRecord.Of(
        ConsumerGroupRegularExpressionKey.RecordType,
        new ConsumerGroupRegularExpressionKey { GroupId = groupId, RegularExpression = regex },
        new ConsumerGroupRegularExpressionValue { Topics = [.. resolved.Topics.Names], Version = resolved.Version, Timestamp = resolved.Timestamp },
        ValueVersion);

    public static CoordinatorRecord RegularExpressionTombstone(string groupId, string regex) =>
        CoordinatorRecord.Tombstone(ConsumerGroupRegularExpressionKey.RecordType, new ConsumerGroupRegularExpressionKey { GroupId = groupId, RegularExpression = regex });

    public static Assignment AssignmentOf(List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> topics) =>
        Assignment.From(topics.Select(topic => (topic.TopicId, topic.Partitions.AsEnumerable())));

    public static Assignment AssignmentOf(ConsumerGroupTargetAssignmentMemberValue value) =>
        Assignment.From(value.TopicPartitions.Select(topic => (topic.TopicId, topic.Partitions.AsEnumerable())));

    static List<ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions> ToValue(Assignment assignment) =>
        [.. assignment.Topics.Select(topic => new ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions { TopicId = topic.TopicId, Partitions = [.. topic.Partitions] })];
}
