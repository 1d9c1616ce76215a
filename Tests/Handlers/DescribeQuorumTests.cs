using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeQuorumTests : IDisposable
{
    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void The_one_voter_leads_and_has_all_of_the_metadata_log([Range(0, 2)] short version)
    {
        var image = broker.Broker.Cluster.Image;

        var response = Describe(version, InternalTopics.ClusterMetadata, 0);

        var partition = response.Topics.Single().Partitions.Single();
        Assert.That((partition.ErrorCode, partition.LeaderId, partition.LeaderEpoch, partition.HighWatermark), Is.EqualTo((ErrorCode.None, 1, image.Epoch, image.Offset + 1)));
        var voter = partition.CurrentVoters.Single();
        Assert.That((voter.ReplicaId, voter.LogEndOffset), Is.EqualTo((1, image.Offset + 1)));
        Assert.That(voter.LastCaughtUpTimestamp, Is.EqualTo(version >= 1 ? broker.Time.GetUtcNow().ToUnixTimeMilliseconds() : -1));
        Assert.That(partition.Observers, Is.Empty);
        Assert.That(response.Nodes.Select(node => (node.NodeId, node.Listeners.Single().Host)), Is.EqualTo(version >= 2 ? new[] { (1, "broker.test") } : []));
    }

    [TestCase("orders", 0)]
    [TestCase(InternalTopics.ClusterMetadata, 1)]
    public void Of_no_other_log_there_is_a_quorum(string topic, int partition) =>
        Assert.That(Describe(2, topic, partition).Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));

    DescribeQuorumResponse Describe(short version, string topic, int partition) =>
        broker.Connect().Send(new DescribeQuorumRequest { Topics = [new() { TopicName = topic, Partitions = [new() { PartitionIndex = partition }] }] }, version);
}
