using NettyKafka.Codec.Wire;
using NettyKafka.Server.Groups.Consumer;
using NettyKafka.Server.Groups.Consumer.Assignors;

namespace NettyKafka.Tests.Groups.Consumer.Assignors;

/// <summary>A group whose topics have names of one letter; it keeps the targets an assignor computes and checks that they are complete.</summary>
sealed class TestGroup
{
    readonly SortedDictionary<string, MemberSubscription> members = new(StringComparer.Ordinal);
    readonly Dictionary<Uuid, int> partitionCounts = [];

    public IReadOnlyCollection<MemberSubscription> Members => members.Values;

    public IReadOnlyDictionary<Uuid, int> PartitionCounts => partitionCounts;

    public IEnumerable<int> Loads => members.Values.Select(member => member.TargetAssignment.Count);

    public Assignment this[string memberId] => members[memberId].TargetAssignment;

    public static Uuid Id(char topic) => new(topic, 1);

    public TestGroup Topic(char topic, int partitions)
    {
        partitionCounts[Id(topic)] = partitions;
        return this;
    }

    public TestGroup Delete(char topic)
    {
        partitionCounts.Remove(Id(topic));
        return this;
    }

    public TestGroup Member(string memberId, string topics, string? instanceId = null, Assignment? target = null)
    {
        members[memberId] = new(memberId, instanceId, null, topics.Select(Id).ToHashSet(), target ?? Assignment.Empty);
        return this;
    }

    public TestGroup Subscribe(string memberId, string topics)
    {
        members[memberId] = members[memberId] with { SubscribedTopicIds = topics.Select(Id).ToHashSet() };
        return this;
    }

    public TestGroup Leave(string memberId)
    {
        members.Remove(memberId);
        return this;
    }

    public TestGroup Assign(IPartitionAssignor assignor)
    {
        Take(assignor.Assign(new(Members, partitionCounts)));
        return this;
    }

    /// <summary>The same group with members and topics in another order.</summary>
    public IReadOnlyDictionary<string, Assignment> AssignShuffled(IPartitionAssignor assignor, Random random)
    {
        var shuffled = members.Values.ToArray();
        random.Shuffle(shuffled);
        var topics = partitionCounts.ToArray();
        random.Shuffle(topics);
        return assignor.Assign(new([.. shuffled.Select(member => member with { SubscribedTopicIds = member.SubscribedTopicIds.Reverse().ToHashSet() })], topics.ToDictionary()));
    }

    public override string ToString() =>
        string.Join(" | ", members.Select(member => $"{member.Key}:{string.Concat(member.Value.TargetAssignment.Topics.Select(topic => $" {Name(topic.TopicId)}{string.Join(',', topic.Partitions)}"))}"));

    static char Name(Uuid topicId) => (char)topicId.MostSignificantBits;

    void Take(IReadOnlyDictionary<string, Assignment> assignments)
    {
        Assert.That(assignments.Keys, Is.EquivalentTo(members.Keys));
        foreach (var (memberId, assignment) in assignments)
        {
            Assert.That(assignment.Topics.Select(topic => topic.TopicId), Is.SubsetOf(members[memberId].SubscribedTopicIds), memberId);
            members[memberId] = members[memberId] with { TargetAssignment = assignment };
        }

        var assigned = from member in members.Values
                       from topic in member.TargetAssignment.Topics
                       from partition in topic.Partitions
                       select (topic.TopicId, partition);
        var subscribed = from topicId in members.Values.SelectMany(member => member.SubscribedTopicIds).Distinct()
                         from partition in Enumerable.Range(0, partitionCounts.GetValueOrDefault(topicId))
                         select (topicId, partition);
        Assert.That(assigned.Order(Comparer), Is.EqualTo(subscribed.Order(Comparer)), ToString());
    }

    static readonly Comparer<(Uuid TopicId, int Partition)> Comparer = Comparer<(Uuid TopicId, int Partition)>.Create((left, right) =>
        Assignment.CompareTopicIds(left.TopicId, right.TopicId) is var order && order != 0 ? order : left.Partition.CompareTo(right.Partition));
}
