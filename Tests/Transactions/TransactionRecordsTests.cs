using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Transactions;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Transactions;

/// <summary>A transactional id in its topic, byte for byte as Kafka 4.2 writes it.</summary>
public sealed class TransactionRecordsTests
{
    [Test]
    public async Task All_that_Kafka_has_written_is_written_the_same()
    {
        using var broker = new TestBroker(SampleFiles.Of("clean", "data"), ("log.retention.ms", "-1"));
        var count = 0;

        foreach (var partition in broker.Partitions.All.Where(partition => partition.Id.Topic == "__transaction_state"))
        {
            var read = await partition.ReadAsync(0, 1 << 20, FetchIsolation.LogEnd, minOneBatch: true);
            foreach (var record in RecordsOf(read.Records))
            {
                var metadata = TransactionRecords.MetadataOf(record.DecodeKey<TransactionLogKey>().TransactionalId, record.DecodeValue<TransactionLogValue>()!);
                var ours = TransactionRecords.Of(metadata, transactionVersion: 2);
                Assert.That(Convert.ToHexString(ours.Key), Is.EqualTo(Convert.ToHexString(record.Key)));
                Assert.That(Convert.ToHexString(ours.Value!), Is.EqualTo(Convert.ToHexString(record.Value!)));
                count++;
            }
        }

        Assert.That(count, Is.GreaterThan(20));
    }

    [TestCase(0, 0)]
    [TestCase(1, 1)]
    [TestCase(2, 1)]
    public void Tagged_fields_come_with_transaction_version_1(short transactionVersion, short recordVersion)
    {
        var record = TransactionRecords.Of(Example, transactionVersion);

        Assert.That(record.Value![1], Is.EqualTo(recordVersion));
    }

    [Test]
    public void All_but_the_last_epoch_comes_back()
    {
        var written = Example;
        var record = TransactionRecords.Of(written, 2);

        var read = TransactionRecords.MetadataOf(record.DecodeKey<TransactionLogKey>().TransactionalId, record.DecodeValue<TransactionLogValue>()!);

        Assert.That(read with { Partitions = written.Partitions }, Is.EqualTo(written with { LastProducerEpoch = -1 }));
        Assert.That(read.Partitions, Is.EquivalentTo(written.Partitions));
    }

    [Test]
    public void A_state_that_nobody_knows_is_refused([Values(-1, 6, 7, 8)] sbyte status) =>
        Assert.That(() => TransactionRecords.MetadataOf("tx", new() { TransactionStatus = status }), Throws.InstanceOf<ProtocolException>());

    static TransactionMetadata Example => new()
    {
        TransactionalId = "tx",
        Producer = new(8, 3),
        PreviousProducerId = 7,
        NextProducerId = 9,
        LastProducerEpoch = 2,
        TimeoutMs = 60_000,
        State = TransactionState.PrepareCommit,
        Partitions = [new("orders", 1), new("orders", 0), new("payments", 0)],
        StartTimestampMs = 10,
        LastUpdateTimestampMs = 20,
        ClientTransactionVersion = 2,
    };

    static List<CoordinatorRecord> RecordsOf(NettyKafka.Codec.Wire.Records records)
    {
        List<CoordinatorRecord> found = [];
        var rest = records.Span;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            foreach (var record in batch.ReadRecords())
                found.Add(new(record.Key.ToArray(), record.Value.ToArray()));
        }

        return found;
    }
}
