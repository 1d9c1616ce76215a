using NettyKafka.Server.Groups.Consumer.Assignors;

namespace NettyKafka.Tests.Groups.Consumer.Assignors;

/// <summary>What holds after any change of any group: <see cref="TestGroup"/> itself checks that every partition has exactly one owner, a subscriber.</summary>
public sealed class AssignorPropertyTests
{
    const string Topics = "ABCDEF";

    readonly UniformAssignor uniform = new();
    readonly RangeAssignor range = new();
    readonly Random random;

    public AssignorPropertyTests()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        random = new(seed);
    }

    [Test]
    public void Members_that_subscribe_alike_differ_by_one_partition_and_nothing_moves_without_need()
    {
        ForRandomGroups(alike: true, consumers =>
        {
            var needed = NeededMoves(consumers);
            var before = Owners(consumers);

            consumers.Assign(uniform);

            Assert.That(consumers.Loads.Max() - consumers.Loads.Min(), Is.LessThanOrEqualTo(1), consumers.ToString());
            var after = Owners(consumers);
            Assert.That(before.Count(owner => after.TryGetValue(owner.Key, out var now) && now != owner.Value), Is.EqualTo(needed), consumers.ToString());
        });
    }

    [Test]
    public void With_different_subscriptions_no_chain_of_moves_would_balance_better()
    {
        ForRandomGroups(alike: false, consumers =>
        {
            consumers.Assign(uniform);

            foreach (var member in consumers.Members)
                Assert.That(Reachable(consumers, member).Min(other => other.TargetAssignment.Count), Is.GreaterThanOrEqualTo(member.TargetAssignment.Count - 1), consumers.ToString());
        });
    }

    [Test]
    public void No_assignment_of_a_small_group_is_better_balanced()
    {
        for (var round = 0; round < 200; round++)
        {
            var consumers = new TestGroup();
            foreach (var topic in "ABC")
                consumers.Topic(topic, random.Next(1, 3));
            for (var member = 0; member < 4; member++)
                consumers.Member($"{member}", Some("ABC"));

            consumers.Assign(uniform);

            Assert.That(Unbalance(consumers.Loads), Is.EqualTo(LeastUnbalance(consumers)), consumers.ToString());
        }
    }

    [Test]
    public void Topics_with_the_same_subscribers_and_partition_count_are_co_partitioned()
    {
        ForRandomGroups(alike: false, consumers =>
        {
            consumers.Assign(range);

            var shapes = from topic in Topics
                         let id = TestGroup.Id(topic)
                         where consumers.PartitionCounts.ContainsKey(id)
                         let subscribers = string.Join(',', consumers.Members.Where(member => member.SubscribedTopicIds.Contains(id)).Select(member => member.MemberId))
                         let ranges = string.Join('|', consumers.Members.Select(member => string.Join(',', member.TargetAssignment.PartitionsOf(id).ToArray())))
                         group ranges by (subscribers, consumers.PartitionCounts[id]);
            foreach (var ranges in shapes.Where(shape => shape.Key.subscribers.Length > 0))
                Assert.That(ranges.Distinct().Count(), Is.EqualTo(1), consumers.ToString());
        });
    }

    [Test]
    public void A_group_that_has_not_changed_keeps_its_objects([Values] bool alike, [Values("uniform", "range")] string name)
    {
        IPartitionAssignor assignor = name == "uniform" ? uniform : range;
        ForRandomGroups(alike, consumers =>
        {
            consumers.Assign(assignor);
            var before = consumers.Members.ToDictionary(member => member.MemberId, member => member.TargetAssignment);

            foreach (var (memberId, assignment) in consumers.AssignShuffled(assignor, random))
                Assert.That(assignment, Is.SameAs(before[memberId]), $"{memberId} in {consumers}");
        });
    }

    [Test]
    public void The_order_of_members_and_topics_does_not_matter([Values] bool alike, [Values("uniform", "range")] string name)
    {
        IPartitionAssignor assignor = name == "uniform" ? uniform : range;
        ForRandomGroups(alike, consumers =>
        {
            var shuffled = consumers.AssignShuffled(assignor, random);
            consumers.Assign(assignor);

            foreach (var (memberId, assignment) in shuffled)
                Assert.That(assignment, Is.EqualTo(consumers[memberId]), memberId);
        });
    }

    void ForRandomGroups(bool alike, Action<TestGroup> assignAndCheck)
    {
        for (var round = 0; round < 40; round++)
        {
            var consumers = new TestGroup();
            var shared = Some(Topics);
            for (var step = 0; step < 15; step++)
            {
                Change(consumers, alike, shared);
                assignAndCheck(consumers);
            }
        }
    }

    void Change(TestGroup consumers, bool alike, string shared)
    {
        var member = $"{random.Next(8)}";
        var topic = Topics[random.Next(Topics.Length)];
        var has = consumers.Members.Any(other => other.MemberId == member);
        switch (random.Next(5))
        {
            case 0 when has && consumers.Members.Count > 1:
                consumers.Leave(member);
                break;
            case 1:
                consumers.Topic(topic, consumers.PartitionCounts.GetValueOrDefault(TestGroup.Id(topic)) + random.Next(1, 12));
                break;
            case 2:
                consumers.Delete(topic);
                break;
            case 3 when has && !alike:
                consumers.Subscribe(member, Some(Topics));
                break;
            case var _ when !has:
                consumers.Member(member, alike ? shared : Some(Topics), random.Next(2) == 0 ? $"i{member}" : null);
                break;
        }

        if (consumers.Members.Count == 0)
            consumers.Member(member, shared);
    }

    string Some(string topics) => string.Concat(topics.Where(_ => random.Next(2) == 0));

    static Dictionary<(char Topic, int Partition), string> Owners(TestGroup consumers) =>
        (from member in consumers.Members
         from topic in member.TargetAssignment.Topics
         from partition in topic.Partitions
         select (((char)topic.TopicId.MostSignificantBits, partition), member.MemberId)).ToDictionary();

    static int NeededMoves(TestGroup consumers)
    {
        var topics = consumers.Members.First().SubscribedTopicIds.Where(consumers.PartitionCounts.ContainsKey).ToHashSet();
        var (minimum, extra) = Math.DivRem(topics.Sum(topic => consumers.PartitionCounts[topic]), consumers.Members.Count);
        var surplus = consumers.Members.Select(member => member.TargetAssignment.Topics.Where(topic => topics.Contains(topic.TopicId)).Sum(topic => topic.Partitions.Length) - minimum)
            .Where(more => more > 0).ToList();
        return surplus.Sum() - Math.Min(extra, surplus.Count);
    }

    static HashSet<MemberSubscription> Reachable(TestGroup consumers, MemberSubscription from)
    {
        HashSet<MemberSubscription> reached = [from];
        var waiting = new Queue<MemberSubscription>(reached);
        while (waiting.TryDequeue(out var member))
        {
            var given = member.TargetAssignment.Topics.Select(topic => topic.TopicId);
            foreach (var other in consumers.Members.Where(other => other.SubscribedTopicIds.Overlaps(given) && reached.Add(other)))
                waiting.Enqueue(other);
        }

        return reached;
    }

    static int Unbalance(IEnumerable<int> loads) => loads.Sum(load => load * load);

    static int LeastUnbalance(TestGroup consumers)
    {
        var choices = (from topic in consumers.PartitionCounts
                       let subscribers = consumers.Members.Index().Where(member => member.Item.SubscribedTopicIds.Contains(topic.Key)).Select(member => member.Index).ToArray()
                       where subscribers.Length > 0
                       from _ in Enumerable.Range(0, topic.Value)
                       select subscribers).ToArray();
        return Least(0, new int[consumers.Members.Count]);

        int Least(int partition, int[] loads)
        {
            if (partition == choices.Length)
                return Unbalance(loads);
            var least = int.MaxValue;
            foreach (var member in choices[partition])
            {
                loads[member]++;
                least = Math.Min(least, Least(partition + 1, loads));
                loads[member]--;
            }

            return least;
        }
    }
}
