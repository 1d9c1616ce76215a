using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

/// <summary>Who leads and who is in sync, by which nodes are up.</summary>
public sealed class NodeLivenessTests
{
    static readonly Uuid orders = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");

    [TestCase(1, new[] { 1, 2, 3 }, new[] { 1, 2, 3 }, 1, 0, new[] { 1, 2, 3 }, Description = "all are up: nothing changes")]
    [TestCase(1, new[] { 1, 2, 3 }, new[] { 2, 3 }, 2, 1, new[] { 2, 3 }, Description = "the next replica follows")]
    [TestCase(2, new[] { 1, 2, 3 }, new[] { 2, 3 }, 2, 0, new[] { 2, 3 }, Description = "who leads stays")]
    [TestCase(2, new[] { 2, 3 }, new[] { 1, 2, 3 }, 2, 0, new[] { 2, 3, 1 }, Description = "who comes back is in sync, and does not lead")]
    [TestCase(3, new[] { 3 }, new[] { 7 }, -1, 1, new[] { 3 }, Description = "nobody is up: the last one in sync stays known")]
    [TestCase(-1, new[] { 3 }, new[] { 1, 7 }, 1, 1, new[] { 1 }, Description = "all replicas have the same records: any may lead")]
    public void Leaders_and_isrs_follow_the_nodes_that_are_up(int leader, int[] isr, int[] live, int expectedLeader, int expectedEpoch, int[] expectedIsr)
    {
        var image = Image(leader, isr);

        var partition = NodeLiveness.Changes(image, live).Aggregate(image, (next, record) => next.Replay(record)).FindTopic(orders)!.Partitions[0];

        Assert.That((partition.Leader, partition.LeaderEpoch), Is.EqualTo((expectedLeader, expectedEpoch)));
        Assert.That(partition.Isr, Is.EqualTo(expectedIsr));
    }

    [Test]
    public void Where_all_is_as_it_should_be_nothing_is_written() => Assert.That(NodeLiveness.Changes(Image(2, [1, 2, 3]), [1, 2, 3]), Is.Empty);

    [TestCase(7, 1)]
    [TestCase(16, 1)]
    [TestCase(17, 2, Description = "3.7-IV2: directories")]
    public void A_node_is_fenced_as_the_metadata_version_has_it(short metadataVersion, short expected)
    {
        var image = ClusterImage.Empty.Replay(MetadataRecord.Of(new FeatureLevelRecord { Name = Features.MetadataVersion, FeatureLevel = metadataVersion }))
            .Replay(MetadataRecord.Of(new RegisterBrokerRecord { BrokerId = 2, BrokerEpoch = 41 }, metadataVersion));

        var fence = NodeLiveness.Fence(image, 2)!.Value;

        var record = fence.Decode<BrokerRegistrationChangeRecord>();
        Assert.That((fence.Version, record.BrokerId, record.BrokerEpoch, record.Fenced), Is.EqualTo((expected, 2, 41L, (sbyte)1)));
        Assert.That(NodeLiveness.Fence(image, 3), Is.Null, "who is not registered is not fenced");
    }

    static ClusterImage Image(int leader, int[] isr) => ClusterImage.Empty
        .Replay(MetadataRecord.Of(new TopicRecord { Name = "orders", TopicId = orders }))
        .Replay(MetadataRecord.Of(new PartitionRecord { PartitionId = 0, TopicId = orders, Replicas = [1, 2, 3], Isr = [.. isr], Leader = leader, LeaderEpoch = 0 }, 0));
}
