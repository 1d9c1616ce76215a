using DotNetty.Buffers;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Groups;

/// <summary>Requests of group members as usual consumers send them, but for timeouts that are longer than any benchmark.</summary>
static class GroupRequests
{
    const string ProtocolType = "consumer";
    const string ProtocolName = "range";
    const int TimeoutMs = 30 * 60 * 1000;
    const int LeaveEpoch = -1;
    const int NoGeneration = -1;

    public static OffsetCommitRequest Commit(string groupId, TestTopic topic, long offset, string memberId = "", int generation = NoGeneration) => new()
    {
        GroupId = groupId,
        MemberId = memberId,
        GenerationIdOrMemberEpoch = generation,
        Topics = [new() { TopicId = topic.Id, Partitions = [new() { PartitionIndex = 0, CommittedOffset = offset, CommittedMetadata = "" }] }],
    };

    public static ErrorCode ErrorOf(OffsetCommitResponse response) => response.Topics[0].Partitions[0].ErrorCode;

    /// <param name="groupId">The group to join.</param>
    /// <param name="memberId">Empty for who has no id yet.</param>
    /// <param name="change">A member that says something new has everybody join again.</param>
    public static JoinGroupRequest Join(string groupId, string memberId, int change) => new()
    {
        GroupId = groupId,
        SessionTimeoutMs = TimeoutMs,
        RebalanceTimeoutMs = TimeoutMs,
        MemberId = memberId,
        ProtocolType = ProtocolType,
        Protocols = [new() { Name = ProtocolName, Metadata = Bytes(new ConsumerProtocolSubscription { Topics = ["orders"], UserData = BitConverter.GetBytes(change) }) }],
    };

    /// <summary>A leader names the members that it assigns a partition to, another member nobody.</summary>
    public static SyncGroupRequest Sync(string groupId, int generation, string memberId, IEnumerable<string> assigned) => new()
    {
        GroupId = groupId,
        GenerationId = generation,
        MemberId = memberId,
        ProtocolType = ProtocolType,
        ProtocolName = ProtocolName,
        Assignments = [.. assigned.Select((id, i) => new SyncGroupRequest.SyncGroupRequestAssignment
        {
            MemberId = id,
            Assignment = Bytes(new ConsumerProtocolAssignment { AssignedPartitions = [new() { Topic = "orders", Partitions = [i] }] }),
        })],
    };

    public static ConsumerGroupHeartbeatRequest Join(string groupId, string memberId, string topic) => new()
    {
        GroupId = groupId,
        MemberId = memberId,
        RebalanceTimeoutMs = TimeoutMs,
        SubscribedTopicNames = [topic],
        TopicPartitions = [],
    };

    public static ConsumerGroupHeartbeatRequest Leave(string groupId, string memberId) => new() { GroupId = groupId, MemberId = memberId, MemberEpoch = LeaveEpoch };

    static byte[] Bytes<T>(T message)
        where T : IMessage<T>
    {
        const short Version = 0;
        var buffer = Unpooled.Buffer(64);
        var writer = new KafkaWriter(buffer);
        writer.WriteInt16(Version);
        message.Write(ref writer, Version);
        writer.Complete();
        return buffer.Array.AsSpan(buffer.ArrayOffset, buffer.ReadableBytes).ToArray();
    }
}
