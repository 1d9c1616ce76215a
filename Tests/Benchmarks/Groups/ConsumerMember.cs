using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>A member of a consumer group that gives up at once what it is told to.</summary>
sealed class ConsumerMember(string groupId, string topic)
{
    readonly string memberId = Uuid.Random().ToString();
    List<ConsumerGroupHeartbeatResponse.TopicPartitions> owned = [];

    public int Epoch { get; private set; }

    public IEnumerable<int> Owned => owned.SelectMany(topic => topic.Partitions);

    /// <summary>What it sends while nothing changes.</summary>
    public ConsumerGroupHeartbeatRequest IdleHeartbeat => new() { GroupId = groupId, MemberId = memberId, MemberEpoch = Epoch };

    public void Heartbeat(ControlConnection connection)
    {
        var response = connection.Send(Epoch == 0 ? GroupRequests.Join(groupId, memberId, topic) : NextHeartbeat());
        TestTopic.Check(response.ErrorCode, $"a heartbeat of a member of {groupId}");
        Epoch = response.MemberEpoch;
        if (response.Assignment is { } assignment)
            owned = assignment.TopicPartitions;
    }

    public void Leave(ControlConnection connection) =>
        TestTopic.Check(connection.Send(GroupRequests.Leave(groupId, memberId)).ErrorCode, $"a member that leaves {groupId}");

    ConsumerGroupHeartbeatRequest NextHeartbeat()
    {
        var request = IdleHeartbeat;
        request.TopicPartitions = [.. owned.Select(topic => new ConsumerGroupHeartbeatRequest.TopicPartitionsStruct { TopicId = topic.TopicId, Partitions = topic.Partitions })];
        return request;
    }
}
