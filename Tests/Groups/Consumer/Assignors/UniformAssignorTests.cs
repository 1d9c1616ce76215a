using NettyKafka.Server.Groups.Consumer;
using NettyKafka.Server.Groups.Consumer.Assignors;

namespace NettyKafka.Tests.Groups.Consumer.Assignors;

public sealed class UniformAssignorTests
{
    readonly UniformAssignor uniform = new();
    readonly TestGroup group = new();

    [Test]
    public void Its_name_is_uniform() => Assert.That(uniform.Name, Is.EqualTo("uniform"));

    [Test]
    public void A_group_without_members_has_no_assignment() =>
        Assert.That(uniform.Assign(new([], group.PartitionCounts)), Is.Empty);

    [Test]
    public void Members_without_topics_are_assigned_nothing() =>
        Assert.That(Assign(group.Member("a", "").Member("b", "X")), Is.EqualTo("a: | b:"));

    [Test]
    public void A_new_group_is_dealt_every_topic_evenly() =>
        Assert.That(Assign(group.Topic('A', 3).Topic('B', 4).Member("b", "AB").Member("a", "BA").Member("c", "AB")), Is.EqualTo("a: A0 B0,3 | b: A1 B1 | c: A2 B2"));

    [Test]
    public void More_members_than_partitions_leave_some_idle() =>
        Assert.That(Assign(group.Topic('A', 2).Member("a", "A").Member("b", "A").Member("c", "A")), Is.EqualTo("a: A0 | b: A1 | c:"));

    [Test]
    public void A_member_that_joins_takes_its_share_and_no_more()
    {
        Assign(group.Topic('A', 6).Member("b", "A").Member("c", "A"));

        Assert.That(Assign(group.Member("a", "A")), Is.EqualTo("a: A0,1 | b: A2,4 | c: A3,5"));
    }

    [Test]
    public void What_a_member_gives_up_is_of_all_its_topics()
    {
        Assign(group.Topic('A', 4).Topic('B', 4).Member("a", "AB"));

        Assert.That(Assign(group.Member("b", "AB")), Is.EqualTo("a: A1,3 B1,3 | b: A0,2 B0,2"));
    }

    [Test]
    public void The_partitions_of_a_member_that_leaves_go_to_the_others()
    {
        Assign(group.Topic('A', 6).Member("a", "A").Member("b", "A").Member("c", "A"));

        Assert.That(Assign(group.Leave("b")), Is.EqualTo("a: A0,1,3 | c: A2,4,5"));
    }

    [Test]
    public void New_partitions_go_to_those_with_fewest()
    {
        Assign(group.Topic('A', 4).Member("a", "A").Member("b", "A").Member("c", "A"));

        Assert.That(Assign(group.Topic('A', 6)), Is.EqualTo("a: A0,3 | b: A1,4 | c: A2,5"));
    }

    [Test]
    public void A_deleted_topic_is_taken_from_everybody_and_the_rest_balanced()
    {
        Assign(group.Topic('A', 4).Topic('B', 2).Member("a", "AB").Member("b", "AB").Member("c", "AB"));

        Assert.That(Assign(group.Delete('B')), Is.EqualTo("a: A0,3 | b: A1 | c: A2"));
    }

    [Test]
    public void The_extra_partition_stays_with_the_one_that_has_it()
    {
        group.Topic('A', 3).Member("a", "A", target: Target('A', 0)).Member("b", "A", target: Target('A', 1, 2));

        Assert.That(Assign(group), Is.EqualTo("a: A0 | b: A1,2"));
    }

    [Test]
    public void The_extra_partition_goes_to_one_that_gets_new_ones_anyhow()
    {
        group.Topic('A', 5).Member("a", "A", target: Target('A', 0, 1)).Member("b", "A");

        Assert.That(Assign(group), Is.EqualTo("a: A0,1 | b: A2,3,4"));
    }

    [Test]
    public void A_partition_that_two_claim_or_that_does_not_exist_is_assigned_once_or_not_at_all()
    {
        group.Topic('A', 4).Member("a", "A", target: Target('A', 0, 1)).Member("b", "A", target: Target('A', 1, 2, 7)).Member("c", "A", target: Target('Z', 0));

        Assert.That(Assign(group), Is.EqualTo("a: A0,1 | b: A2 | c: A3"));
    }

    [Test]
    public void A_static_member_that_was_replaced_keeps_the_target_it_inherits()
    {
        Assign(group.Topic('A', 4).Member("z", "A", instanceId: "one").Member("b", "A", instanceId: "two"));
        var inherited = group["z"];

        Assign(group.Leave("z").Member("c", "A", instanceId: "one", target: inherited));

        Assert.That(group["c"], Is.SameAs(inherited));
    }

    [Test]
    public void Different_subscriptions_are_balanced_by_who_may_own_what() =>
        Assert.That(Assign(group.Topic('A', 3).Topic('B', 3).Member("a", "A").Member("b", "AB").Member("c", "B")), Is.EqualTo("a: A0,2 | b: A1 B1 | c: B0,2"));

    [Test]
    public void A_chain_of_moves_balances_what_no_single_move_does()
    {
        group.Topic('A', 3).Topic('B', 2).Topic('C', 1)
            .Member("a", "A", target: Target('A', 0, 1, 2)).Member("b", "AB", target: Target('B', 0, 1)).Member("c", "BC", target: Target('C', 0));

        Assert.That(Assign(group), Is.EqualTo("a: A0,1 | b: A2 B0 | c: B1 C0"));
    }

    [Test]
    public void A_member_that_unsubscribes_gives_up_that_topic_alone()
    {
        Assign(group.Topic('A', 4).Topic('B', 4).Member("a", "AB").Member("b", "AB"));

        Assert.That(Assign(group.Subscribe("b", "B")), Is.EqualTo("a: A0,1,2,3 | b: B0,1,2,3"));
    }

    [Test]
    public void A_topic_nobody_else_may_own_stays_where_it_is() =>
        Assert.That(Assign(group.Topic('A', 5).Topic('B', 2).Member("a", "AB").Member("b", "B")), Is.EqualTo("a: A0,1,2,3,4 | b: B0,1"));

    string Assign(TestGroup changed) => changed.Assign(uniform).ToString();

    static Assignment Target(char topic, params int[] partitions) => Assignment.From([(TestGroup.Id(topic), partitions)]);
}
