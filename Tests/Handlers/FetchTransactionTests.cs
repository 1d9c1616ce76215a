using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

/// <summary>What consumers see of transactions, by their isolation level.</summary>
public sealed class FetchTransactionTests : IDisposable
{
    const sbyte ReadUncommitted = 0;
    const sbyte ReadCommitted = 1;

    static readonly TopicPartition orders = new("orders", 0);

    readonly TestBroker broker = new();
    readonly TestConnection connection;
    readonly Uuid topicId;

    public FetchTransactionTests()
    {
        topicId = broker.CreateTopic("orders");
        connection = broker.Connect();
    }

    public void Dispose() => broker.Dispose();

    [Test]
    public void Committed_records_end_where_the_first_open_transaction_begins([Range(4, 18)] short version)
    {
        broker.Produce("orders", 0, "before");
        Producer("tx").Produce(orders, "open");
        broker.Produce("orders", 0, "behind");

        var committed = Data(connection.Send(Request(ReadCommitted, version), version));
        var uncommitted = Data(connection.Send(Request(ReadUncommitted, version), version));

        Assert.That((committed.LastStableOffset, committed.HighWatermark), Is.EqualTo((1, 3)));
        Assert.That((uncommitted.LastStableOffset, uncommitted.HighWatermark), Is.EqualTo((1, 3)));
        Assert.That(TestBroker.ValuesOf(committed.Records!), Is.EqualTo(new[] { "before" }));
        Assert.That(TestBroker.ValuesOf(uncommitted.Records!), Is.EqualTo(new[] { "before", "open", "behind" }));
    }

    [Test]
    public void Aborted_transactions_are_told_to_who_reads_committed_records_and_to_nobody_else()
    {
        var producer = Producer("tx");
        producer.Produce(orders, "aborted");
        producer.Abort();

        var committed = Data(connection.Send(Request(ReadCommitted), 17));

        Assert.That(committed.AbortedTransactions!.Select(aborted => (aborted.ProducerId, aborted.FirstOffset)), Is.EqualTo(new[] { (producer.Producer.ProducerId, 0L) }));
        Assert.That(Data(connection.Send(Request(ReadUncommitted), 17)).AbortedTransactions, Is.Null);
        Assert.That(Data(connection.Send(Request(ReadCommitted, offset: 2), 17)).AbortedTransactions, Is.Empty);
    }

    [Test]
    public void Of_the_aborted_transactions_those_are_told_that_lie_in_what_is_read()
    {
        var producer = Producer("tx");
        for (var i = 0; i < 3; i++)
        {
            producer.Produce(orders, $"aborted {i}");
            producer.Abort();
        }

        Assert.That(FirstOffsets(Request(ReadCommitted)), Is.EqualTo(new[] { 0, 2, 4 }));
        Assert.That(FirstOffsets(Request(ReadCommitted, offset: 2)), Is.EqualTo(new[] { 2, 4 }));
        Assert.That(FirstOffsets(Request(ReadCommitted, offset: 3)), Is.EqualTo(new[] { 2, 4 }), "the marker belongs to it");
        Assert.That(FirstOffsets(Request(ReadCommitted, offset: 2, partitionMaxBytes: 1)), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void Who_waits_for_committed_records_hears_of_a_commit_at_once_whatever_it_brings()
    {
        var producer = Producer("tx");
        producer.Produce(orders, new string('x', 5000));
        connection.Post(Request(ReadCommitted, maxWaitMs: 500, minBytes: 4000), 17);
        Assert.That(connection.TryTake(new FetchRequest(), 17), Is.Null);

        producer.Connection = broker.Connect();
        producer.Produce(orders, new string('y', 5000));
        Assert.That(connection.TryTake(new FetchRequest(), 17), Is.Null, "the transaction is open");
        producer.Commit();

        Assert.That(TestBroker.ValuesOf(Data(connection.TryTake(new FetchRequest(), 17)!).Records!).Select(value => value[0]).Take(2), Is.EqualTo("xy"));
    }

    [Test]
    public void Records_behind_an_open_transaction_are_waited_for_until_it_ends_or_the_time_is_over()
    {
        Producer("tx").Produce(orders, "open");
        connection.Post(Request(ReadCommitted, maxWaitMs: 500), 17);

        broker.Produce("orders", 0, "behind");
        Assert.That(connection.TryTake(new FetchRequest(), 17), Is.Null);
        broker.Time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.That(Data(connection.TryTake(new FetchRequest(), 17)!).Records!.SizeInBytes, Is.Zero);
    }

    [Test]
    public void The_last_stable_offset_follows_a_log_start_that_passes_an_open_transaction()
    {
        var producer = Producer("tx");
        producer.Produce(orders, "open");
        broker.Produce("orders", 0, "behind", "further");
        var partition = broker.Partitions.Find(orders)!;

        TestBroker.Completed(partition.AdvanceLogStartAsync(2).AsTask());
        Assert.That(partition.Bounds, Is.EqualTo(new LogBounds(2, 2, 3, 3)));
        Assert.That(producer.Produce(orders, "goes on"), Is.EqualTo(ErrorCode.None));
        producer.Commit();

        Assert.That(partition.Bounds, Is.EqualTo(new LogBounds(2, 5, 5, 5)));
    }

    [Test]
    public void A_restart_leaves_an_open_transaction_open()
    {
        var producer = Producer("tx");
        producer.Produce(orders, "open");

        using var restarted = broker.Restart();
        producer.Connection = restarted.Connect();

        Assert.That(restarted.Partitions.Find(orders)!.Bounds, Is.EqualTo(new LogBounds(0, 0, 1, 1)));
        Assert.That(producer.Produce(orders, "goes on"), Is.EqualTo(ErrorCode.None));
        Assert.That(producer.Abort(), Is.EqualTo(ErrorCode.None));
        Assert.That(restarted.Partitions.Find(orders)!.Log.Producers.CollectAborted(0, 3), Is.EqualTo(new[] { new AbortedTransaction(producer.Producer.ProducerId, 0, 2, 3) }));
    }

    IEnumerable<long> FirstOffsets(FetchRequest request) => Data(connection.Send(request, 17)).AbortedTransactions!.Select(aborted => aborted.FirstOffset);

    TransactionalProducer Producer(string transactionalId) => new TransactionalProducer(broker.Connect(), transactionalId).Init();

    FetchRequest Request(sbyte isolationLevel, short version = 17, long offset = 0, int maxWaitMs = 0, int minBytes = 1, int partitionMaxBytes = 1 << 20) => new()
    {
        IsolationLevel = isolationLevel,
        MaxWaitMs = maxWaitMs,
        MinBytes = minBytes,
        MaxBytes = 1 << 20,
        Topics =
        [
            new()
            {
                Topic = version < 13 ? "orders" : "",
                TopicId = version < 13 ? Uuid.Zero : topicId,
                Partitions = [new() { FetchOffset = offset, PartitionMaxBytes = partitionMaxBytes }],
            },
        ],
    };

    static FetchResponse.PartitionData Data(FetchResponse response) => response.Responses.Single().Partitions.Single();
}
