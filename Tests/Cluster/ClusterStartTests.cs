using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

public sealed class ClusterStartTests
{
    static readonly Uuid orders = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");

    [Test]
    public void A_node_leads_what_it_holds_and_nobody_leads()
    {
        var image = Led(ImageOf(replicas: [1], leader: -1, isr: []));

        var partition = image.FindTopic(orders)!.Partitions[0];
        Assert.That((partition.Leader, partition.LeaderEpoch), Is.EqualTo((1, 6)), "a new leader has a new epoch");
        Assert.That(partition.Isr, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Who_leads_is_no_eligible_leader_replica_any_more()
    {
        var stopped = ImageOf(replicas: [1], leader: -1, isr: [], eligible: [1]);

        var partition = Led(stopped).FindTopic(orders)!.Partitions[0];

        Assert.That(partition.EligibleLeaderReplicas, Is.Empty);
        Assert.That(partition.LastKnownElr, Is.Empty);
    }

    [TestCase(2, -1, Description = "it is no replica")]
    [TestCase(1, 2, Description = "another node leads")]
    public void Other_partitions_stay_as_they_are(int replica, int leader)
    {
        var image = ImageOf(replicas: [replica], leader, isr: [replica]);

        Assert.That(Led(image), Is.SameAs(image));
    }

    [TestCase("metadata.version", 29, true)]
    [TestCase("metadata.version", 30, false)]
    [TestCase("metadata.version", 6, false)]
    [TestCase("metadata.version", 7, true)]
    [TestCase("transaction.version", 2, true, Description = "kept, not served")]
    public void A_feature_that_is_not_served_is_refused(string name, short level, bool isAccepted)
    {
        var image = ClusterImage.Empty.Replay(MetadataRecord.Of(new FeatureLevelRecord { Name = name, FeatureLevel = level }));

        Assert.That(() => ClusterStart.CheckFeatures(image), isAccepted ? Throws.Nothing : Throws.InstanceOf<IOException>().With.Message.Contains($"{name}={level}"));
    }

    static ClusterImage Led(ClusterImage image) => ClusterStart.Leadership(image, new(1, null)).Aggregate(image, (next, record) => next.Replay(record));

    static ClusterImage ImageOf(List<int> replicas, int leader, List<int> isr, List<int>? eligible = null) => ClusterImage.Empty
        .Replay(MetadataRecord.Of(new TopicRecord { Name = "orders", TopicId = orders }))
        .Replay(MetadataRecord.Of(
            new PartitionRecord { PartitionId = 0, TopicId = orders, Replicas = replicas, Isr = isr, Leader = leader, LeaderEpoch = 5, PartitionEpoch = 9, EligibleLeaderReplicas = eligible, LastKnownElr = eligible },
            version: 2));
}
