using NettyKafka.Benchmarks.Groups;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>Commits of one partition's offset, to one group or to many in turn, by who is no member.</summary>
sealed class OffsetCommits(int groups, int connections, int depth) : Scenario($"offset commit, {groups} group{(groups == 1 ? "" : "s")}", connections, depth)
{
    const int RingSize = 1000;

    public override bool IsBulk => false;

    public override PreparedScenario Prepare(ControlConnection control, string topic)
    {
        var created = new TestTopic(control, topic, partitionCount: 1);
        control.Send(new FindCoordinatorRequest { CoordinatorKeys = [$"{topic}-0"] });
        var rings = Enumerable.Range(0, Connections).Select(connection => new FrameRing([.. Enumerable.Range(0, RingSize).Select(i => Frame.Encode(CommitOf(created, (connection * RingSize) + i)))])).ToList();
        var response = control.Send(CommitOf(created, 0));
        TestTopic.Check(GroupRequests.ErrorOf(response), "a commit");
        return new PreparedWorkload(created, new(rings, Depth, control.Exchange(rings[0].First), Role.AppendAndAnswer), recordsPerRequest: 0);
    }

    OffsetCommitRequest CommitOf(TestTopic topic, int number) => GroupRequests.Commit($"{topic.Name}-{number % groups}", topic, number);
}
