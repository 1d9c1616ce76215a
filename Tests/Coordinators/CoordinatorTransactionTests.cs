using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Coordinators;

public sealed class CoordinatorTransactionTests : IDisposable
{
    const string Topic = "counters";
    static readonly ProducerIdAndEpoch producer = new(7, 3);

    readonly FaultyFileSystem disk = new();
    readonly TestBroker broker;
    readonly CoordinatorRuntime<CounterShard> runtime;
    readonly List<CounterShard> shards = [];

    public CoordinatorTransactionTests()
    {
        broker = new(disk, ("transaction.partition.verification.enable", "false"));
        runtime = NewRuntime();
    }

    [SetUp]
    public async Task CreateTopicAsync()
    {
        var before = broker.Broker.Cluster.Image;
        broker.CreateTopic(Topic, 1, [("min.insync.replicas", "1")]);
        await runtime.ApplyAsync(before, broker.Broker.Cluster.Image);
    }

    public void Dispose()
    {
        runtime.Dispose();
        disk.WritesBeforeFailure = int.MaxValue;
        broker.Dispose();
    }

    [Test]
    public async Task Records_of_a_transaction_are_batches_of_their_producer()
    {
        await RunAsync(shard => shard.Add("a") + shard.AddTransactional(producer, "b", "c") + shard.AddTransactional(new(8, 0), "d") + shard.Add("e"));

        Assert.That(await BatchesAsync(), Is.EqualTo(new[] { (-1L, -1, false, 1), (7L, 3, true, 2), (8L, 0, true, 1), (-1L, -1, false, 1) }));
        Assert.That(shards.Single().ProducerIds, Is.EqualTo(new[] { -1L, 7L, 7L, 8L, -1L }));
    }

    [Test]
    public async Task A_marker_ends_the_transaction_in_the_state_and_in_the_log()
    {
        await RunAsync(shard => shard.AddTransactional(producer, "a"));
        Assert.That(Log.Bounds.LastStableOffset, Is.Zero);

        await RunAsync(shard => AppendMarker(shard, isCommit: true));

        Assert.That(Log.Bounds.LastStableOffset, Is.EqualTo(2));
        Assert.That(shards.Single().Ended, Is.EqualTo(new[] { (7L, true) }));
        using var next = NewRuntime();
        await next.ApplyAsync(ClusterImage.Empty, broker.Broker.Cluster.Image);
        Assert.That(shards[1].Ended, Is.EqualTo(new[] { (7L, true) }));
    }

    [Test]
    public async Task A_producer_that_was_fenced_by_a_marker_is_known_to_the_next_operation()
    {
        ErrorCode? before = null, after = null;
        Task<ErrorCode>? queued = null;

        await RunAsync(shard =>
        {
            before = shard.Context.CheckTransactional(producer, null);
            queued = RunAsync(next => (after = next.Context.CheckTransactional(producer, null)).Value);
            return AppendMarker(shard, isCommit: false, epoch: 4);
        });

        await queued!;
        Assert.That((before, after), Is.EqualTo((ErrorCode.None, ErrorCode.InvalidProducerEpoch)));
        Assert.That(await RunAsync(shard => shard.Context.CheckMarker(new(producer, true, 0, 0))), Is.EqualTo(ErrorCode.InvalidProducerEpoch));
    }

    [Test]
    public async Task What_the_log_refuses_to_a_producer_is_no_error_of_those_who_wait_with_it()
    {
        await RunAsync(shard => AppendMarker(shard, isCommit: false, epoch: 4));
        Task<int>? queued = null;

        var bystander = RunAsync(shard =>
        {
            queued = RunAsync(next => next.AddTransactional(producer, "late"));
            return shard.Add("a");
        });

        Assert.That(Assert.ThrowsAsync<CoordinatorException>(() => bystander)!.Error, Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(Assert.ThrowsAsync<CoordinatorException>(() => queued!)!.Error, Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(await RunAsync(shard => shard.Add("b")), Is.EqualTo(2), "the first was written");
    }

    [Test]
    public async Task Work_elsewhere_starts_when_the_turn_is_durable_and_ends_in_a_turn_of_its_own()
    {
        var work = new TaskCompletionSource<string>();
        var endOffset = -1L;

        await RunAsync(shard =>
        {
            shard.Context.WhenDurable(Start, text => shard.Add(text));
            return shard.Add("a");
        });

        Assert.That(endOffset, Is.EqualTo(1));
        work.SetResult("b");
        Assert.That(await RunAsync(shard => shard.Texts), Is.EqualTo(new[] { "a", "b" }));

        Task<string> Start()
        {
            endOffset = Log.Bounds.LogEndOffset;
            return work.Task;
        }
    }

    [Test]
    public async Task Work_elsewhere_does_not_start_when_the_write_before_it_failed()
    {
        disk.WritesBeforeFailure = 0;
        var started = false;

        Assert.ThrowsAsync<CoordinatorException>(() => RunAsync(shard =>
        {
            shard.Context.WhenDurable(() => Task.FromResult(started = true), _ => { });
            return shard.Add("a");
        }));

        await Task.Yield();
        Assert.That(started, Is.False);
    }

    [Test]
    public async Task Work_elsewhere_that_throws_has_the_state_loaded_again()
    {
        await RunAsync(shard =>
        {
            shard.Context.WhenDurable<int>(() => throw new InvalidOperationException("a bug"), _ => { });
            return shard.Add("a");
        });

        Assert.That(await RunAsync(shard => shard.Add("b")), Is.EqualTo(2));
        Assert.That(shards, Has.Count.EqualTo(2));
    }

    UnifiedLog Log => broker.Partitions.Find(new(Topic, 0))!.Log;

    CoordinatorRuntime<CounterShard> NewRuntime() => new(
        broker.Broker.Cluster, broker.Partitions, new(Topic, CompressionType.None, TimeSpan.FromSeconds(5), broker.Time), CreateShard, NullLogger.Instance);

    CounterShard CreateShard(CoordinatorContext context)
    {
        var shard = new CounterShard(context);
        shards.Add(shard);
        return shard;
    }

    Task<T> RunAsync<T>(Func<CounterShard, T> operation) => runtime.RunAsync(0, operation);

    static int AppendMarker(CounterShard shard, bool isCommit, short epoch = 3)
    {
        shard.Context.AppendMarker(new(producer with { Epoch = epoch }, isCommit, shard.Context.Epoch, 0));
        return shard.Texts.Count;
    }

    async Task<(long ProducerId, int Epoch, bool IsTransactional, int Count)[]> BatchesAsync()
    {
        var read = await Log.ReadAsync(0, 1 << 20, FetchIsolation.LogEnd, minOneBatch: true);
        return BatchesOf(read.Records.Span);
    }

    static (long ProducerId, int Epoch, bool IsTransactional, int Count)[] BatchesOf(Span<byte> bytes)
    {
        var batches = new List<(long, int, bool, int)>();
        while (RecordBatch.TryTakeFirst(ref bytes, out var batch))
            batches.Add((batch.ProducerId, batch.ProducerEpoch, batch.IsTransactional, batch.RecordCount));
        return [.. batches];
    }
}
