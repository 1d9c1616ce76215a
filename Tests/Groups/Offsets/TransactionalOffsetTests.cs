using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Groups.Offsets;

/// <summary>Offsets that a transaction has committed, as a log tells of them that a broker opens.</summary>
public sealed class TransactionalOffsetTests : IDisposable
{
    const long Producer = 7;

    TestBroker broker = new(("offsets.topic.num.partitions", "1"), ("transaction.partition.verification.enable", "false"));

    public TransactionalOffsetTests() => broker.CreateTopic("orders");

    public void Dispose() => broker.Dispose();

    [TestCase(ControlRecordType.Commit, 9)]
    [TestCase(ControlRecordType.Abort, 5)]
    public async Task The_end_of_the_transaction_decides(ControlRecordType end, long offset)
    {
        broker.Connect().Commit("g", "orders", 0, 5);
        await WriteAsync(9);
        await EndAsync(end);

        broker = broker.Restart();

        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(offset));
    }

    [Test]
    public async Task An_offset_of_an_open_transaction_is_unstable_to_those_who_ask()
    {
        broker.Connect().Commit("g", "orders", 0, 5);
        await WriteAsync(9);

        broker = broker.Restart();

        Assert.That(broker.Connect().Fetch("g", "orders", requireStable: true).ErrorCode, Is.EqualTo(ErrorCode.UnstableOffsetCommit));
        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(5));
    }

    [Test]
    public async Task A_later_plain_commit_counts()
    {
        broker.Connect().Commit("g", "orders", 0, 5);
        await WriteAsync(9);
        broker.Connect().Commit("g", "orders", 0, 6);
        await EndAsync(ControlRecordType.Commit);

        broker = broker.Restart();

        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(6));
    }

    [Test]
    public async Task A_deleted_group_has_nothing_left_of_it()
    {
        broker.Connect().Commit("g", "orders", 0, 5);
        await WriteAsync(9);
        broker = broker.Restart();
        Assert.That(broker.Connect().DeleteGroup("g"), Is.EqualTo(ErrorCode.None));
        await EndAsync(ControlRecordType.Commit);

        broker = broker.Restart();

        Assert.That(broker.Connect().Committed("g", "orders"), Is.EqualTo(-1));
    }

    async Task WriteAsync(long offset)
    {
        var record = CoordinatorRecord.Of(
            OffsetCommitKey.RecordType,
            new OffsetCommitKey { Group = "g", Topic = "orders", Partition = 0 },
            new OffsetCommitValue { Offset = offset, Metadata = "", CommitTimestamp = TestBatch.Now },
            3);
        using var builder = new RecordBatchBuilder { IsTransactional = true, ProducerId = Producer, ProducerEpoch = 0, BaseSequence = 0 };
        builder.Append(TestBatch.Now, record.Key, record.Value);
        await AppendAsync(builder);
    }

    async Task EndAsync(ControlRecordType type)
    {
        using var builder = new RecordBatchBuilder { IsTransactional = true, IsControl = true, ProducerId = Producer, ProducerEpoch = 0 };
        builder.Append(TestBatch.Now, ControlRecord.Key(type), ControlRecord.EndTransactionMarker(0));
        await AppendAsync(builder);
    }

    async Task AppendAsync(RecordBatchBuilder builder)
    {
        var partition = broker.Partitions.Find(new("__consumer_offsets", 0))!;
        var guard = partition.StartTransactionVerification(new(Producer, 0), builder.BaseSequence, supportsEpochBump: false);
        var info = await partition.AppendAsync(Records.View(builder.ToArray()), -1, AppendOrigin.Coordinator, new(guard, 0));
        Assert.That(info.Error, Is.EqualTo(ErrorCode.None), info.ErrorMessage);
    }
}
