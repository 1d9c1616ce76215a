using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Transactions.Simulation;

/// <summary>A group that offsets are committed for, and what its only member, if it has one, names itself by.</summary>
sealed record SimulatedGroup(string Id, string MemberId, int Epoch)
{
    const string Topic = "a";

    public bool HasMember => MemberId.Length > 0;

    /// <summary>Where the offsets are.</summary>
    public TopicPartition Partition => TransactionSimulation.OffsetsPartitionOf(Id);

    public static SimulatedGroup Classic(TestBroker broker, int sessionTimeoutMs)
    {
        var member = new ClassicMember(broker, "classic") { SessionTimeoutMs = sessionTimeoutMs, Protocols = [("range", ClassicMember.Subscription(Topic))] };
        ClassicMember.Stabilize(member);
        return new("classic", member.MemberId, member.Generation);
    }

    public static SimulatedGroup Consumer(TestBroker broker)
    {
        var member = new ConsumerMember(broker.Connect(), "consumer", "member") { Topics = [Topic] }.Join();
        return new("consumer", member.MemberId, member.MemberEpoch);
    }
}
