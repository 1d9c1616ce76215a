using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Coordinators;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Coordinators;

public sealed class CoordinatorRuntimeTests : IDisposable
{
    const string Topic = "counters";

    readonly FaultyFileSystem disk = new();
    readonly TestBroker broker;
    readonly CoordinatorRuntime<CounterShard> runtime;
    readonly List<CounterShard> shards = [];
    Action? loading;

    public CoordinatorRuntimeTests()
    {
        broker = new(disk, ("transaction.partition.verification.enable", "false"));
        runtime = NewRuntime();
    }

    public void Dispose()
    {
        runtime.Dispose();
        disk.WritesBeforeFailure = int.MaxValue;
        broker.Dispose();
    }

    [Test]
    public async Task Records_change_the_state_at_once_and_are_on_the_log()
    {
        await CreateTopicAsync();

        Assert.That(await AddAsync("a", "b"), Is.EqualTo(2));
        Assert.That(await AddAsync("c"), Is.EqualTo(3));

        Assert.That(broker.Read(Topic), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task An_operation_is_one_batch()
    {
        await CreateTopicAsync();

        await AddAsync("a", "b");

        Assert.That(Log.Bounds.LogEndOffset, Is.EqualTo(2));
        Assert.That(await BatchesAsync(), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task More_than_a_batch_takes_is_several_in_order()
    {
        await CreateTopicAsync(("max.message.bytes", "300"));
        var texts = Enumerable.Range(0, 20).Select(i => $"text {i}").ToArray();

        Assert.That(await AddAsync(texts), Is.EqualTo(20));

        Assert.That(broker.Read(Topic), Is.EqualTo(texts));
        Assert.That(await BatchesAsync(), Has.Length.GreaterThan(1));
    }

    [Test]
    public async Task A_record_larger_than_the_topic_takes_is_refused_and_changes_nothing()
    {
        await CreateTopicAsync(("max.message.bytes", "300"));
        await AddAsync("a");

        await AssertRefusedAsync(ErrorCode.UnknownServerError, () => AddAsync(new string('x', 400)));

        Assert.That(await AddAsync("b"), Is.EqualTo(2));
        Assert.That(shards, Has.Count.EqualTo(1), "the state was not loaded again");
    }

    [Test]
    public async Task What_has_been_written_is_there_after_the_next_load()
    {
        await CreateTopicAsync();
        await AddAsync("a", "b");
        using var next = NewRuntime();
        await next.ApplyAsync(ClusterImage.Empty, broker.Broker.Cluster.Image);

        Assert.That(await next.RunAsync(broker.Broker.Node, 0, shard => shard.Texts), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Records_of_transactions_and_their_ends_are_told_apart()
    {
        broker.CreateTopic(Topic);
        await Log.AppendAsync(Transactional(producerId: 7, "pending"), 0, AppendOrigin.Replication);
        await Log.AppendAsync(Marker(7, ControlRecordType.Abort, 1), 0, AppendOrigin.Replication);
        await Log.AppendAsync(Marker(8, ControlRecordType.Commit, 2), 0, AppendOrigin.Replication);

        await runtime.ApplyAsync(ClusterImage.Empty, broker.Broker.Cluster.Image);

        Assert.That(shards.Single().ProducerIds, Is.EqualTo(new[] { 7L }));
        Assert.That(shards.Single().Ended, Is.EqualTo(new[] { (7L, false), (8L, true) }));
    }

    [Test]
    public async Task Another_answer_may_wait_for_a_later_operation()
    {
        await CreateTopicAsync();
        var waiting = runtime.RequestAsync<string>(broker.Broker.Node, 0, (shard, reply) => shard.Wait(reply));
        Assert.That(waiting.IsCompleted, Is.False);

        await runtime.RunAsync(broker.Broker.Node, 0, shard => shard.AddAndTell("told"));

        Assert.That(await waiting, Is.EqualTo("told"));
    }

    [Test]
    public async Task When_a_write_fails_nobody_is_answered_with_what_was_not_written()
    {
        await CreateTopicAsync();
        await AddAsync("a");
        var waiting = runtime.RequestAsync<string>(broker.Broker.Node, 0, (shard, reply) => shard.Wait(reply));
        disk.WritesBeforeFailure = 0;

        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => runtime.RunAsync(broker.Broker.Node, 0, shard => shard.AddAndTell("lost")));
        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => waiting);
        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => AddAsync("after"));
    }

    [Test]
    public async Task When_a_write_is_refused_the_state_is_loaded_again()
    {
        await CreateTopicAsync();
        await AddAsync("a");
        var waiting = runtime.RequestAsync<string>(broker.Broker.Node, 0, (shard, reply) => shard.Wait(reply));
        broker.Partitions.Find(new(Topic, 0))!.Registration = broker.Partitions.Find(new(Topic, 0))!.Registration with { Isr = [] };

        await AssertRefusedAsync(ErrorCode.CoordinatorNotAvailable, () => AddAsync("refused"));
        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => waiting);
        broker.Partitions.Find(new(Topic, 0))!.Registration = broker.Broker.Cluster.Image.FindTopic(Topic)!.Partitions[0];

        Assert.That(await AddAsync("b"), Is.EqualTo(2));
        Assert.That(shards, Has.Count.EqualTo(2));
        Assert.That(shards[1].Texts, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task A_refusal_before_anything_is_appended_leaves_the_state_alone()
    {
        await CreateTopicAsync();

        await AssertRefusedAsync(ErrorCode.InvalidGroupId, () => runtime.RunAsync<int>(broker.Broker.Node, 0, _ => throw new CoordinatorException(ErrorCode.InvalidGroupId)));

        Assert.That(await AddAsync("a"), Is.EqualTo(1));
        Assert.That(shards, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_bug_costs_its_own_request_and_the_state_comes_from_the_log_again()
    {
        await CreateTopicAsync();
        await AddAsync("a");

        await AssertRefusedAsync(ErrorCode.UnknownServerError, () => runtime.RunAsync<int>(broker.Broker.Node, 0, _ => throw new InvalidOperationException("a bug")));

        Assert.That(await AddAsync("b"), Is.EqualTo(2));
        Assert.That(shards, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_others_have_been_told_is_there_after_a_bug()
    {
        await CreateTopicAsync();
        Task<int>? queued = null, broken = null;

        var first = runtime.RunAsync(broker.Broker.Node, 0, shard =>
        {
            queued = AddAsync("b");
            broken = runtime.RunAsync(broker.Broker.Node, 0, failing => failing.Add("lost") > 0 ? throw new InvalidOperationException("a bug") : 0);
            return shard.Add("a");
        });

        Assert.That((await first, await queued!), Is.EqualTo((1, 2)));
        await AssertRefusedAsync(ErrorCode.UnknownServerError, () => broken!);
        Assert.That(await runtime.RunAsync(broker.Broker.Node, 0, shard => shard.Texts), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(broker.Read(Topic), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Who_was_to_be_answered_by_a_bug_looks_for_the_coordinator_again()
    {
        await CreateTopicAsync();
        await AddAsync("a");
        var waiting = runtime.RequestAsync<string>(broker.Broker.Node, 0, (shard, reply) => shard.Wait(reply));

        await AssertRefusedAsync(
            ErrorCode.UnknownServerError,
            () => runtime.RunAsync(broker.Broker.Node, 0, shard => shard.AddAndTell("lost") > 0 ? throw new InvalidOperationException("a bug") : 0));

        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => waiting);
        Assert.That(await AddAsync("b"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_state_that_fails_as_soon_as_it_is_loaded_is_loaded_again_after_longer_and_longer_pauses()
    {
        loading = () => throw new InvalidOperationException("a bug");
        await CreateTopicAsync();
        var loads = new List<int>();

        foreach (var pause in new[] { 99, 1, 199, 1, 399, 1 })
        {
            broker.Time.Advance(TimeSpan.FromMilliseconds(pause));
            loads.Add(shards.Count);
            await AssertRefusedAsync(ErrorCode.CoordinatorLoadInProgress, () => AddAsync("early"));
        }

        Assert.That(loads, Is.EqualTo(new[] { 2, 3, 3, 4, 4, 5 }));
        loading = null;
        broker.Time.Advance(TimeSpan.FromMilliseconds(800));
        Assert.That(await AddAsync("a"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_state_whose_first_write_is_refused_is_loaded_again_after_longer_and_longer_pauses()
    {
        await CreateTopicAsync();
        await AddAsync("a");
        var partition = broker.Partitions.Find(new(Topic, 0))!;
        loading = () => Assert.That(shards.Count < 10 ? shards[^1].Add("marker") : 0, Is.GreaterThanOrEqualTo(0));
        partition.Registration = partition.Registration with { Isr = [] };
        await AssertRefusedAsync(ErrorCode.CoordinatorNotAvailable, () => AddAsync("refused"));
        var loads = new List<int> { shards.Count };

        foreach (var pause in new[] { 99, 1, 199, 1 })
        {
            broker.Time.Advance(TimeSpan.FromMilliseconds(pause));
            loads.Add(shards.Count);
        }

        Assert.That(loads, Is.EqualTo(new[] { 3, 3, 4, 4, 5 }));
        partition.Registration = broker.Broker.Cluster.Image.FindTopic(Topic)!.Partitions[0];
        broker.Time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.That(await AddAsync("b"), Is.EqualTo(3));
        Assert.That(broker.Read(Topic), Is.EqualTo(new[] { "a", "marker", "b" }));
    }

    [Test]
    public async Task A_pause_is_not_longer_than_half_a_minute_and_ends_with_the_runtime()
    {
        loading = () => throw new InvalidOperationException("a bug");
        await CreateTopicAsync();
        for (var i = 0; i < 20; i++)
            broker.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(shards, Has.Count.EqualTo(22));

        runtime.Dispose();
        broker.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.That(shards, Has.Count.EqualTo(22));
    }

    [Test]
    public async Task An_operation_of_several_batches_is_written_at_once_or_not_at_all()
    {
        await CreateTopicAsync(("max.message.bytes", "300"));
        var texts = Enumerable.Range(0, 20).Select(i => $"text {i}").ToArray();
        disk.WritesBeforeFailure = 1;

        Assert.That(await AddAsync(texts), Is.EqualTo(20));

        Assert.That(await BatchesAsync(), Has.Length.GreaterThan(1));
    }

    [Test]
    public async Task An_operation_larger_than_a_segment_is_written_in_order()
    {
        await CreateTopicAsync(("max.message.bytes", "300000"), ("segment.bytes", "1048576"));
        var texts = Enumerable.Range(0, 16).Select(i => new string((char)('a' + i), 70_000)).ToArray();

        Assert.That(await AddAsync(texts), Is.EqualTo(16));

        using var next = NewRuntime();
        await next.ApplyAsync(ClusterImage.Empty, broker.Broker.Cluster.Image);
        Assert.That(shards[1].Texts, Is.EqualTo(texts));
        Assert.That(Log.Bounds.LogEndOffset, Is.EqualTo(16));
    }

    [Test]
    public async Task Only_the_leader_is_the_coordinator()
    {
        await CreateTopicAsync();

        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => runtime.RunAsync(TestConnection.TestNode(2), 0, shard => shard.Texts.Count));
        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => runtime.RunAsync(broker.Broker.Node, 1, shard => shard.Texts.Count));
    }

    [Test]
    public async Task A_new_leader_epoch_ends_the_coordinator_before()
    {
        await CreateTopicAsync();
        await AddAsync("a");
        var waiting = runtime.RequestAsync<string>(broker.Broker.Node, 0, (shard, reply) => shard.Wait(reply));
        var before = broker.Broker.Cluster.Image;
        await ElectAgainAsync();

        await runtime.ApplyAsync(before, broker.Broker.Cluster.Image);

        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => waiting);
        Assert.That(await AddAsync("b"), Is.EqualTo(2));
        Assert.That(shards[1].Texts, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Until_its_log_is_replayed_a_coordinator_is_loading()
    {
        await CreateTopicAsync();
        await AddAsync("a");
        await using var loading = new CoordinatorPartition<CounterShard>(
            broker.Partitions.Find(new(Topic, 0))!, broker.Broker.Cluster, new(Topic, CompressionType.None, TimeSpan.FromSeconds(5), broker.Time), CreateShard, NullLogger.Instance);

        await AssertRefusedAsync(ErrorCode.CoordinatorLoadInProgress, () => loading.RunAsync(shard => shard.Texts.Count));
        await AssertRefusedAsync(ErrorCode.CoordinatorLoadInProgress, () => loading.RequestAsync<string>((shard, reply) => shard.Wait(reply)));
        await loading.LoadAsync();

        Assert.That(await loading.RunAsync(shard => shard.Texts), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task Every_image_reaches_the_shards()
    {
        await CreateTopicAsync();
        var before = broker.Broker.Cluster.Image;
        broker.CreateTopic("orders");

        await runtime.ApplyAsync(before, broker.Broker.Cluster.Image);

        Assert.That(shards.Single().Updates, Is.EqualTo(2), "its own topic and the new one");
    }

    [Test]
    public async Task After_the_end_nobody_is_served()
    {
        await CreateTopicAsync();
        var waiting = runtime.RequestAsync<string>(broker.Broker.Node, 0, (shard, reply) => shard.Wait(reply));

        runtime.Dispose();

        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => waiting);
        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => AddAsync("a"));
    }

    [Test]
    public async Task A_log_that_cannot_be_replayed_has_no_coordinator()
    {
        broker.CreateTopic(Topic);
        using var builder = new RecordBatchBuilder();
        builder.Append(TestBatch.Now, null, [1]);
        await Log.AppendAsync(Records.View(builder.ToArray()), 0, AppendOrigin.Coordinator);

        await runtime.ApplyAsync(ClusterImage.Empty, broker.Broker.Cluster.Image);

        await AssertRefusedAsync(ErrorCode.NotCoordinator, () => AddAsync("a"));
    }

    UnifiedLog Log => broker.Partitions.Find(new(Topic, 0))!.Log;

    CoordinatorRuntime<CounterShard> NewRuntime() => new(
        broker.Broker.Cluster, broker.Partitions, new(Topic, CompressionType.None, TimeSpan.FromSeconds(5), broker.Time), CreateShard, NullLogger.Instance);

    CounterShard CreateShard(CoordinatorContext context)
    {
        var shard = new CounterShard(context) { Loading = () => loading?.Invoke() };
        shards.Add(shard);
        return shard;
    }

    async Task CreateTopicAsync(params (string Name, string Value)[] configs)
    {
        var before = broker.Broker.Cluster.Image;
        broker.CreateTopic(Topic, 1, [.. configs, ("min.insync.replicas", "1")]);
        await runtime.ApplyAsync(before, broker.Broker.Cluster.Image);
    }

    Task<int> AddAsync(params string[] texts) => runtime.RunAsync(broker.Broker.Node, 0, shard => shard.Add(texts));

    async Task ElectAgainAsync()
    {
        var record = new PartitionChangeRecord { PartitionId = 0, TopicId = broker.Broker.Cluster.Image.FindTopic(Topic)!.Id, Leader = broker.Broker.Node.Id };
        var (error, _) = await broker.Broker.Cluster.ChangeAsync<bool>(image => ([MetadataRecord.Of(record, image.MetadataVersion)], true));
        Assert.That(error, Is.EqualTo(ErrorCode.None));
    }

    async Task<int[]> BatchesAsync()
    {
        var read = await Log.ReadAsync(0, 1 << 20, FetchIsolation.LogEnd, minOneBatch: true);
        return CountsOf(read.Records.Span);
    }

    static int[] CountsOf(Span<byte> batches)
    {
        var counts = new List<int>();
        while (RecordBatch.TryTakeFirst(ref batches, out var batch))
            counts.Add(batch.RecordCount);
        return [.. counts];
    }

    static Records Transactional(long producerId, string text)
    {
        using var builder = new RecordBatchBuilder { IsTransactional = true, ProducerId = producerId, ProducerEpoch = 0, BaseSequence = 0 };
        builder.Append(TestBatch.Now, CounterShard.RecordOf(text).Key, CounterShard.RecordOf(text).Value);
        return Records.View(builder.ToArray());
    }

    static Records Marker(long producerId, ControlRecordType type, long offset)
    {
        using var builder = new RecordBatchBuilder(offset) { IsTransactional = true, IsControl = true, ProducerId = producerId, ProducerEpoch = 0 };
        builder.Append(TestBatch.Now, ControlRecord.Key(type), ControlRecord.EndTransactionMarker(0));
        return Records.View(builder.ToArray());
    }

    static async Task AssertRefusedAsync<T>(ErrorCode error, Func<Task<T>> act)
    {
        try
        {
            Assert.Fail($"answered {await act()}");
        }
        catch (CoordinatorException e)
        {
            Assert.That(e.Error, Is.EqualTo(error));
        }
    }
}
