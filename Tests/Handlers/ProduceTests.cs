using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class ProduceTests : IDisposable
{
    const short NoAcks = 0;

    readonly TestBroker broker = new();
    readonly TestConnection connection;
    readonly Uuid topicId;

    public ProduceTests()
    {
        topicId = broker.CreateTopic("orders", partitions: 2);
        connection = broker.Connect();
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_appends([Range(0, 13)] short version)
    {
        var request = Request(Batch("one", "two"));
        if (version >= 13)
            request.TopicData[0] = request.TopicData[0] with { Name = "", TopicId = topicId };

        var first = Result(connection.Send(request, version));
        var second = Result(connection.Send(request, version));

        Assert.That((first.ErrorCode, first.BaseOffset), Is.EqualTo((ErrorCode.None, 0)));
        Assert.That((second.ErrorCode, second.BaseOffset), Is.EqualTo((ErrorCode.None, 2)));
    }

    [Test]
    public void A_message_set_becomes_a_batch([Range(0, 2)] short version, [Values(CompressionType.None, CompressionType.Gzip, CompressionType.Lz4)] CompressionType codec)
    {
        var set = TestMessageSet.Of(magic: (byte)(version / 2), codec, "one", "two", "three");

        var first = Result(connection.Send(Request(set), version));
        var second = Result(connection.Send(Request(set), version));

        Assert.That((first.ErrorCode, first.BaseOffset), Is.EqualTo((ErrorCode.None, 0)));
        Assert.That((second.ErrorCode, second.BaseOffset, second.LogAppendTimeMs), Is.EqualTo((ErrorCode.None, 3, -1)));
        Assert.That(broker.Read("orders"), Is.EqualTo(new[] { "one", "two", "three", "one", "two", "three" }));
    }

    [TestCase(1, -1)]
    [TestCase(2, TestBatch.Now)]
    public void Version_2_tells_the_append_time(short version, long logAppendTimeMs)
    {
        broker.CreateTopic("timed", 1, ("message.timestamp.type", "LogAppendTime"));

        var result = Result(connection.Send(Request(TestMessageSet.Of(1, CompressionType.None, "x"), topic: "timed"), version));

        Assert.That((result.ErrorCode, result.LogAppendTimeMs), Is.EqualTo((ErrorCode.None, logAppendTimeMs)));
    }

    [Test]
    public void An_old_version_that_brings_no_message_appends_nothing([Range(0, 2)] short version)
    {
        var result = Result(connection.Send(Request([]), version));

        Assert.That((result.ErrorCode, result.BaseOffset), Is.EqualTo((ErrorCode.None, -1)));
        Assert.That(EndOffset(0), Is.Zero);
    }

    [Test]
    public void A_corrupt_message_set_leaves_the_other_partitions_alone()
    {
        var corrupt = TestMessageSet.Of(0, CompressionType.None, "x");
        corrupt[^1] ^= 1;
        var request = Request(corrupt);
        request.TopicData[0].PartitionData.Add(new() { Index = 1, Records = Records.View(TestMessageSet.Of(0, CompressionType.None, "good")) });

        var results = connection.Send(request, 0).Responses.Single().PartitionResponses;

        Assert.That(results.Select(result => result.ErrorCode), Is.EqualTo(new[] { ErrorCode.CorruptMessage, ErrorCode.None }));
    }

    [TestCase(6, ErrorCode.UnsupportedCompressionType)]
    [TestCase(7, ErrorCode.None)]
    public void Zstd_is_taken_from_version_7_on(short version, ErrorCode error) =>
        Assert.That(Result(connection.Send(Request(new TestBatch { CompressionType = CompressionType.Zstd }.Build("x").Span.ToArray()), version)).ErrorCode, Is.EqualTo(error));

    [TestCase(3, ErrorCode.NotLeaderOrFollower)]
    [TestCase(4, ErrorCode.KafkaStorageError)]
    public void An_offline_log_is_told_in_words_that_the_version_knows(short version, ErrorCode error)
    {
        broker.Partitions.Find(new("orders", 0))!.Log.Close();

        Assert.That(Result(connection.Send(Request(Batch("x")), version)).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void With_acks_0_nothing_is_answered()
    {
        connection.PostRaw(connection.Frame(Request(Batch("quiet"), acks: NoAcks), 12));

        Assert.That(connection.TryTakeFrame(), Is.Null);
        Assert.That(connection.IsOpen);
        Assert.That(EndOffset(0), Is.EqualTo(1));
    }

    [Test]
    public void With_acks_0_an_error_closes_the_connection()
    {
        connection.PostRaw(connection.Frame(Request(Corrupt(), acks: NoAcks), 12));

        Assert.That(connection.TryTakeFrame(), Is.Null);
        Assert.That(connection.IsOpen, Is.False);
    }

    [TestCase(2)]
    [TestCase(-2)]
    public void Acks_are_minus_1_0_or_1(short acks) =>
        Assert.That(Result(connection.Send(Request(Batch("x"), acks), 12)).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequiredAcks));

    [Test]
    public void A_partition_that_fails_leaves_the_others_alone()
    {
        var request = Request(Corrupt());
        request.TopicData[0].PartitionData.Add(new() { Index = 1, Records = Records.View(Batch("good")) });

        var results = connection.Send(request, 12).Responses.Single().PartitionResponses;

        Assert.That(results.Select(result => result.ErrorCode), Is.EqualTo(new[] { ErrorCode.CorruptMessage, ErrorCode.None }));
        Assert.That((EndOffset(0), EndOffset(1)), Is.EqualTo((0, 1)));
    }

    [Test]
    public void What_is_not_there_cannot_be_written_to()
    {
        Assert.That(Result(connection.Send(Request(Batch("x"), topic: "nothing"), 12)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(Result(connection.Send(Request(Batch("x"), partition: 9), 12)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        var byId = Request(Batch("x"));
        byId.TopicData[0] = byId.TopicData[0] with { Name = "", TopicId = Uuid.Random() };
        Assert.That(Result(connection.Send(byId, 13)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [TestCase("test", ErrorCode.InvalidTopicException)]
    [TestCase("__admin_client", ErrorCode.None)]
    public void Internal_topics_are_written_by_the_admin_client_only(string clientId, ErrorCode error)
    {
        broker.CreateTopic("__consumer_offsets");

        Assert.That(Result(broker.Connect(clientId).Send(Request(Batch("x"), topic: "__consumer_offsets"), 12)).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public void A_batch_above_max_message_bytes_is_too_large()
    {
        broker.CreateTopic("small", 1, ("max.message.bytes", "100"));

        Assert.That(Result(connection.Send(Request(Batch(new string('x', 100)), topic: "small"), 12)).ErrorCode, Is.EqualTo(ErrorCode.MessageTooLarge));
    }

    [Test]
    public void Log_append_time_is_the_brokers_and_is_told()
    {
        broker.CreateTopic("timed", 1, ("message.timestamp.type", "LogAppendTime"));

        var result = Result(connection.Send(Request(Batch("x"), topic: "timed"), 12));

        Assert.That(result.LogAppendTimeMs, Is.EqualTo(broker.Time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    [Test]
    public void A_batch_sent_again_by_an_idempotent_producer_is_answered_with_its_first_offset()
    {
        Assert.That(Result(connection.Send(Request(Idempotent(sequence: 0)), 12)).BaseOffset, Is.Zero);
        Assert.That(Result(connection.Send(Request(Idempotent(sequence: 1)), 12)).BaseOffset, Is.EqualTo(1));

        var again = Result(connection.Send(Request(Idempotent(sequence: 0)), 12));

        Assert.That((again.ErrorCode, again.BaseOffset), Is.EqualTo((ErrorCode.None, 0)));
        Assert.That(EndOffset(0), Is.EqualTo(2));
    }

    [Test]
    public void A_gap_in_the_sequence_is_refused_and_the_window_survives_a_restart()
    {
        connection.Send(Request(Idempotent(sequence: 0)), 12);
        using var restarted = broker.Restart();
        var reconnected = restarted.Connect();

        var gap = Result(reconnected.Send(Request(Idempotent(sequence: 5)), 12));
        var duplicate = Result(reconnected.Send(Request(Idempotent(sequence: 0)), 12));

        Assert.That(gap.ErrorCode, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That((duplicate.ErrorCode, duplicate.BaseOffset), Is.EqualTo((ErrorCode.None, 0)));
    }

    [Test]
    public void Too_few_replicas_refuse_acks_all_only_when_the_topic_could_have_more()
    {
        broker.CreateTopic("strict", 1, ("min.insync.replicas", "2"));

        Assert.That(Result(connection.Send(Request(Batch("x"), topic: "strict"), 12)).ErrorCode, Is.EqualTo(ErrorCode.None), "one replica cannot be asked for two");
    }

    [Test]
    public void Partitions_of_a_topic_that_another_node_leads_name_their_leader()
    {
        var door = new TestConnection(broker.Broker.Apis, TestConnection.TestNode(id: 2), broker.Time);

        var response = door.Send(Request(Batch("x")), 12);

        Assert.That(Result(response).ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That((Result(response).CurrentLeader.LeaderId, Result(response).CurrentLeader.LeaderEpoch), Is.EqualTo((1, 0)));
        Assert.That(response.NodeEndpoints.Single().Host, Is.EqualTo("broker.test"));
    }

    long EndOffset(int partition) => broker.Partitions.Find(new("orders", partition))!.Bounds.LogEndOffset;

    static ProduceResponse.PartitionProduceResponse Result(ProduceResponse response) => response.Responses.Single().PartitionResponses.Single();

    static ProduceRequest Request(byte[] batch, short acks = -1, string topic = "orders", int partition = 0) => TestBroker.ProduceRequestOf(topic, partition, batch, acks);

    static byte[] Batch(params string[] values) => TestBatch.Of(values).Span.ToArray();

    static byte[] Corrupt()
    {
        var batch = Batch("corrupt");
        batch[^1] ^= 1;
        return batch;
    }

    static byte[] Idempotent(int sequence) =>
        new TestBatch { ProducerId = 7, ProducerEpoch = 0, BaseSequence = sequence }.Build("x").Span.ToArray();
}
