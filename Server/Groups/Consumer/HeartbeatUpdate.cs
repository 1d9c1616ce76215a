using NettyKafka.Codec.Messages;

namespace NettyKafka.Server.Groups.Consumer;

/// <summary>What a heartbeat says of its member, and what it is told in return.</summary>
static class HeartbeatUpdate
{
    const int NoTimeout = -1;

    /// <summary>The member with what the request says; what it leaves out stays. The very member when that is nothing new.</summary>
    public static ConsumerGroupMember Of(ConsumerGroupMember member, ConsumerGroupHeartbeatRequest request, GroupClient client)
    {
        var updated = member with
        {
            InstanceId = request.InstanceId ?? member.InstanceId,
            RackId = request.RackId ?? member.RackId,
            RebalanceTimeoutMs = request.RebalanceTimeoutMs == NoTimeout ? member.RebalanceTimeoutMs : request.RebalanceTimeoutMs,
            SubscribedTopicNames = request.SubscribedTopicNames is { } names ? TopicNames.Of(names) : member.SubscribedTopicNames,
            SubscribedTopicRegex = request.SubscribedTopicRegex ?? member.SubscribedTopicRegex,
            ServerAssignor = request.ServerAssignor ?? member.ServerAssignor,
            ClientId = client.ClientId,
            ClientHost = client.ClientHost,
            Classic = null,
        };
        return updated == member ? member : updated;
    }

    /// <summary>Whether the member says all of itself, as it does when it joins or has lost an answer: it is told its whole assignment.</summary>
    public static bool IsFull(ConsumerGroupHeartbeatRequest request) =>
        request.MemberEpoch == ConsumerGroupMember.JoinEpoch
        || (request.RebalanceTimeoutMs != NoTimeout && (request.SubscribedTopicNames is not null || request.SubscribedTopicRegex is not null) && request.TopicPartitions is not null);

    public static ConsumerGroupHeartbeatResponse.AssignmentStruct AssignmentOf(Assignment assigned) => new()
    {
        TopicPartitions = [.. assigned.Topics.Select(topic => new ConsumerGroupHeartbeatResponse.TopicPartitions { TopicId = topic.TopicId, Partitions = [.. topic.Partitions] })],
    };
}
