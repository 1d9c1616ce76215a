using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Tests.Groups.Simulation;

/// <summary>What the leader of a classic group does: turn about among the subscribers of each topic; a cooperative one leaves out what another still has.</summary>
static class SimulatedLeader
{
    const short SubscriptionVersion = 2;
    const short AssignmentVersion = 0;

    public static byte[] Subscription(IEnumerable<string> topics, IEnumerable<(string Topic, int Partition)> owned, int generation) =>
    [
        0,
        (byte)SubscriptionVersion,
        .. MessageEncoding.Encode(
            new ConsumerProtocolSubscription
            {
                Topics = [.. topics],
                OwnedPartitions = [.. owned.GroupBy(each => each.Topic).Select(topic => new ConsumerProtocolSubscription.TopicPartition { Topic = topic.Key, Partitions = [.. topic.Select(each => each.Partition)] })],
                GenerationId = generation,
            },
            SubscriptionVersion),
    ];

    public static Dictionary<string, byte[]> Assign(JoinGroupResponse joined, IReadOnlyDictionary<string, int> partitionCounts, bool isCooperative)
    {
        var members = joined.Members.Select(member => (Key: member.GroupInstanceId ?? member.MemberId, member.MemberId, Subscription: Read(member.Metadata))).OrderBy(member => member.Key, StringComparer.Ordinal).ToList();
        var owners = new Dictionary<(string, int), (string MemberId, int Generation)>();
        foreach (var member in members)
        {
            foreach (var partition in member.Subscription.OwnedPartitions.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition))))
            {
                if (!owners.TryGetValue(partition, out var other) || other.Generation < member.Subscription.GenerationId)
                    owners[partition] = (member.MemberId, member.Subscription.GenerationId);
            }
        }

        var assigned = members.ToDictionary(member => member.MemberId, _ => new List<(string Topic, int Partition)>());
        foreach (var topic in TopicsOf(joined))
        {
            var subscribers = members.Where(member => member.Subscription.Topics.Contains(topic)).ToList();
            for (var partition = 0; partition < partitionCounts.GetValueOrDefault(topic); partition++)
            {
                var next = subscribers[partition % subscribers.Count].MemberId;
                if (!isCooperative || !owners.TryGetValue((topic, partition), out var owner) || owner.MemberId == next)
                    assigned[next].Add((topic, partition));
            }
        }

        return assigned.ToDictionary(each => each.Key, each => Assignment(each.Value));
    }

    public static IReadOnlyList<string> TopicsOf(JoinGroupResponse joined) =>
        [.. joined.Members.SelectMany(member => Read(member.Metadata).Topics).Distinct().Order(StringComparer.Ordinal)];

    public static IEnumerable<(string Topic, int Partition)> PartitionsOf(byte[] assignment)
    {
        if (assignment.Length == 0)
            return [];
        var reader = new KafkaReader(assignment.AsMemory(sizeof(short)));
        return ConsumerProtocolAssignment.Read(ref reader, AssignmentVersion).AssignedPartitions.SelectMany(topic => topic.Partitions.Select(partition => (topic.Topic, partition)));
    }

    static byte[] Assignment(IEnumerable<(string Topic, int Partition)> partitions) =>
    [
        0,
        (byte)AssignmentVersion,
        .. MessageEncoding.Encode(
            new ConsumerProtocolAssignment
            {
                AssignedPartitions = [.. partitions.GroupBy(each => each.Topic).Select(topic => new ConsumerProtocolAssignment.TopicPartition { Topic = topic.Key, Partitions = [.. topic.Select(each => each.Partition)] })],
            },
            AssignmentVersion),
    ];

    static ConsumerProtocolSubscription Read(byte[] metadata)
    {
        var reader = new KafkaReader(metadata.AsMemory(sizeof(short)));
        return ConsumerProtocolSubscription.Read(ref reader, SubscriptionVersion);
    }
}
