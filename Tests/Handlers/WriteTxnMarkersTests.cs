using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class WriteTxnMarkersTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly TestConnection connection;

    public WriteTxnMarkersTests()
    {
        broker.CreateTopic("orders", partitions: 2);
        connection = broker.Connect();
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_ends_a_transaction([Range(0, 2)] short version, [Values] bool isCommit)
    {
        Open(7, partition: 0);

        Assert.That(Send(version, Marker(7, epoch: 0, isCommit)), Is.EqualTo(new[] { (7L, "orders", 0, ErrorCode.None) }));

        Assert.That(Bounds(0), Is.EqualTo(new LogBounds(0, 2, 2, 2)));
        Assert.That(Log(0).Producers.CollectAborted(0, 2), Is.EqualTo(isCommit ? [] : new[] { new AbortedTransaction(7, 0, 1, 2) }));
    }

    [TestCase(1, 0, ErrorCode.None)]
    [TestCase(2, 0, ErrorCode.InvalidProducerEpoch, Description = "it would end a transaction that it is not for")]
    [TestCase(2, 1, ErrorCode.None)]
    public void Markers_of_transaction_version_2_have_an_epoch_of_their_own(short version, short epoch, ErrorCode error)
    {
        Open(7, partition: 0);
        var marker = Marker(7, epoch, isCommit: true);
        marker.TransactionVersion = 2;

        Assert.That(Send(version, marker).Single().Error, Is.EqualTo(error));
        Assert.That(Bounds(0).LastStableOffset, Is.EqualTo(error == ErrorCode.None ? 2 : 0));
    }

    [Test]
    public void A_marker_of_an_older_coordinator_is_fenced()
    {
        Open(7, partition: 0);
        Send(1, Marker(7, epoch: 0, isCommit: true, coordinatorEpoch: 5));

        Assert.That(Send(1, Marker(7, epoch: 0, isCommit: true, coordinatorEpoch: 4)).Single().Error, Is.EqualTo(ErrorCode.TransactionCoordinatorFenced));
    }

    [Test]
    public void A_partition_that_is_not_there_leaves_the_others_alone()
    {
        Open(7, partition: 1);

        var results = Send(1, Marker(7, epoch: 0, isCommit: true, partitions: [5, 1]));

        Assert.That(results, Is.EqualTo(new[] { (7L, "orders", 5, ErrorCode.UnknownTopicOrPartition), (7L, "orders", 1, ErrorCode.None) }));
        Assert.That(Bounds(1).LastStableOffset, Is.EqualTo(2));
    }

    [Test]
    public void Another_nodes_partition_is_not_ours_to_end()
    {
        Open(7, partition: 0);
        using var door = new TestConnection(broker.Broker.Apis, TestConnection.TestNode(id: 2), broker.Time);

        Assert.That(Send(1, [Marker(7, epoch: 0, isCommit: true)], door).Single().Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(Bounds(0).LastStableOffset, Is.Zero);
    }

    [Test]
    public void Several_markers_of_one_producer_are_answered_together()
    {
        Open(7, partition: 0);
        Open(8, partition: 0);
        Open(7, partition: 1);

        var results = Send(1, Marker(7, epoch: 0, isCommit: true), Marker(8, epoch: 0, isCommit: false), Marker(7, epoch: 0, isCommit: false, partitions: [1]));

        Assert.That(results, Is.EqualTo(new[] { (7L, "orders", 0, ErrorCode.None), (7L, "orders", 1, ErrorCode.None), (8L, "orders", 0, ErrorCode.None) }));
        Assert.That((Bounds(0).LastStableOffset, Bounds(1).LastStableOffset), Is.EqualTo((4, 2)));
    }

    [Test]
    public void A_marker_in_the_offsets_of_groups_goes_through_their_coordinator()
    {
        broker.CreateTopic("__consumer_offsets");
        var marker = Marker(7, epoch: 0, isCommit: true);
        marker.Topics[0] = marker.Topics[0] with { Name = "__consumer_offsets" };

        Assert.That(Send(1, marker), Is.EqualTo(new[] { (7L, "__consumer_offsets", 0, ErrorCode.None) }));
        Assert.That(broker.Partitions.Find(new("__consumer_offsets", 0))!.Bounds.LogEndOffset, Is.EqualTo(1));
    }

    [Test]
    public void No_markers_are_answered_with_none() => Assert.That(Send(1), Is.Empty);

    UnifiedLog Log(int partition) => broker.Partitions.Find(new("orders", partition))!.Log;

    LogBounds Bounds(int partition) => Log(partition).Bounds;

    void Open(long producerId, int partition)
    {
        var found = broker.Partitions.Find(new("orders", partition))!;
        var guard = found.StartTransactionVerification(new(producerId, 0), 0, supportsEpochBump: false);
        var batch = new TestBatch { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true }.Build("open");
        Assert.That(TestBroker.Completed(found.AppendAsync(batch, -1, AppendOrigin.Client, new(guard, 0)).AsTask()).Error, Is.EqualTo(ErrorCode.None));
    }

    static WriteTxnMarkersRequest.WritableTxnMarker Marker(long producerId, short epoch, bool isCommit, int coordinatorEpoch = 0, params int[] partitions) => new()
    {
        ProducerId = producerId,
        ProducerEpoch = epoch,
        TransactionResult = isCommit,
        CoordinatorEpoch = coordinatorEpoch,
        Topics = [new() { Name = "orders", PartitionIndexes = partitions.Length == 0 ? [0] : [.. partitions] }],
    };

    List<(long ProducerId, string Topic, int Partition, ErrorCode Error)> Send(short version, params WriteTxnMarkersRequest.WritableTxnMarker[] markers) => Send(version, markers, connection);

    static List<(long ProducerId, string Topic, int Partition, ErrorCode Error)> Send(short version, WriteTxnMarkersRequest.WritableTxnMarker[] markers, TestConnection connection) =>
    [
        .. from marker in connection.Send(new WriteTxnMarkersRequest { Markers = [.. markers] }, version).Markers
           from topic in marker.Topics
           from partition in topic.Partitions
           select (marker.ProducerId, topic.Name, partition.PartitionIndex, partition.ErrorCode),
    ];
}
