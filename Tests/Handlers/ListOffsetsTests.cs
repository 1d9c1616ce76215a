using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ListOffsetsTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly long start;

    public ListOffsetsTests()
    {
        start = broker.Time.GetUtcNow().ToUnixTimeMilliseconds();
        broker.CreateTopic("orders");
        for (var i = 0; i < 3; i++)
        {
            broker.Produce("orders", 0, $"{i}a", $"{i}b");
            broker.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_finds_the_end([Range(1, 11)] short version) => Assert.That(Find(ListOffsetsHandler.Latest, version).Offset, Is.EqualTo(6));

    [Test]
    public void Every_version_finds_the_start([Range(1, 11)] short version) => Assert.That(Find(ListOffsetsHandler.Earliest, version).Offset, Is.Zero);

    [TestCase(ListOffsetsHandler.Latest, 2, new long[] { 6, 0 })]
    [TestCase(ListOffsetsHandler.Latest, 1, new long[] { 6 })]
    [TestCase(ListOffsetsHandler.Earliest, 2, new long[] { 0 })]
    public void Version_0_lists_where_segments_begin(long timestamp, int count, long[] offsets) =>
        Assert.That(Find(timestamp, 0, count).OldStyleOffsets, Is.EqualTo(offsets));

    [TestCase(0, 0)]
    [TestCase(1, 2)]
    [TestCase(1000, 2)]
    [TestCase(1001, 4)]
    [TestCase(2001, -1)]
    public void A_time_finds_the_first_record_that_is_not_earlier(long afterStart, long offset)
    {
        var found = Find(start + afterStart, 7);

        Assert.That(found.Offset, Is.EqualTo(offset));
        Assert.That(found.Timestamp, offset < 0 ? Is.EqualTo(-1) : Is.GreaterThanOrEqualTo(start + afterStart));
    }

    [Test]
    public void The_greatest_timestamp_finds_its_first_record()
    {
        var found = Find(ListOffsetsHandler.MaxTimestamp, 7);

        Assert.That((found.Offset, found.Timestamp), Is.EqualTo((4, start + 2000)));
    }

    [TestCase(ListOffsetsHandler.MaxTimestamp, 6)]
    [TestCase(ListOffsetsHandler.EarliestLocal, 7)]
    [TestCase(ListOffsetsHandler.LatestTiered, 8)]
    [TestCase(ListOffsetsHandler.EarliestPendingUpload, 10)]
    [TestCase(-99, 11)]
    public void A_special_timestamp_that_the_version_does_not_know_is_an_error(long timestamp, short version) =>
        Assert.That(Find(timestamp, version).ErrorCode, Is.EqualTo(ErrorCode.UnsupportedVersion));

    [TestCase(ListOffsetsHandler.EarliestLocal, 8, 0)]
    [TestCase(ListOffsetsHandler.LatestTiered, 9, -1)]
    [TestCase(ListOffsetsHandler.EarliestPendingUpload, 11, -1)]
    public void Nothing_is_tiered(long timestamp, short version, long offset)
    {
        var found = Find(timestamp, version);

        Assert.That((found.ErrorCode, found.Offset), Is.EqualTo((ErrorCode.None, offset)));
    }

    [Test]
    public void The_leader_epoch_comes_with_the_offset() => Assert.That(Find(ListOffsetsHandler.Latest, 4).LeaderEpoch, Is.Zero);

    [Test]
    public void What_is_not_there_has_no_offsets()
    {
        var request = new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = "nothing", Partitions = [new() { Timestamp = -1 }] }] };

        Assert.That(broker.Connect().Send(request, 7).Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public void A_partition_twice_in_a_request_is_refused()
    {
        var request = new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = "orders", Partitions = [new() { Timestamp = -1 }, new() { Timestamp = -2 }] }] };

        Assert.That(broker.Connect().Send(request, 7).Topics.Single().Partitions.Select(partition => partition.ErrorCode), Is.All.EqualTo(ErrorCode.InvalidRequest));
    }

    ListOffsetsResponse.ListOffsetsPartitionResponse Find(long timestamp, short version, int maxNumOffsets = 1) => broker.Connect().Send(
        new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = "orders", Partitions = [new() { Timestamp = timestamp, MaxNumOffsets = maxNumOffsets }] }] },
        version).Topics.Single().Partitions.Single();
}
