using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server;
using NettyKafka.Server.Groups;
using NettyKafka.Server.Groups.Classic;
using NettyKafka.Server.Groups.Consumer;
using NettyKafka.Testing;

namespace NettyKafka.Http.Commands;

/// <summary>Groups of both protocols as they are now, with their members and what they have committed.</summary>
sealed record GroupDescriptions(IReadOnlyList<GroupDescription> Groups)
{
    public static async Task<GroupDescriptions> OfAsync(EmbeddedKafka kafka)
    {
        var broker = kafka.Broker;
        List<GroupDescription> groups = [];
        foreach (var node in broker.Cluster.Nodes)
            foreach (var ofShard in await broker.Groups.RunOnAllAsync(node, shard => Of(shard, broker)).ConfigureAwait(false))
                groups.AddRange(ofShard);
        return new([.. groups.OrderBy(group => group.GroupId, StringComparer.Ordinal)]);
    }

    static List<GroupDescription> Of(GroupShard shard, Broker broker) =>
        [.. shard.Groups.All.Select(group => (group is ClassicGroup classic ? Of(classic) : Of(shard.Consumer.Describe(group.GroupId))) with { Offsets = OffsetsOf(shard, group.GroupId, broker) })];

    static GroupDescription Of(ClassicGroup group) => new(group.GroupId, GroupType.Classic.ToName(), group.StateName, group.Generation)
    {
        Assignor = group.ProtocolName,
        Members = [.. group.Members.All.Select(member => new GroupMember(member.MemberId, member.GroupInstanceId, member.ClientId, member.ClientHost, AssignmentOf(group, member)))],
    };

    static GroupDescription Of(ConsumerGroupDescribeResponse.DescribedGroup group) => new(group.GroupId, GroupType.Consumer.ToName(), group.GroupState, group.GroupEpoch)
    {
        Assignor = group.AssignorName,
        Members =
        [
            .. group.Members.Select(member => new GroupMember(
                member.MemberId, member.InstanceId, member.ClientId, member.ClientHost, [.. member.Assignment.TopicPartitions.Select(topic => new AssignedTopic(topic.TopicName, topic.Partitions))])),
        ],
    };

    /// <summary>What a member of a group of another kind than consumers has been assigned is only known to the group.</summary>
    static List<AssignedTopic> AssignmentOf(ClassicGroup group, ClassicGroupMember member)
    {
        if (!group.UsesConsumerProtocol || member.Assignment.Length == 0)
            return [];
        try
        {
            return ConsumerProtocol.ReadAssignment(member.Assignment).AssignedPartitions.ConvertAll(topic => new AssignedTopic(topic.Topic, topic.Partitions));
        }
        catch (ProtocolException)
        {
            return [];
        }
    }

    static IReadOnlyList<CommittedOffset> OffsetsOf(GroupShard shard, string groupId, Broker broker) =>
    [
        .. from topic in shard.Offsets.OfGroup(groupId)
           from partition in topic.Partitions
           orderby topic.Topic, partition.Partition
           let committed = partition.Offset.CommittedOffset
           let end = broker.Partitions.Find(new(topic.Topic, partition.Partition))?.Bounds.HighWatermark
           select new CommittedOffset(topic.Topic, partition.Partition, committed, partition.Offset.Metadata, end - committed),
    ];
}

/// <summary>A group: its generation is the epoch of a group of the consumer protocol.</summary>
sealed record GroupDescription(string GroupId, string Type, string State, int Generation)
{
    public string? Assignor { get; init; }

    public IReadOnlyList<GroupMember> Members { get; init; } = [];

    public IReadOnlyList<CommittedOffset> Offsets { get; init; } = [];
}

sealed record GroupMember(string MemberId, string? GroupInstanceId, string ClientId, string ClientHost, IReadOnlyList<AssignedTopic> Assignment);

sealed record AssignedTopic(string Topic, IReadOnlyList<int> Partitions);

/// <summary>What a group has committed for a partition, and how many offsets are behind it; null where there is no such partition.</summary>
sealed record CommittedOffset(string Topic, int Partition, long Offset, string Metadata, long? Lag);
