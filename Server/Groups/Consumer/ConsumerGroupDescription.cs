using NettyKafka.Codec.Messages;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>A consumer group as ConsumerGroupDescribe tells it; topics that are gone are left out.</summary>
sealed class ConsumerGroupDescription(ClusterImage image)
{
    const sbyte ClassicMember = 0;
    const sbyte ConsumerMember = 1;

    public ConsumerGroupDescribeResponse.DescribedGroup Of(ConsumerGroup group, ServerAssignors assignors) => new()
    {
        GroupId = group.GroupId,
        GroupState = group.StateName,
        GroupEpoch = group.GroupEpoch,
        AssignmentEpoch = group.Target.Epoch,
        AssignorName = group.PreferredAssignor ?? assignors.Names[0],
        Members = [.. group.Members.Values.Select(member => Of(member, group.Target.Of(member.MemberId)))],
    };

    ConsumerGroupDescribeResponse.Member Of(ConsumerGroupMember member, Assignment target) => new()
    {
        MemberId = member.MemberId,
        InstanceId = member.InstanceId,
        RackId = member.RackId,
        MemberEpoch = member.MemberEpoch,
        ClientId = member.ClientId,
        ClientHost = member.ClientHost,
        SubscribedTopicNames = [.. member.SubscribedTopicNames.Names],
        SubscribedTopicRegex = member.SubscribedTopicRegex,
        Assignment = Of(member.Assigned),
        TargetAssignment = Of(target),
        MemberType = member.Classic is null ? ConsumerMember : ClassicMember,
    };

    ConsumerGroupDescribeResponse.Assignment Of(Assignment assignment) => new()
    {
        TopicPartitions =
        [
            .. from topic in assignment.Topics
               let name = image.FindTopic(topic.TopicId)?.Name
               where name is not null
               select new ConsumerGroupDescribeResponse.TopicPartitions { TopicId = topic.TopicId, TopicName = name, Partitions = [.. topic.Partitions] },
        ],
    };
}
