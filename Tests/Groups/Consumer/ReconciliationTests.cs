using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Consumer;

/// <summary>What several members of a group see, step by step, as one of them comes, goes or stalls.</summary>
public sealed class ReconciliationTests : IDisposable
{
    readonly TestBroker broker = new();

    public ReconciliationTests() => broker.CreateTopic("orders", 4);

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_partition_is_revoked_before_it_is_assigned()
    {
        var (first, second) = (Member().Join().Reconcile(), Member());
        second.Join().Reconcile();
        Assert.That((second.MemberEpoch, second.Owned.Count), Is.EqualTo((2, 0)), "the first has all of them still");

        first.Heartbeat();
        Assert.That((first.MemberEpoch, first.Assigned.Count), Is.EqualTo((1, 2)), "it is told to give two up");
        first.Heartbeat();
        second.Heartbeat();
        Assert.That((first.MemberEpoch, second.Assigned.Count), Is.EqualTo((1, 0)), "it does not say that it has");

        first.Reconcile().Heartbeat();
        Assert.That(first.MemberEpoch, Is.EqualTo(2));
        second.Heartbeat();
        second.Reconcile();

        Assert.That((first.Owned.Count, second.Owned.Count, first.Owned.Union(second.Owned).Count), Is.EqualTo((2, 2, 4)));
    }

    [Test]
    public void What_a_member_leaves_behind_goes_to_the_others()
    {
        var members = Group(2);

        members[0].Leave();
        members[1].Heartbeat();

        Assert.That((members[1].MemberEpoch, members[1].Assigned.Count), Is.EqualTo((3, 4)));
    }

    [Test]
    public void A_member_that_still_revokes_takes_the_newest_target_when_it_is_done()
    {
        var (first, second) = (Member().Join().Reconcile(), Member());
        second.Join();
        first.Heartbeat();
        Assert.That(first.Assigned, Has.Count.EqualTo(2));

        second.Leave();
        first.Reconcile().Heartbeat();

        Assert.That(first.MemberEpoch, Is.EqualTo(3));
        first.Poll();
        first.Poll();
        Assert.That(first.Owned, Has.Count.EqualTo(4), "nobody else wants them any more");
    }

    [Test]
    public void A_late_heartbeat_of_an_older_epoch_gives_nothing_up()
    {
        var member = Group(2)[0];
        var late = new ConsumerMember(broker.Connect(), "group", member.MemberId) { MemberEpoch = member.MemberEpoch - 1 };
        Member().Join();
        Member().Join();
        member.Heartbeat();
        Assert.That((member.MemberEpoch, member.Assigned.Count), Is.EqualTo((2, 1)), "it is told to give one up");

        Assert.That(late.Send(new() { TopicPartitions = [] }), Is.EqualTo(ErrorCode.FencedMemberEpoch));
        Assert.That((member.Heartbeat(), member.Owned.Count, member.MemberEpoch), Is.EqualTo((ErrorCode.None, 2, 2)), "it is still to give one up");
    }

    [Test]
    public void Members_that_come_one_by_one_end_with_equal_shares()
    {
        var members = Group(4);

        Assert.That(members.Select(member => member.Owned.Count), Is.All.EqualTo(1));
        Assert.That(members.SelectMany(member => member.Owned).Distinct().Count(), Is.EqualTo(4));
        Assert.That(members.Select(member => member.MemberEpoch), Is.All.EqualTo(4));
    }

    [Test]
    public void A_member_more_than_there_are_partitions_has_none()
    {
        var members = Group(5);

        Assert.That(members.Select(member => member.Owned.Count).Order(), Is.EqualTo(new[] { 0, 1, 1, 1, 1 }));
    }

    [Test]
    public void Members_that_subscribe_to_different_topics_share_what_they_have_in_common()
    {
        broker.CreateTopic("payments", 2);
        var (orders, both) = (Member(), Member());
        both.Topics = ["orders", "payments"];
        orders.Join();
        both.Join();
        Settle(orders, both);

        Assert.That((orders.Owned.Count, both.Owned.Count), Is.EqualTo((3, 3)));
    }

    [Test]
    public void The_assignor_that_most_members_ask_for_is_taken()
    {
        broker.CreateTopic("payments", 4);
        var members = Enumerable.Range(0, 3).Select(_ => Member()).ToList();
        members.ForEach(member => member.Topics = ["orders", "payments"]);
        members[0].ServerAssignor = "uniform";
        members[1].ServerAssignor = members[2].ServerAssignor = "range";
        members.ForEach(member => member.Join());
        Settle([.. members]);

        Assert.That(members.Select(member => string.Join(',', member.Partitions.Order())).Order(), Is.EqualTo(new[] { "0,0,1,1", "2,2", "3,3" }), "range gives each the same partitions of both topics");
    }

    [Test]
    public void A_member_may_subscribe_to_nothing_and_still_be_there()
    {
        var idle = Member();
        idle.Topics = [];
        idle.Join();

        Assert.That((idle.MemberEpoch, idle.Assigned.Count), Is.EqualTo((1, 0)));
        Assert.That(idle.Heartbeat(), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_member_that_drops_a_topic_is_told_to_give_it_up_at_once_or_when_it_has_finished_what_it_gives_up()
    {
        broker.CreateTopic("payments", 2);
        var first = Member();
        first.Topics = ["orders", "payments"];
        first.Join().Reconcile();
        Member().Join();
        first.Heartbeat();
        Assert.That(first.Assigned.Count, Is.LessThan(6));

        first.Subscribe("payments");
        first.Reconcile().Heartbeat();
        Settle(first);

        Assert.That(first.Owned, Has.Count.EqualTo(2));
    }

    /// <summary>Heartbeats until nothing changes any more.</summary>
    static void Settle(params ConsumerMember[] members)
    {
        for (var round = 0; round < 10; round++)
        {
            foreach (var member in members)
                Assert.That(member.Poll(), Is.EqualTo(ErrorCode.None));
        }
    }

    List<ConsumerMember> Group(int size)
    {
        List<ConsumerMember> members = [];
        for (var i = 0; i < size; i++)
        {
            members.Add(Member().Join().Reconcile());
            Settle([.. members]);
        }

        return members;
    }

    ConsumerMember Member() => new(broker.Connect(), "group") { Topics = ["orders"] };
}
