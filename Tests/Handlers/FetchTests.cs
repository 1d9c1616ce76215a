using System.Text;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class FetchTests : IDisposable
{
    readonly TestBroker broker = new();
    readonly TestConnection connection;
    readonly Uuid topicId;

    public FetchTests()
    {
        topicId = broker.CreateTopic("orders", partitions: 2);
        connection = broker.Connect();
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_gives_the_records([Range(0, 18)] short version)
    {
        broker.Produce("orders", 0, "one", "two");

        var data = Data(connection.Send(Request(version), version));

        Assert.That(data.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(data.HighWatermark, Is.EqualTo(2));
        Assert.That(version < 4 ? Messages(data) : Values(data), Is.EqualTo(new[] { "one", "two" }));
    }

    [Test]
    public void Old_versions_get_the_format_of_their_time([Range(0, 3)] short version, [Values(CompressionType.None, CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4)] CompressionType codec)
    {
        Append(new TestBatch { CompressionType = codec }.Build("one", "two", "three"));

        var set = Data(connection.Send(Request(version, offset: 1), version)).Records!.Span.ToArray();

        ReadOnlySpan<byte> rest = set;
        LegacyRecord.TryTakeFirst(ref rest, out var message, out _);
        Assert.That((message.Magic, message.CompressionType), Is.EqualTo((version < 2 ? (byte)0 : (byte)1, codec)));
        Assert.That(Describe(set), Is.EqualTo(codec == CompressionType.None ? (string[])["1 two", "2 three"] : ["0 one", "1 two", "2 three"]));
    }

    [Test]
    public void Old_versions_step_over_what_their_format_does_not_have()
    {
        Append(TestBatch.Marker(7, 0, isAbort: true), AppendOrigin.Coordinator);
        broker.Produce("orders", 0, "behind");

        Assert.That(Describe(Data(connection.Send(Request(3, partitionMaxBytes: 1), 3)).Records!.Span), Is.EqualTo(new[] { "1 behind" }));
    }

    [Test]
    public void An_old_version_waits_for_a_record_where_there_are_only_markers()
    {
        Append(TestBatch.Marker(7, 0, isAbort: true), AppendOrigin.Coordinator);
        connection.Post(Request(3, maxWaitMs: 500), 3);
        Assert.That(connection.TryTake(new FetchRequest(), 3), Is.Null);

        broker.Produce("orders", 0, "late");

        Assert.That(Messages(Data(connection.TryTake(new FetchRequest(), 3)!)), Is.EqualTo(new[] { "late" }));
    }

    [Test]
    public void The_first_batch_is_given_to_old_versions_too_whatever_its_size([Range(0, 3)] short version)
    {
        broker.Produce("orders", 0, new string('x', 1000));
        broker.Produce("orders", 0, "second");

        Assert.That(Messages(Data(connection.Send(Request(version, partitionMaxBytes: 10), version))).Single(), Has.Length.EqualTo(1000));
    }

    [TestCase(3, ErrorCode.UnsupportedCompressionType)]
    [TestCase(4, ErrorCode.None)]
    public void Zstd_batches_cannot_be_converted(short version, ErrorCode error)
    {
        Append(new TestBatch { CompressionType = CompressionType.Zstd }.Build("x"));

        var data = Data(connection.Send(Request(version), version));

        Assert.That((data.ErrorCode, data.Records!.SizeInBytes > 0), Is.EqualTo((error, error == ErrorCode.None)));
    }

    [TestCase(9, ErrorCode.UnsupportedCompressionType)]
    [TestCase(10, ErrorCode.None)]
    public void A_topic_of_zstd_is_not_for_versions_below_10(short version, ErrorCode error)
    {
        broker.CreateTopic("packed", 1, ("compression.type", "zstd"));
        var request = Request(version);
        request.Topics[0] = request.Topics[0] with { Topic = "packed" };

        Assert.That(Data(connection.Send(request, version)).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void A_partition_that_cannot_be_converted_leaves_the_others_alone()
    {
        Append(new TestBatch { CompressionType = CompressionType.Zstd }.Build("x"));
        broker.Produce("orders", 1, "kept");
        var request = Request(2);
        request.Topics[0].Partitions.Add(new() { Partition = 1, PartitionMaxBytes = 1 << 20 });

        var partitions = connection.Send(request, 2).Responses.Single().Partitions;

        Assert.That(partitions[0].ErrorCode, Is.EqualTo(ErrorCode.UnsupportedCompressionType));
        Assert.That(Messages(partitions[1]), Is.EqualTo(new[] { "kept" }));
    }

    [TestCase(5, ErrorCode.NotLeaderOrFollower)]
    [TestCase(6, ErrorCode.KafkaStorageError)]
    public void An_offline_log_is_told_in_words_that_the_version_knows(short version, ErrorCode error)
    {
        var offline = broker.Connect(interceptors: new() { OnPartition = (_, _, _) => ErrorCode.KafkaStorageError });

        Assert.That(Data(offline.Send(Request(version), version)).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void An_offset_inside_a_batch_gives_the_whole_batch()
    {
        broker.Produce("orders", 0, "one", "two", "three");

        Assert.That(Values(Data(connection.Send(Request(17, offset: 2), 17))), Is.EqualTo(new[] { "one", "two", "three" }));
    }

    [Test]
    public void At_the_high_watermark_it_waits_for_an_append()
    {
        connection.Post(Request(17, maxWaitMs: 500), 17);
        Assert.That(Take(), Is.Null);

        broker.Produce("orders", 0, "late");

        Assert.That(Values(Data(Take()!)), Is.EqualTo(new[] { "late" }));
    }

    [Test]
    public void It_waits_for_the_timeout_and_not_longer()
    {
        connection.Post(Request(17, maxWaitMs: 500), 17);
        broker.Time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.That(Take(), Is.Null);

        broker.Time.Advance(TimeSpan.FromMilliseconds(1));

        var data = Data(Take()!);
        Assert.That(data.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(data.Records!.SizeInBytes, Is.Zero, "no records are an empty field, not null: librdkafka depends on it");
    }

    [Test]
    public void It_waits_until_there_are_enough_bytes()
    {
        connection.Post(Request(17, maxWaitMs: 500, minBytes: 200), 17);
        broker.Produce("orders", 0, "first");
        Assert.That(Take(), Is.Null);

        broker.Produce("orders", 0, new string('x', 200));

        Assert.That(Values(Data(Take()!)), Has.Count.EqualTo(2));
    }

    [Test]
    public void An_append_to_another_partition_of_the_fetch_ends_the_wait()
    {
        var request = Request(17, maxWaitMs: 500);
        request.Topics[0].Partitions.Add(new() { Partition = 1, PartitionMaxBytes = 1 << 20 });
        connection.Post(request, 17);

        broker.Produce("orders", 1, "other");

        var response = Take()!;
        Assert.That(Values(response.Responses.Single().Partitions[1]), Is.EqualTo(new[] { "other" }));
    }

    [Test]
    public void An_error_is_answered_at_once()
    {
        connection.Post(Request(17, offset: 1, maxWaitMs: 500), 17);

        Assert.That(Data(Take()!).ErrorCode, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public void A_topic_deleted_while_a_fetch_waits_ends_the_wait()
    {
        connection.Post(Request(17, maxWaitMs: 500), 17);

        broker.Connect().Send(new DeleteTopicsRequest { Topics = [new() { TopicId = topicId }] }, 6);

        Assert.That(Data(Take()!).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [Test]
    public void A_disconnect_ends_the_wait_and_frees_the_partition()
    {
        connection.Post(Request(17, maxWaitMs: 500), 17);

        connection.Channel.CloseAsync();
        broker.Produce("orders", 0, "nobody reads it");

        Assert.That(connection.TryTakeFrame(), Is.Null);
    }

    [Test]
    public void The_first_batch_is_given_whatever_its_size()
    {
        broker.Produce("orders", 0, new string('x', 1000));
        broker.Produce("orders", 0, "second");

        var data = Data(connection.Send(Request(17, maxBytes: 10, partitionMaxBytes: 10), 17));

        Assert.That(Values(data).Single(), Has.Length.EqualTo(1000));
    }

    [Test]
    public void The_response_limit_holds_over_all_partitions()
    {
        broker.Produce("orders", 0, new string('x', 1000));
        broker.Produce("orders", 1, new string('y', 1000));
        var request = Request(17, maxBytes: 1100);
        request.Topics[0].Partitions.Add(new() { Partition = 1, PartitionMaxBytes = 1 << 20 });

        var partitions = connection.Send(request, 17).Responses.Single().Partitions;

        Assert.That(partitions[0].Records!.SizeInBytes, Is.GreaterThan(1000));
        Assert.That(partitions[1].Records!.SizeInBytes, Is.Zero);
    }

    [TestCase(1, ErrorCode.UnknownLeaderEpoch)]
    [TestCase(0, ErrorCode.None)]
    [TestCase(-1, ErrorCode.None)]
    public void The_leader_epoch_is_checked(int epoch, ErrorCode error)
    {
        var request = Request(17);
        request.Topics[0].Partitions[0] = request.Topics[0].Partitions[0] with { CurrentLeaderEpoch = epoch };

        Assert.That(Data(connection.Send(request, 17)).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void An_epoch_that_the_log_does_not_know_is_out_of_range_and_no_divergence()
    {
        var request = Request(17);
        request.Topics[0].Partitions[0] = request.Topics[0].Partitions[0] with { LastFetchedEpoch = 7 };

        Assert.That(Data(connection.Send(request, 17)).ErrorCode, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public void An_unknown_topic_is_an_error_of_its_partitions()
    {
        var byId = Request(17);
        byId.Topics[0] = byId.Topics[0] with { TopicId = Uuid.Random() };
        var byName = Request(12);
        byName.Topics[0] = byName.Topics[0] with { Topic = "nothing" };

        Assert.That(Data(connection.Send(byId, 17)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
        Assert.That(Data(connection.Send(byName, 12)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public void An_intercepted_partition_is_answered_with_its_error_and_the_others_are_served()
    {
        broker.Produce("orders", 1, "kept");
        var intercepted = broker.Connect(interceptors: new() { OnPartition = (_, _, partition) => partition == 0 ? ErrorCode.KafkaStorageError : null });
        var request = Request(17);
        request.Topics[0].Partitions.Add(new() { Partition = 1, PartitionMaxBytes = 1 << 20 });

        var partitions = intercepted.Send(request, 17).Responses.Single().Partitions;

        Assert.That(partitions[0].ErrorCode, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That(Values(partitions[1]), Is.EqualTo(new[] { "kept" }));
    }

    FetchRequest Request(short version, long offset = 0, int maxWaitMs = 0, int minBytes = 1, int maxBytes = 1 << 20, int partitionMaxBytes = 1 << 20) => new()
    {
        MaxWaitMs = maxWaitMs,
        MinBytes = minBytes,
        MaxBytes = maxBytes,
        Topics =
        [
            new()
            {
                Topic = version < 13 ? "orders" : "",
                TopicId = version < 13 ? Uuid.Zero : topicId,
                Partitions = [new() { Partition = 0, FetchOffset = offset, PartitionMaxBytes = partitionMaxBytes }],
            },
        ],
    };

    FetchResponse? Take() => connection.TryTake(new FetchRequest(), 17);

    static FetchResponse.PartitionData Data(FetchResponse response) => response.Responses.Single().Partitions.Single();

    void Append(Records batch, AppendOrigin origin = AppendOrigin.Client) =>
        Assert.That(broker.Partitions.Find(new("orders", 0))!.AppendAsync(batch, requiredAcks: 1, origin).AsTask().IsCompletedSuccessfully, Is.True);

    static List<string> Messages(FetchResponse.PartitionData data) => Describe(data.Records!.Span).ConvertAll(record => record[(record.IndexOf(' ') + 1)..]);

    static List<string> Describe(ReadOnlySpan<byte> set)
    {
        using var reader = new MessageSetReader(set);
        List<string> described = [];
        while (reader.TryRead(out var record))
            described.Add($"{record.Offset} {Encoding.UTF8.GetString(record.Value)}");
        Assert.That(reader.ErrorMessage, Is.Null);
        return described;
    }

    static List<string> Values(FetchResponse.PartitionData data) => TestBroker.ValuesOf(data.Records!);
}
