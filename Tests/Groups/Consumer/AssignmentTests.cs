using NettyKafka.Codec.Wire;
using NettyKafka.Server.Groups.Consumer;

namespace NettyKafka.Tests.Groups.Consumer;

public sealed class AssignmentTests
{
    static readonly Uuid orders = new(1, 9);
    static readonly Uuid payments = new(2, 3);

    readonly Assignment both = Of((payments, [2, 0]), (orders, [1, 2, 3]));

    [Test]
    public void Topics_and_partitions_are_in_order_whatever_order_they_came_in() =>
        Assert.That(both.ToString(), Is.EqualTo($"[{orders}[1,2,3] {payments}[0,2]]"));

    [Test]
    public void A_topic_that_comes_twice_is_merged()
    {
        var merged = Of((orders, [3, 1]), (payments, [0, 2, 2]), (orders, [2, 1]));

        Assert.That(merged, Is.EqualTo(both));
        Assert.That(merged.GetHashCode(), Is.EqualTo(both.GetHashCode()));
        Assert.That(merged.Count, Is.EqualTo(5));
    }

    [Test]
    public void A_topic_without_partitions_is_left_out() =>
        Assert.That(Of((orders, [])), Is.SameAs(Assignment.Empty));

    [Test]
    public void Another_topic_or_another_partition_is_another_assignment()
    {
        Assert.That(Of((orders, [1, 2])), Is.Not.EqualTo(Of((payments, [1, 2]))));
        Assert.That(Of((orders, [1, 2])), Is.Not.EqualTo(Of((orders, [1, 3]))));
        Assert.That(Of((orders, [1, 2])), Is.Not.EqualTo(Of((orders, [1, 2, 3]))));
        Assert.That(Of((orders, [1, 2])), Is.Not.EqualTo(Assignment.Empty));
    }

    [Test]
    public void Contains_what_was_put_in_and_nothing_else()
    {
        Assert.That(both.Contains(orders, 2), Is.True);
        Assert.That(both.Contains(payments, 2), Is.True);
        Assert.That(both.Contains(orders, 0), Is.False);
        Assert.That(both.Contains(payments, 1), Is.False);
        Assert.That(both.Contains(new(1, 3), 2), Is.False);
        Assert.That(Assignment.Empty.Contains(orders, 0), Is.False);
    }

    [Test]
    public void Except_intersect_and_union_are_those_of_sets()
    {
        var other = Of((orders, [2, 4]), (new(7, 7), [0]));

        Assert.That(both.Except(other), Is.EqualTo(Of((orders, [1, 3]), (payments, [0, 2]))));
        Assert.That(both.Intersect(other), Is.EqualTo(Of((orders, [2]))));
        Assert.That(both.Union(other), Is.EqualTo(Of((orders, [1, 2, 3, 4]), (payments, [0, 2]), (new(7, 7), [0]))));
        Assert.That(both.Except(both), Is.SameAs(Assignment.Empty));
        Assert.That(both.Intersect(Assignment.Empty), Is.SameAs(Assignment.Empty));
    }

    [Test]
    public void An_operation_that_changes_nothing_returns_the_same_object()
    {
        Assert.That(both.Except(Of((orders, [9]), (new(7, 7), [0]))), Is.SameAs(both));
        Assert.That(both.Intersect(Of((orders, [0, 1, 2, 3]), (payments, [0, 2]))), Is.SameAs(both));
        Assert.That(both.Union(Of((orders, [2]))), Is.SameAs(both));
        Assert.That(Assignment.Empty.Union(both), Is.SameAs(both));
    }

    [Test]
    public void Random_sets_agree_with_sets_of_pairs()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var (left, right) = (RandomPairs(random), RandomPairs(random));
            Assert.That(Pairs(Of(left).Except(Of(right))), Is.EqualTo(left.Except(right).Order()));
            Assert.That(Pairs(Of(left).Intersect(Of(right))), Is.EqualTo(left.Intersect(right).Order()));
            Assert.That(Pairs(Of(left).Union(Of(right))), Is.EqualTo(left.Union(right).Order()));
            Assert.That(Of(left).Equals(Of(right)), Is.EqualTo(left.SetEquals(right)));
        }
    }

    static HashSet<(ulong Topic, int Partition)> RandomPairs(Random random) =>
        [.. from _ in Enumerable.Range(0, random.Next(12)) select ((ulong)random.Next(3), random.Next(6))];

    static IEnumerable<(ulong Topic, int Partition)> Pairs(Assignment assignment) =>
        from topic in assignment.Topics
        from partition in topic.Partitions
        select (topic.TopicId.MostSignificantBits, partition);

    static Assignment Of(HashSet<(ulong Topic, int Partition)> pairs) =>
        Assignment.From(pairs.Select(pair => (new Uuid(pair.Topic, 0), (IEnumerable<int>)[pair.Partition])));

    static Assignment Of(params (Uuid TopicId, int[] Partitions)[] topics) =>
        Assignment.From(topics.Select(topic => (topic.TopicId, topic.Partitions.AsEnumerable())));
}
