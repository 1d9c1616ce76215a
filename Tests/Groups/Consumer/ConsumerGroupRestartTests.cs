using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Consumer;

/// <summary>A broker that comes back after any step has the group as it was: its members go on in their epochs.</summary>
public sealed class ConsumerGroupRestartTests : IDisposable
{
    const string Group = "group";
    const int Steps = 9;

    TestBroker broker = new();

    public ConsumerGroupRestartTests() => broker.CreateTopic("orders", 4);

    public void Dispose() => broker.Dispose();

    [Test]
    public void A_restart_between_any_two_steps_changes_nothing([Range(0, Steps)] int restartAfter)
    {
        var (first, second, third) = (Member("one"), Member(null), Member(null));
        third.Regex = "ord.*";
        Action[] steps =
        [
            () => first.Join().Reconcile(),
            () => second.Join(),
            () => first.Heartbeat(),
            () => third.Join(),
            () => first.Reconcile().Heartbeat(),
            () => second.Poll(),
            () => first.LeaveForAWhile(),
            () => third.Poll(),
            () => first.Join().Reconcile(),
        ];
        Assert.That(steps, Has.Length.EqualTo(Steps));
        for (var step = 0; step < steps.Length; step++)
        {
            if (step == restartAfter)
                Restart(first, second, third);
            steps[step]();
        }

        if (restartAfter == Steps)
            Restart(first, second, third);
        for (var round = 0; round < 5; round++)
        {
            foreach (var member in new[] { first, second, third })
                Assert.That(member.Poll(), Is.EqualTo(ErrorCode.None), member.Last!.ErrorMessage);
        }

        Assert.That(first.Owned.Count + second.Owned.Count + third.Owned.Count, Is.EqualTo(4));
        Assert.That(first.Owned.Union(second.Owned).Union(third.Owned).Count, Is.EqualTo(4));
        Assert.That(new[] { first, second, third }.Select(member => member.MemberEpoch), Is.All.EqualTo(4));
    }

    [Test]
    public void All_that_is_told_of_a_group_is_the_same_after_a_restart()
    {
        var member = Member("one");
        member.Regex = "ord.*";
        member.ServerAssignor = "range";
        member.Join().Reconcile();
        Member(null).Join();
        member.Heartbeat();
        var before = Describe();

        Restart(member);

        Assert.That(Describe(), Is.EqualTo(before));
        member.Heartbeat();
        Assert.That(Describe(), Is.EqualTo(before), "nothing is computed again");
    }

    void Restart(params ConsumerMember[] members)
    {
        broker = broker.Restart();
        foreach (var member in members)
            member.Connection = broker.Connect();
    }

    string Describe()
    {
        var group = broker.Connect().Send(new ConsumerGroupDescribeRequest { GroupIds = [Group] }, 1).Groups.Single();
        return $"{group.GroupState} {group.GroupEpoch} {group.AssignmentEpoch} {group.AssignorName}\n" + string.Join('\n', group.Members.Select(Show).Order());
    }

    static string Show(ConsumerGroupDescribeResponse.Member member) =>
        $"{member.MemberId} {member.InstanceId} {member.MemberEpoch} {string.Join(',', member.SubscribedTopicNames)} {member.SubscribedTopicRegex} {member.ClientId} {member.ClientHost} {Show(member.Assignment)} {Show(member.TargetAssignment)}";

    static string Show(ConsumerGroupDescribeResponse.Assignment assignment) =>
        string.Join(' ', assignment.TopicPartitions.Select(topic => $"{topic.TopicName}:{string.Join(',', topic.Partitions)}"));

    ConsumerMember Member(string? instanceId) => new(broker.Connect(), Group) { Topics = ["orders"], InstanceId = instanceId };
}
