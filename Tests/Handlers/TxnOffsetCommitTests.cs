using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class TxnOffsetCommitTests : IDisposable
{
    readonly TestBroker broker = new(("offsets.topic.num.partitions", "1"), ("offset.metadata.max.bytes", "10"));
    readonly TransactionalOffsets offsets;
    readonly Uuid topicId;

    public TxnOffsetCommitTests()
    {
        topicId = broker.CreateTopic("orders", 2);
        offsets = new(broker);
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_commits([Range(0, 6)] short version)
    {
        var request = offsets.Request("g", version < 6 ? "orders" : "", 42, partition: 1);
        request.Topics[0] = request.Topics[0] with { TopicId = version < 6 ? default : topicId };
        using var connection = offsets.Connect();

        var topic = connection.Send(request, version).Topics.Single();
        Assert.That(broker.Connect().Committed("g", "orders", 1), Is.EqualTo(-1));
        offsets.End(isCommit: true);

        Assert.That(topic.Partitions.Single(), Is.EqualTo(new TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition { PartitionIndex = 1 }));
        Assert.That((topic.Name, topic.TopicId), Is.EqualTo(version < 6 ? ("orders", default) : ("", topicId)));
        Assert.That(broker.Connect().Committed("g", "orders", 1), Is.EqualTo(42));
    }

    [Test]
    public void The_groups_partition_is_verified_and_from_version_5_added([Range(0, 6)] short version)
    {
        var request = offsets.Request("g", version < 6 ? "orders" : "", 42);
        request.Topics[0] = request.Topics[0] with { TopicId = version < 6 ? default : topicId };
        offsets.Send(request, version);

        Assert.That(offsets.Verified, Is.EqualTo(new[] { ("tx", new ProducerIdAndEpoch(7, 3), new TopicPartition("__consumer_offsets", 0), version >= 5) }));
    }

    [TestCase(3, ErrorCode.TransactionAbortable, ErrorCode.InvalidTxnState)]
    [TestCase(4, ErrorCode.TransactionAbortable, ErrorCode.TransactionAbortable)]
    [TestCase(5, ErrorCode.ProducerFenced, ErrorCode.InvalidProducerEpoch)]
    [TestCase(5, ErrorCode.InvalidProducerEpoch, ErrorCode.InvalidProducerEpoch)]
    [TestCase(5, ErrorCode.InvalidProducerIdMapping, ErrorCode.InvalidProducerIdMapping)]
    [TestCase(5, ErrorCode.ConcurrentTransactions, ErrorCode.ConcurrentTransactions)]
    [TestCase(5, ErrorCode.NotCoordinator, ErrorCode.NotCoordinator)]
    [TestCase(5, ErrorCode.CoordinatorNotAvailable, ErrorCode.CoordinatorNotAvailable)]
    [TestCase(1, ErrorCode.CoordinatorLoadInProgress, ErrorCode.CoordinatorNotAvailable, Description = "producers of before version 2 do not expect it")]
    [TestCase(2, ErrorCode.CoordinatorLoadInProgress, ErrorCode.CoordinatorLoadInProgress)]
    public void What_is_not_verified_is_refused(short version, ErrorCode verification, ErrorCode error)
    {
        offsets.Verification = verification;

        Assert.That(offsets.Commit("g", "orders", 7, version: version), Is.EqualTo(error));

        Assert.That(broker.RecordCount("g"), Is.Zero);
        Assert.That(broker.Connect().Groups(), Is.Empty);
    }

    [Test]
    public void A_node_that_is_not_the_coordinator_adds_nothing_to_the_transaction()
    {
        broker.Connect().Commit("g", "orders", 0, 5);
        using var elsewhere = offsets.ConnectTo(TestConnection.TestNode(2));

        var answer = elsewhere.Send(offsets.Request("g", "orders", 7), 5);

        Assert.That(answer.Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(offsets.Verified, Is.Empty);
    }

    [Test]
    public void A_producer_of_an_earlier_epoch_is_refused_and_harms_nobody()
    {
        offsets.Commit("g", "orders", 7);
        offsets.Producer = offsets.Producer with { Epoch = 2 };

        Assert.That(offsets.Commit("g", "orders", 8), Is.EqualTo(ErrorCode.InvalidProducerEpoch));

        offsets.Producer = offsets.Producer with { Epoch = 3 };
        offsets.End(isCommit: true);
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(7));
    }

    [TestCase("orders", 2)]
    [TestCase("nothing", 0)]
    public void A_partition_that_does_not_exist_is_refused_alone(string topic, int partition)
    {
        var request = offsets.Request("g", "orders", 7);
        request.Topics.Insert(0, new() { Name = topic, Partitions = [new() { PartitionIndex = partition, CommittedOffset = 1, CommittedMetadata = "" }] });
        using var connection = offsets.Connect();

        var topics = connection.Send(request, 5).Topics;

        Assert.That(topics.Select(answer => answer.Partitions.Single().ErrorCode), Is.EqualTo(new[] { ErrorCode.UnknownTopicOrPartition, ErrorCode.None }));
    }

    [Test]
    public void Without_any_partition_that_exists_nothing_is_added_to_the_transaction()
    {
        Assert.That(offsets.Commit("g", "nothing", 7), Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(offsets.Verified, Is.Empty);
    }

    [Test]
    public void An_unknown_topic_id_is_refused()
    {
        var request = offsets.Request("g", "", 7);
        request.Topics[0] = request.Topics[0] with { TopicId = Uuid.Random() };

        Assert.That(offsets.Send(request, 6), Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [Test]
    public void The_empty_group_id_is_no_group()
    {
        Assert.That(offsets.Commit("", "orders", 7), Is.EqualTo(ErrorCode.InvalidGroupId));
        Assert.That(offsets.Verified, Is.Empty);
    }

    [TestCase(10, ErrorCode.None, 7)]
    [TestCase(11, ErrorCode.OffsetMetadataTooLarge, -1)]
    public void Metadata_has_a_limit(int length, ErrorCode error, long committed)
    {
        var request = offsets.Request("g", "orders", 7);
        request.Topics[0].Partitions[0] = request.Topics[0].Partitions[0] with { CommittedMetadata = new('m', length) };

        Assert.That(offsets.Send(request), Is.EqualTo(error));

        offsets.End(isCommit: true);
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(committed));
    }

    [Test]
    public void Metadata_and_leader_epoch_come_back_as_committed()
    {
        var request = offsets.Request("g", "orders", 7);
        request.Topics[0].Partitions[0] = request.Topics[0].Partitions[0] with { CommittedLeaderEpoch = 3, CommittedMetadata = "größe" };
        offsets.Send(request);
        offsets.End(isCommit: true);

        var offset = broker.Connect().Fetch("g", "orders");

        Assert.That((offset.CommittedOffset, offset.CommittedLeaderEpoch, offset.Metadata), Is.EqualTo((7, 3, "größe")));
    }

    [Test]
    public void What_is_too_large_for_the_topic_is_refused_whole()
    {
        using var small = new TestBroker(("message.max.bytes", "600"), ("offsets.topic.num.partitions", "1"));
        small.CreateTopic("orders", 2);
        var transactional = new TransactionalOffsets(small);
        var request = transactional.Request("g", "orders", 7);
        request.Topics[0].Partitions.Add(new() { PartitionIndex = 1, CommittedOffset = 8, CommittedMetadata = new('m', 550) });
        using var connection = transactional.Connect();

        var results = connection.Send(request, 5).Topics.Single().Partitions;

        Assert.That(results.Select(result => result.ErrorCode), Is.All.EqualTo(ErrorCode.UnknownServerError));
        Assert.That(small.RecordCount("g"), Is.Zero);
    }

    [Test]
    public void The_record_is_as_Kafka_writes_it()
    {
        var request = offsets.Request("g", "orders", 0x1122, partition: 1);
        request.Topics[0].Partitions[0] = request.Topics[0].Partitions[0] with { CommittedLeaderEpoch = 3, CommittedMetadata = "m" };
        offsets.Send(request);

        var record = broker.RecordsOf("g").Single();

        Assert.That(Convert.ToHexString(record.Key), Is.EqualTo("0001" + "000167" + "00066F7264657273" + "00000001"));
        Assert.That(
            Convert.ToHexString(record.Value!),
            Is.EqualTo("0004" + "0000000000001122" + "00000003" + "026D" + $"{TestBatch.Now:X16}" + "010010" + $"{topicId.MostSignificantBits:X16}{topicId.LeastSignificantBits:X16}"));
    }
}
