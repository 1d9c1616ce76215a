using NettyKafka.Server.Groups.Consumer.Assignors;

namespace NettyKafka.Tests.Groups.Consumer.Assignors;

public sealed class RangeAssignorTests
{
    readonly RangeAssignor range = new();
    readonly TestGroup group = new();

    [Test]
    public void Its_name_is_range() => Assert.That(range.Name, Is.EqualTo("range"));

    [Test]
    public void A_group_without_members_has_no_assignment() =>
        Assert.That(range.Assign(new([], group.Topic('A', 1).PartitionCounts)), Is.Empty);

    [Test]
    public void Each_member_gets_a_range_of_each_topic_the_first_ones_a_longer_one() =>
        Assert.That(Assign(group.Topic('A', 5).Topic('B', 2).Member("b", "AB").Member("a", "AB").Member("c", "AB")), Is.EqualTo("a: A0,1 B0 | b: A2,3 B1 | c: A4"));

    [Test]
    public void Only_subscribers_of_a_topic_share_it() =>
        Assert.That(Assign(group.Topic('A', 3).Topic('B', 3).Member("a", "A").Member("b", "AB").Member("c", "B")), Is.EqualTo("a: A0,1 | b: A2 B0,1 | c: B2"));

    [Test]
    public void Topics_with_the_same_subscribers_and_partition_count_are_co_partitioned() =>
        Assert.That(Assign(group.Topic('A', 5).Topic('B', 5).Topic('C', 9).Member("a", "AB").Member("b", "ABC")), Is.EqualTo("a: A0,1,2 B0,1,2 | b: A3,4 B3,4 C0,1,2,3,4,5,6,7,8"));

    [Test]
    public void Static_members_come_first_in_the_order_of_their_instance_ids() =>
        Assert.That(Assign(group.Topic('A', 4).Member("a", "A").Member("b", "A", "two").Member("c", "A", "one").Member("d", "A")), Is.EqualTo("a: A2 | b: A1 | c: A0 | d: A3"));

    [Test]
    public void A_static_member_keeps_its_range_under_a_new_member_id()
    {
        Assign(group.Topic('A', 4).Member("m", "A", "one").Member("n", "A", "two"));

        Assert.That(Assign(group.Leave("m").Member("z", "A", "one")), Is.EqualTo("n: A2,3 | z: A0,1"));
    }

    [Test]
    public void Ids_are_ordered_by_code_points_not_by_a_language() =>
        Assert.That(Assign(group.Topic('A', 2).Member("a", "A").Member("B", "A")), Is.EqualTo("B: A0 | a: A1"));

    [Test]
    public void A_topic_that_grows_or_goes_changes_the_ranges_of_that_topic_alone()
    {
        Assign(group.Topic('A', 2).Topic('B', 2).Member("a", "AB").Member("b", "AB"));

        Assert.That(Assign(group.Topic('A', 4)), Is.EqualTo("a: A0,1 B0 | b: A2,3 B1"));
        Assert.That(Assign(group.Delete('A')), Is.EqualTo("a: B0 | b: B1"));
    }

    [Test]
    public void A_member_whose_ranges_stay_keeps_its_object()
    {
        Assign(group.Topic('A', 4).Member("a", "A").Member("b", "A"));
        var (first, second) = (group["a"], group["b"]);

        Assign(group.Topic('A', 5));

        Assert.That(group["a"], Is.Not.SameAs(first));
        Assign(group.Topic('A', 4));
        Assert.That(group["a"], Is.EqualTo(first));
        Assert.That(group["b"], Is.EqualTo(second));
    }

    string Assign(TestGroup changed) => changed.Assign(range).ToString();
}
