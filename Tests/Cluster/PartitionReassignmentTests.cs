using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

public sealed class PartitionReassignmentTests
{
    const short MetadataVersion = 29;

    static readonly Uuid orders = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");
    static readonly Uuid directory = Uuid.Parse("HUbM0dyWTS6TRq0sEp-bsg");

    [Test]
    public void A_reassignment_is_done_at_once()
    {
        var partition = Altered(Image(), [2, 3]);

        Assert.That(partition.Replicas, Is.EqualTo(new[] { 2, 3 }));
        Assert.That(partition.Isr, Is.EqualTo(new[] { 2, 3 }));
        Assert.That((partition.Leader, partition.LeaderEpoch, partition.IsBeingReassigned), Is.EqualTo((2, 1, false)));
    }

    [Test]
    public void A_leader_that_stays_goes_on_leading()
    {
        var partition = Altered(Image(), [3, 1]);

        Assert.That((partition.Leader, partition.LeaderEpoch), Is.EqualTo((1, 0)));
    }

    [Test]
    public void A_replica_that_stays_keeps_its_directory() =>
        Assert.That(Altered(Image(), [3, 1]).Directories, Is.EqualTo(new[] { PartitionCreation.Unassigned, directory }));

    [Test]
    public void The_same_replicas_change_nothing() =>
        Assert.That(Alter(Image(), [1, 2]), Is.EqualTo((ApiError.None, (MetadataRecord?)null)));

    [Test]
    public void A_reassignment_that_was_in_progress_is_over_when_another_is_asked_for() =>
        Assert.That(Altered(Image(adding: [2]), [1, 2]).IsBeingReassigned, Is.False);

    [Test]
    public void A_cancelled_reassignment_leaves_what_was_there_before()
    {
        var partition = Altered(Image(adding: [2]), null);

        Assert.That(partition.Replicas, Is.EqualTo(new[] { 1 }));
        Assert.That(partition.IsBeingReassigned, Is.False);
    }

    [Test]
    public void Without_one_in_progress_nothing_is_cancelled() =>
        Assert.That(Alter(Image(), null).Error, Is.EqualTo(new ApiError(ErrorCode.NoReassignmentInProgress, "No partition reassignment is in progress.")));

    [TestCase(new int[0], "The manual partition assignment includes an empty replica list.")]
    [TestCase(new[] { 1, 9 }, "The manual partition assignment includes broker 9, but no such broker is registered.")]
    [TestCase(new[] { 1, 1 }, "The manual partition assignment includes the broker 1 more than once.")]
    public void Replicas_are_different_brokers_that_are_there(int[] replicas, string message) =>
        Assert.That(Alter(Image(), replicas).Error, Is.EqualTo(new ApiError(ErrorCode.InvalidReplicaAssignment, message)));

    [Test]
    public void A_factor_that_must_stay_is_compared_without_what_is_being_added()
    {
        Assert.That(Alter(Image(), [1, 2, 3], allowReplicationFactorChange: false).Error, Is.EqualTo(new ApiError(ErrorCode.InvalidReplicationFactor, "The replication factor is changed from 2 to 3")));
        Assert.That(Alter(Image(adding: [2]), [1, 2], allowReplicationFactorChange: false).Error.Message, Is.EqualTo("The replication factor is changed from 1 to 2"));
        Assert.That(Alter(Image(), [2, 3], allowReplicationFactorChange: false).Error, Is.EqualTo(ApiError.None));
    }

    static PartitionRegistration Altered(ClusterImage image, int[]? replicas)
    {
        var (error, record) = Alter(image, replicas);
        Assert.That(error, Is.EqualTo(ApiError.None));
        return image.Replay(record!.Value).FindTopic("orders")!.Partitions[0];
    }

    static (ApiError Error, MetadataRecord? Record) Alter(ClusterImage image, int[]? replicas, bool allowReplicationFactorChange = true) =>
        new PartitionReassignment(image, [1, 2, 3], allowReplicationFactorChange).Alter("orders", new() { PartitionIndex = 0, Replicas = replicas?.ToList() });

    static ClusterImage Image(int[]? adding = null) => ClusterImage.Empty
        .Replay(MetadataRecord.Of(new FeatureLevelRecord { Name = Features.MetadataVersion, FeatureLevel = MetadataVersion }))
        .Replay(MetadataRecord.Of(new TopicRecord { Name = "orders", TopicId = orders }))
        .Replay(MetadataRecord.Of(
            new PartitionRecord { PartitionId = 0, TopicId = orders, Replicas = [1, 2], Isr = [1, 2], Leader = 1, LeaderEpoch = 0, AddingReplicas = [.. adding ?? []], Directories = [directory, PartitionCreation.Unassigned] },
            MetadataVersion));
}
