using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>All that clients are told of groups and their offsets, each fact with a name. A classic group that rebalances shows only what is in the log of it: its offsets.</summary>
sealed class GroupFacts : SortedDictionary<string, string>
{
    GroupFacts()
        : base(StringComparer.Ordinal)
    {
    }

    public static GroupFacts Of(TestBroker broker, IReadOnlySet<string> rebalancing)
    {
        var facts = new GroupFacts();
        using var connection = broker.Connect();
        var listed = connection.Send(new ListGroupsRequest(), 5);
        Assert.That(listed.ErrorCode, Is.EqualTo(ErrorCode.None));
        foreach (var group in listed.Groups)
        {
            facts.AddOffsets(connection, group.GroupId);
            if (rebalancing.Contains(group.GroupId))
                continue;
            facts.Add($"group {group.GroupId}", $"{group.GroupType} {group.GroupState} '{group.ProtocolType}'");
            if (group.GroupType == "consumer")
                facts.AddConsumer(connection.Send(new ConsumerGroupDescribeRequest { GroupIds = [group.GroupId] }, 1).Groups.Single());
            else
                facts.AddClassic(connection.Send(new DescribeGroupsRequest { Groups = [group.GroupId] }, 6).Groups.Single());
        }

        return facts;
    }

    /// <summary>The classic groups whose state is not in the log.</summary>
    public static HashSet<string> Rebalancing(TestBroker broker)
    {
        using var connection = broker.Connect();
        return [.. connection.Send(new ListGroupsRequest { StatesFilter = ["PreparingRebalance", "CompletingRebalance"] }, 5).Groups.Select(group => group.GroupId)];
    }

    void AddOffsets(TestConnection connection, string group)
    {
        var answer = connection.Send(new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = null }] }, 9).Groups.Single();
        Assert.That(answer.ErrorCode, Is.EqualTo(ErrorCode.None));
        foreach (var topic in answer.Topics)
        {
            foreach (var partition in topic.Partitions)
                Add($"offset {group} {topic.Name}-{partition.PartitionIndex}", $"{partition.ErrorCode} {partition.CommittedOffset} {partition.CommittedLeaderEpoch} {partition.Metadata}");
        }
    }

    void AddClassic(DescribeGroupsResponse.DescribedGroup group)
    {
        Add($"classic {group.GroupId}", $"{group.ErrorCode} {group.GroupState} {group.ProtocolType} {group.ProtocolData}");
        foreach (var member in group.Members)
            Add($"classic {group.GroupId} {member.MemberId}", $"{member.GroupInstanceId} {member.ClientId} {member.ClientHost} {Convert.ToHexString(member.MemberMetadata)} {Convert.ToHexString(member.MemberAssignment)}");
    }

    void AddConsumer(ConsumerGroupDescribeResponse.DescribedGroup group)
    {
        Add($"consumer {group.GroupId}", $"{group.ErrorCode} {group.GroupState} {group.GroupEpoch} {group.AssignmentEpoch} {group.AssignorName}");
        foreach (var member in group.Members)
        {
            Add(
                $"consumer {group.GroupId} {member.MemberId}",
                $"{member.InstanceId} {member.RackId} {member.MemberEpoch} {member.ClientId} {member.ClientHost} {string.Join(',', member.SubscribedTopicNames)} {member.SubscribedTopicRegex} {member.MemberType} has {Text(member.Assignment)} of {Text(member.TargetAssignment)}");
        }
    }

    static string Text(ConsumerGroupDescribeResponse.Assignment assignment) =>
        string.Join(' ', assignment.TopicPartitions.Select(topic => $"{topic.TopicName}:{string.Join(',', topic.Partitions)}").Order(StringComparer.Ordinal));
}
