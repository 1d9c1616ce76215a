using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

public sealed class LeaderMoveTests
{
    static readonly Uuid orders = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");
    static readonly ClusterImage image = ClusterImage.Empty
        .Replay(MetadataRecord.Of(new TopicRecord { Name = "orders", TopicId = orders }))
        .Replay(MetadataRecord.Of(new PartitionRecord { PartitionId = 0, TopicId = orders, Replicas = [1, 2], Isr = [1, 2], Leader = 1, LeaderEpoch = 4 }, 0));

    readonly LeaderMove move = new(image, [1, 2, 3]);

    [Test]
    public void A_replica_in_sync_leads_in_a_new_epoch()
    {
        var partition = After(move.Move("orders", 0, 2));

        Assert.That((partition.Leader, partition.LeaderEpoch), Is.EqualTo((2, 5)));
        Assert.That((partition.Replicas, partition.Isr), Is.EqualTo((new[] { 1, 2 }, new[] { 1, 2 })));
    }

    [Test]
    public void Who_holds_no_replica_takes_over_the_leaders()
    {
        var partition = After(move.Move("orders", 0, 3));

        Assert.That((partition.Leader, partition.LeaderEpoch), Is.EqualTo((3, 5)));
        Assert.That((partition.Replicas, partition.Isr), Is.EqualTo((new[] { 3, 2 }, new[] { 3, 2 })));
    }

    [Test]
    public void Who_leads_already_goes_on_in_the_same_epoch() => Assert.That(move.Move("orders", 0, 1), Is.EqualTo((ApiError.None, (MetadataRecord?)null)));

    [Test]
    public void An_epoch_can_begin_with_the_same_leader()
    {
        var partition = After(move.BumpEpoch("orders", 0));

        Assert.That((partition.Leader, partition.LeaderEpoch), Is.EqualTo((1, 5)));
    }

    [Test]
    public void What_is_not_there_cannot_move()
    {
        Assert.That(move.Move("orders", 0, 7).Error.Message, Is.EqualTo("Node 7 is not up; there are 1, 2, 3"));
        Assert.That(move.Move("orders", 1, 2).Error.Message, Is.EqualTo("There is no partition orders-1"));
        Assert.That(move.BumpEpoch("none", 0).Error.Code, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    static PartitionRegistration After((ApiError Error, MetadataRecord? Record) change)
    {
        Assert.That(change.Error, Is.EqualTo(ApiError.None));
        return image.Replay(change.Record!.Value).FindTopic(orders)!.Partitions[0];
    }
}
