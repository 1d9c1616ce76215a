using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

public sealed class LeaderElectionTests
{
    static readonly Uuid orders = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");

    [Test]
    public void The_preferred_leader_is_the_first_replica()
    {
        var image = Image(leader: 2, isr: [1, 2, 3]);

        Assert.That(Elected(image, [1, 2, 3], ElectionType.Preferred), Is.EqualTo((1, 1)), "leader and leader epoch");
    }

    [Test]
    public void Who_leads_already_is_not_elected()
    {
        var preferred = new LeaderElection(Image(leader: 1, isr: [1]), [1]).Elect("orders", 0, ElectionType.Preferred);
        var unclean = new LeaderElection(Image(leader: 3, isr: [3]), [1, 3]).Elect("orders", 0, ElectionType.Unclean);

        Assert.That((preferred.Error.Code, preferred.Record, unclean.Error.Code, unclean.Record), Is.EqualTo((ErrorCode.ElectionNotNeeded, (MetadataRecord?)null, ErrorCode.ElectionNotNeeded, (MetadataRecord?)null)));
    }

    [Test]
    public void A_preferred_leader_that_is_away_or_behind_is_not_elected()
    {
        var away = new LeaderElection(Image(leader: 2, isr: [1, 2]), [2, 3]).Elect("orders", 0, ElectionType.Preferred);
        var behind = new LeaderElection(Image(leader: 2, isr: [2, 3]), [1, 2, 3]).Elect("orders", 0, ElectionType.Preferred);

        Assert.That((away.Error.Code, behind.Error.Code), Is.EqualTo((ErrorCode.PreferredLeaderNotAvailable, ErrorCode.PreferredLeaderNotAvailable)));
    }

    [Test]
    public void An_unclean_election_takes_who_is_in_sync_before_others()
    {
        Assert.That(Elected(Image(leader: -1, isr: [3]), [1, 2, 3], ElectionType.Unclean), Is.EqualTo((3, 1)));
        Assert.That(Elected(Image(leader: -1, isr: [3]), [1, 2], ElectionType.Unclean), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Who_leads_after_an_unclean_election_is_in_sync()
    {
        var image = Image(leader: -1, isr: [3]);
        var record = new LeaderElection(image, [2]).Elect("orders", 0, ElectionType.Unclean).Record!.Value;

        Assert.That(image.Replay(record).FindTopic("orders")!.Partitions[0].Isr, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void Without_a_live_replica_nobody_is_elected() =>
        Assert.That(new LeaderElection(Image(leader: -1, isr: [3]), [7]).Elect("orders", 0, ElectionType.Unclean).Error.Code, Is.EqualTo(ErrorCode.EligibleLeadersNotAvailable));

    static (int Leader, int Epoch) Elected(ClusterImage image, int[] nodes, ElectionType type)
    {
        var (error, record) = new LeaderElection(image, nodes).Elect("orders", 0, type);
        Assert.That(error, Is.EqualTo(ApiError.None));
        var partition = image.Replay(record!.Value).FindTopic("orders")!.Partitions[0];
        return (partition.Leader, partition.LeaderEpoch);
    }

    static ClusterImage Image(int leader, int[] isr) => ClusterImage.Empty
        .Replay(MetadataRecord.Of(new TopicRecord { Name = "orders", TopicId = orders }))
        .Replay(MetadataRecord.Of(new PartitionRecord { PartitionId = 0, TopicId = orders, Replicas = [1, 2, 3], Isr = [.. isr], Leader = leader, LeaderEpoch = 0 }, 0));
}
