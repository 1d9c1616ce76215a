using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Transactions;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Transactions;

/// <summary>What happens between the decision and its completion, with partitions that take markers when the test says so.</summary>
public sealed class TransactionCompletionTests : IDisposable
{
    static readonly TopicPartition orders0 = new("orders", 0);
    static readonly TopicPartition orders1 = new("orders", 1);

    readonly TestBroker broker = new();
    readonly List<(TopicPartition Partition, TxnMarkerEntry Marker)> written = [];
    readonly Dictionary<TopicPartition, ErrorCode> errors = [];
    readonly List<TransactionCoordinator> coordinators = [];
    readonly List<TaskCompletionSource> held = [];
    bool isHolding;

    public TransactionCompletionTests() => broker.CreateTopic("orders", partitions: 2);

    public void Dispose()
    {
        coordinators.ForEach(coordinator => coordinator.Dispose());
        broker.Dispose();
    }

    [Test]
    public async Task A_marker_goes_into_each_partition_under_the_epoch_of_the_coordinator()
    {
        var transactions = await StartAsync();
        var producer = await BeginAsync(transactions);

        await EndAsync(transactions, producer, isCommit: true);

        var epoch = broker.Partitions.Find(new("__transaction_state", 0))!.Registration.LeaderEpoch;
        Assert.That(written.OrderBy(write => write.Partition.Partition), Is.EqualTo(new[]
        {
            (orders0, new TxnMarkerEntry(producer with { Epoch = 1 }, true, epoch, 2)),
            (orders1, new TxnMarkerEntry(producer with { Epoch = 1 }, true, epoch, 2)),
        }));
    }

    [Test]
    public async Task What_cannot_be_written_yet_is_tried_again_and_nothing_else()
    {
        var transactions = await StartAsync();
        var producer = await BeginAsync(transactions);
        errors[orders1] = ErrorCode.NotLeaderOrFollower;

        var end = EndAsync(transactions, producer, isCommit: false);
        Assert.That(end.IsCompleted, Is.False);
        errors.Clear();
        broker.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.That((await end).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(written.Select(write => write.Partition), Is.EquivalentTo(new[] { orders0, orders1, orders1 }));
    }

    [Test]
    public async Task An_end_is_answered_though_a_partition_takes_long_and_what_follows_has_to_wait()
    {
        var transactions = await StartAsync();
        var producer = await BeginAsync(transactions);
        isHolding = true;

        var end = EndAsync(transactions, producer, isCommit: true);
        broker.Time.Advance(TimeSpan.FromSeconds(1));

        var next = (await end).Producer;
        Assert.That(next, Is.EqualTo(producer with { Epoch = 1 }));
        Assert.That(await transactions.AddPartitionsAsync("tx", next, [orders0]), Is.EqualTo(ErrorCode.ConcurrentTransactions));
        Assert.That((await EndAsync(transactions, producer, isCommit: true)).Error, Is.EqualTo(ErrorCode.ConcurrentTransactions), "asked for again");
        Assert.That((await EndAsync(transactions, producer, isCommit: false)).Error, Is.EqualTo(ErrorCode.InvalidTxnState), "decided already");
        Assert.That((await EndAsync(transactions, next, isCommit: false)).Error, Is.EqualTo(ErrorCode.ConcurrentTransactions), "the next one");
        Assert.That((await transactions.InitializeAsync(broker.Broker.Node, "tx", 1, null)).Error, Is.EqualTo(ErrorCode.ConcurrentTransactions));
        held.ForEach(write => write.SetResult());
        Assert.That(await transactions.AddPartitionsAsync("tx", next, [orders0]), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_partition_that_is_deleted_meanwhile_holds_nobody_up()
    {
        var transactions = await StartAsync();
        var producer = await BeginAsync(transactions, orders0, new("gone", 0));
        errors[new("gone", 0)] = ErrorCode.UnknownTopicOrPartition;

        Assert.That((await EndAsync(transactions, producer, isCommit: true)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Who_is_fenced_leaves_it_to_the_later_coordinator()
    {
        var transactions = await StartAsync();
        var producer = await BeginAsync(transactions);
        errors[orders1] = ErrorCode.TransactionCoordinatorFenced;

        var end = EndAsync(transactions, producer, isCommit: true);
        broker.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That((await end).Error, Is.EqualTo(ErrorCode.None), "decided it is");
        Assert.That(written, Has.Count.EqualTo(2), "and nobody insists");
        Assert.That(await StateAsync(transactions), Is.EqualTo(TransactionState.PrepareCommit));
        errors.Clear();
        Assert.That(await StateAsync(await StartAsync()), Is.EqualTo(TransactionState.CompleteCommit));
    }

    [Test]
    public async Task What_cannot_be_written_for_long_is_tried_less_often()
    {
        var transactions = await StartAsync();
        var producer = await BeginAsync(transactions, orders0);
        errors[orders0] = ErrorCode.KafkaStorageError;

        _ = EndAsync(transactions, producer, isCommit: true);
        for (var elapsed = 0; elapsed < 60_000; elapsed += 100)
            broker.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.That(written, Has.Count.InRange(10, 20));
        errors.Clear();
        broker.Time.Advance(TimeSpan.FromSeconds(7));
        Assert.That(await StateAsync(transactions), Is.EqualTo(TransactionState.CompleteCommit));
    }

    [Test]
    public async Task A_commit_that_an_abort_of_the_coordinator_has_overtaken_is_fenced_in_the_end()
    {
        var transactions = await StartAsync();
        var producer = await BeginAsync(transactions);
        isHolding = true;
        Assert.That((await transactions.InitializeAsync(broker.Broker.Node, "tx", 60_000, null)).Error, Is.EqualTo(ErrorCode.ConcurrentTransactions));

        Assert.That((await EndAsync(transactions, producer, isCommit: true)).Error, Is.EqualTo(ErrorCode.ConcurrentTransactions));
        held.ForEach(write => write.SetResult());
        Assert.That((await EndAsync(transactions, producer, isCommit: true)).Error, Is.EqualTo(ErrorCode.ProducerFenced));
    }

    [Test]
    public async Task Who_has_been_told_of_another_id_too_early_is_asked_to_wait()
    {
        var transactions = await StartAsync();
        var producer = (await transactions.InitializeAsync(broker.Broker.Node, "tx", 60_000, null)).Producer;
        while (producer.Epoch < short.MaxValue - 1)
            producer = (await EndAsync(transactions, producer, isCommit: false)).Producer;
        await transactions.AddPartitionsAsync("tx", producer, [orders0]);
        isHolding = true;
        var end = EndAsync(transactions, producer, isCommit: true);
        broker.Time.Advance(TimeSpan.FromSeconds(1));
        var next = (await end).Producer;

        Assert.That(await transactions.AddPartitionsAsync("tx", next, [orders0]), Is.EqualTo(ErrorCode.ConcurrentTransactions));
        Assert.That((await EndAsync(transactions, next, isCommit: false)).Error, Is.EqualTo(ErrorCode.ConcurrentTransactions));
        Assert.That((await transactions.InitializeAsync(broker.Broker.Node, "tx", 60_000, next)).Error, Is.EqualTo(ErrorCode.ConcurrentTransactions));
        held.ForEach(write => write.SetResult());
        Assert.That(await transactions.AddPartitionsAsync("tx", next, [orders0]), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task What_was_decided_before_a_crash_is_carried_out_on_start([Values] bool isCommit)
    {
        var transactions = await StartAsync();
        var producer = await BeginAsync(transactions);
        isHolding = true;
        _ = EndAsync(transactions, producer, isCommit);
        transactions.Dispose();
        written.Clear();
        isHolding = false;

        var next = await StartAsync();

        Assert.That(await StateAsync(next), Is.EqualTo(isCommit ? TransactionState.CompleteCommit : TransactionState.CompleteAbort));
        Assert.That(written.Select(write => (write.Partition, write.Marker.Producer.Epoch, write.Marker.IsCommit)), Is.EquivalentTo(new[] { (orders0, (short)1, isCommit), (orders1, (short)1, isCommit) }));
    }

    [Test]
    public async Task What_was_open_before_a_crash_stays_open()
    {
        var producer = await BeginAsync(await StartAsync());

        var next = await StartAsync();

        Assert.That(await StateAsync(next), Is.EqualTo(TransactionState.Ongoing));
        Assert.That((await EndAsync(next, producer, isCommit: true)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(written, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_retry_is_known_over_a_crash_also_where_the_producer_id_has_changed()
    {
        var transactions = await StartAsync();
        var producer = (await transactions.InitializeAsync(broker.Broker.Node, "tx", 60_000, null)).Producer;
        while (producer.Epoch < short.MaxValue - 1)
            producer = (await EndAsync(transactions, producer, isCommit: false)).Producer;
        await transactions.AddPartitionsAsync("tx", producer, [orders0]);
        var next = (await EndAsync(transactions, producer, isCommit: true)).Producer;

        Assert.That(next.ProducerId, Is.Not.EqualTo(producer.ProducerId));
        Assert.That((await EndAsync(await StartAsync(), producer, isCommit: true)).Producer, Is.EqualTo(next));
    }

    [Test]
    public async Task Other_brokers_ask_the_coordinator_only()
    {
        var transactions = await StartAsync();
        var producer = await BeginAsync(transactions);
        var other = TestConnection.TestNode(2);

        Assert.That(await transactions.AddPartitionsAsync(other, "tx", producer, [orders0]), Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That((await transactions.VerifyPartitionsAsync(other, "tx", producer, [orders0]))[orders0], Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That((await transactions.VerifyPartitionsAsync("tx", producer, [orders0]))[orders0], Is.EqualTo(ErrorCode.None));
        Assert.That((await transactions.InitializeAsync(other, "tx", 1, null)).Error, Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That((await transactions.EndAsync(other, new("tx", producer, true, 2))).Error, Is.EqualTo(ErrorCode.NotCoordinator));
    }

    [Test]
    public async Task More_partitions_than_a_record_takes_are_refused_before_it_is_too_late()
    {
        var transactions = await StartAsync();
        var producer = (await transactions.InitializeAsync(broker.Broker.Node, "tx", 60_000, null)).Producer;
        var many = Enumerable.Range(0, 400_000).Select(partition => new TopicPartition("orders", partition)).ToArray();

        Assert.That(await transactions.AddPartitionsAsync("tx", producer, many), Is.EqualTo(ErrorCode.UnknownServerError));
        Assert.That(await transactions.AddPartitionsAsync("tx", producer, [orders0]), Is.EqualTo(ErrorCode.None));
    }

    /// <summary>Loads a coordinator from the log, as the process that comes next does.</summary>
    async Task<TransactionCoordinator> StartAsync()
    {
        var config = BrokerConfig.Create(new Dictionary<string, string> { ["log.dirs"] = "data", ["transaction.state.log.num.partitions"] = "1" }, Profile.Dev);
        await broker.Broker.Controller.EnsureTopicAsync(InternalTopics.TransactionState);
        var transactions = new TransactionCoordinator(
            broker.Broker.Cluster, broker.Broker.Controller, broker.Partitions, new ProducerIds(broker.Broker.Controller, 1), WriteAsync, config, broker.Time, NullLogger.Instance);
        coordinators.Add(transactions);
        await transactions.ApplyAsync(ClusterImage.Empty, broker.Broker.Cluster.Image);
        return transactions;
    }

    async Task<ProducerIdAndEpoch> BeginAsync(TransactionCoordinator transactions, params TopicPartition[] partitions)
    {
        var producer = (await transactions.InitializeAsync(broker.Broker.Node, "tx", 600_000, null)).Producer;
        Assert.That(await transactions.AddPartitionsAsync("tx", producer, partitions.Length == 0 ? [orders0, orders1] : partitions), Is.EqualTo(ErrorCode.None));
        return producer;
    }

    Task<ProducerResult> EndAsync(TransactionCoordinator transactions, ProducerIdAndEpoch producer, bool isCommit) =>
        transactions.EndAsync(broker.Broker.Node, new("tx", producer, isCommit, 2));

    Task<TransactionState> StateAsync(TransactionCoordinator transactions) => transactions.RunAsync(broker.Broker.Node, "tx", shard => shard.Transactions.Find("tx")!.State);

    async Task<ErrorCode> WriteAsync(TopicPartition partition, TxnMarkerEntry marker)
    {
        written.Add((partition, marker));
        if (isHolding)
        {
            // One for each write: of several that await the same one, some go on on another thread.
            held.Add(new());
            await held[^1].Task;
        }

        return errors.GetValueOrDefault(partition);
    }
}
