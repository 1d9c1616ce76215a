using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Transactions;

/// <summary>The transactions in data directories that Apache Kafka 4.2 has written are those that Kafka shows, and the open one can be ended.</summary>
[TestFixture("clean")]
[TestFixture("killed")]
public sealed class SampleTransactionsTests(string kind) : IDisposable
{
    /// <summary>Seconds after Kafka has written its last record.</summary>
    const long Now = 1795360565000;

    static readonly TopicPartition open = new("tx", 1);

    TestBroker broker = new(SampleFiles.Of(kind, "data"), new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Now)), ("log.retention.ms", "-1"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Transactions_are_what_Kafka_lists([Values] bool restarted)
    {
        if (restarted)
            broker = broker.Restart();

        var listed = broker.Connect().Send(new ListTransactionsRequest(), 2);

        Assert.That(listed.TransactionStates.Select(state => (state.TransactionalId, state.ProducerId, state.TransactionState)).Order(), Is.EqualTo(new[]
        {
            ("open", 7L, "Ongoing"),
            ("txn-0", 5L, "CompleteCommit"),
            ("txn-1", 6L, "CompleteCommit"),
        }));
    }

    [Test]
    public void The_open_one_can_be_ended_by_its_producer([Values] bool isCommit)
    {
        var log = broker.Partitions.Find(open)!;
        var before = log.Bounds;
        Assert.That(before.LastStableOffset, Is.LessThan(before.HighWatermark));
        var producer = new TransactionalProducer(broker.Connect(), "open", transactionVersion: 1);
        var described = producer.Describe();
        Assert.That(described.Topics.Select(topic => (topic.Topic, topic.Partitions.Single())), Is.EqualTo(new[] { ("tx", 1) }));
        producer.Producer = new(described.ProducerId, described.ProducerEpoch);

        Assert.That(producer.End(isCommit), Is.EqualTo(ErrorCode.None));

        Assert.That((log.Bounds.LastStableOffset, log.Bounds.HighWatermark), Is.EqualTo((before.HighWatermark + 1, before.HighWatermark + 1)));
        Assert.That(ReadCommitted(before.LastStableOffset).Aborted, Is.EqualTo(isCommit ? [] : new[] { (7L, before.LastStableOffset) }));
    }

    [Test]
    public void The_open_one_is_ended_by_whoever_takes_over_its_id()
    {
        var log = broker.Partitions.Find(open)!;

        new TransactionalProducer(broker.Connect(), "open").Init();

        Assert.That(log.Bounds.LastStableOffset, Is.EqualTo(log.Bounds.HighWatermark));
    }

    [Test]
    public void The_open_one_is_aborted_when_its_time_is_over()
    {
        var log = broker.Partitions.Find(open)!;

        broker.Time.Advance(TimeSpan.FromMinutes(15));

        Assert.That(log.Bounds.LastStableOffset, Is.EqualTo(log.Bounds.HighWatermark));
    }

    (ErrorCode Error, IEnumerable<(long ProducerId, long FirstOffset)> Aborted) ReadCommitted(long offset)
    {
        var request = new FetchRequest
        {
            MaxBytes = 1 << 20,
            IsolationLevel = 1,
            Topics = [new() { Topic = open.Topic, Partitions = [new() { Partition = open.Partition, FetchOffset = offset, PartitionMaxBytes = 1 << 20 }] }],
        };
        var data = broker.Connect().Send(request, 11).Responses.Single().Partitions.Single();
        return (data.ErrorCode, (data.AbortedTransactions ?? []).Select(aborted => (aborted.ProducerId, aborted.FirstOffset)));
    }
}
