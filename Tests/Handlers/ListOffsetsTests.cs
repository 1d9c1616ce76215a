using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ListOffsetsTests : IDisposable
{
    const long Start = TestBatch.Now;

    readonly TestBroker broker = new();

    public ListOffsetsTests()
    {
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

    [TestCase(-1, new long[0])]
    [TestCase(0, new long[] { 0 })]
    [TestCase(999, new long[] { 0 })]
    [TestCase(1000, new long[] { 1, 0 })]
    [TestCase(2000, new long[] { 2, 1, 0 })]
    [TestCase(2999, new long[] { 2, 1, 0 })]
    [TestCase(3000, new long[] { 3, 2, 1, 0 }, Description = "now")]
    public void Version_0_lists_by_time_the_newest_segment_that_is_not_newer_and_all_older_ones(long afterStart, long[] offsets)
    {
        broker.CreateTopic("rolled", 1, ("segment.ms", "1"));
        for (var i = 0; i < 3; i++)
            Append("rolled", new TestBatch { Timestamp = Start + (1000 * i) }.Build("x"));

        Assert.That(Find(Start + afterStart, 0, 10, topic: "rolled").OldStyleOffsets, Is.EqualTo(offsets));
        Assert.That(Find(Start + afterStart, 0, 2, topic: "rolled").OldStyleOffsets, Is.EqualTo(offsets.Take(2)));
    }

    [Test]
    public void Version_0_lists_by_time_what_lies_before_the_newest_segment_found_though_it_is_newer()
    {
        broker.CreateTopic("rolled", 1, ("segment.bytes", "1048576"));
        foreach (var afterStart in (long[])[0, 2000, 1000])
            Append("rolled", new TestBatch { Timestamp = Start + afterStart }.Build(new string('x', 600_000)));

        Assert.That(Find(Start + 1500, 0, 10, topic: "rolled").OldStyleOffsets, Is.EqualTo(new[] { 2, 1, 0 }));
    }

    [TestCase(ListOffsetsHandler.Latest)]
    [TestCase(Start + 3000)]
    public void Version_0_lists_the_one_offset_of_an_empty_log_once(long timestamp)
    {
        broker.CreateTopic("empty");

        Assert.That(Find(timestamp, 0, 10, topic: "empty").OldStyleOffsets, Is.EqualTo(new[] { 0 }));
    }

    [TestCase(0, 0)]
    [TestCase(1, 2)]
    [TestCase(1000, 2)]
    [TestCase(1001, 4)]
    [TestCase(2001, -1)]
    public void A_time_finds_the_first_record_that_is_not_earlier(long afterStart, long offset)
    {
        var found = Find(Start + afterStart, 7);

        Assert.That(found.Offset, Is.EqualTo(offset));
        Assert.That(found.Timestamp, offset < 0 ? Is.EqualTo(-1) : Is.GreaterThanOrEqualTo(Start + afterStart));
    }

    [Test]
    public void The_greatest_timestamp_finds_its_first_record()
    {
        var found = Find(ListOffsetsHandler.MaxTimestamp, 7);

        Assert.That((found.Offset, found.Timestamp), Is.EqualTo((4, Start + 2000)));
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

    [TestCase(ListOffsetsHandler.Latest)]
    [TestCase(ListOffsetsHandler.Earliest)]
    [TestCase(ListOffsetsHandler.MaxTimestamp)]
    [TestCase(ListOffsetsHandler.EarliestLocal)]
    [TestCase(0)]
    public void An_offline_log_has_no_offsets(long timestamp)
    {
        broker.Partitions.Find(new("orders", 0))!.Log.Directory.Fail(new IOException("the disk is gone"));

        Assert.That(Find(timestamp, 8).ErrorCode, Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [TestCase(Start)]
    [TestCase(ListOffsetsHandler.MaxTimestamp)]
    public void A_batch_that_cannot_be_read_is_a_corrupt_message(long timestamp)
    {
        var batch = TestBatch.Of("unreadable");
        batch.Span[RecordBatch.HeaderSize] = 0x7E;
        new RecordBatch(batch.Span).UpdateCrc();
        broker.CreateTopic("corrupt");
        Append("corrupt", batch);

        Assert.That(Find(timestamp, 7, topic: "corrupt").ErrorCode, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    [TestCase(0, 7)]
    [TestCase(1, 6)]
    public void The_end_is_that_of_the_isolation_level(sbyte isolationLevel, long offset)
    {
        Append("orders", new TestBatch { Timestamp = Start + 5000, ProducerId = 7, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true }.Build("open"));

        Assert.That(Find(ListOffsetsHandler.Latest, 7, isolationLevel: isolationLevel).Offset, Is.EqualTo(offset));
        Assert.That(Find(Start + 4000, 7, isolationLevel: isolationLevel).Offset, Is.EqualTo(offset == 7 ? 6 : -1), "the open transaction's record");
        Assert.That(Find(ListOffsetsHandler.MaxTimestamp, 7, isolationLevel: isolationLevel).Offset, Is.EqualTo(offset == 7 ? 6 : -1));
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

    void Append(string topic, Records batch)
    {
        var partition = broker.Partitions.Find(new(topic, 0))!;
        var guard = partition.StartTransactionVerification(new(7, 0), baseSequence: 0, supportsEpochBump: false);
        Assert.That(TestBroker.Completed(partition.AppendAsync(batch, requiredAcks: 1, AppendOrigin.Client, new(guard, 0)).AsTask()).Error, Is.EqualTo(ErrorCode.None));
    }

    ListOffsetsResponse.ListOffsetsPartitionResponse Find(long timestamp, short version, int maxNumOffsets = 1, string topic = "orders", sbyte isolationLevel = 0) => broker.Connect().Send(
        new ListOffsetsRequest
        {
            ReplicaId = -1,
            IsolationLevel = isolationLevel,
            Topics = [new() { Name = topic, Partitions = [new() { Timestamp = timestamp, MaxNumOffsets = maxNumOffsets }] }],
        },
        version).Topics.Single().Partitions.Single();
}
