using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Partitions;

/// <summary>A partition that moves into another data directory takes everything with it.</summary>
public sealed class ReplicaMoveTests : IDisposable
{
    readonly FaultyFileSystem disk = new();
    readonly List<MovingPartition> opened = [];

    public void Dispose() => opened.ForEach(partition => partition.Dispose());

    [Test]
    public async Task Records_offsets_and_the_log_start_come_along()
    {
        var moving = await OpenAsync();
        for (var i = 0; i < 10; i++)
            await moving.AppendAsync($"a{i}", $"b{i}");
        await moving.Partition.AdvanceLogStartAsync(7);
        var before = moving.Partition.Bounds;
        var values = await moving.ReadAsync();

        Assert.That(await moving.MoveAsync(moving.Two), Is.EqualTo(ErrorCode.None));

        Assert.That(moving.Partition.Log.Path, Is.EqualTo(Path.Combine(moving.Two, "orders-0")));
        Assert.That(moving.Partition.Bounds, Is.EqualTo(before));
        Assert.That(await moving.ReadAsync(), Is.EqualTo(values));
        Assert.That((await moving.AppendAsync("next")).BaseOffset, Is.EqualTo(20));
        Assert.That(disk.ListDirectories(moving.Two), Is.EqualTo(new[] { "orders-0" }));
        Assert.That(disk.ListDirectories(moving.One).Single(), Does.Match("^orders-0\\.[0-9a-f]{32}-delete$"));
        moving.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(disk.ListDirectories(moving.One), Is.Empty);
    }

    [Test]
    public async Task A_restart_finds_the_partition_where_it_went()
    {
        var moving = await OpenAsync();
        await moving.AppendAsync("a", "b", "c");
        await moving.Partition.AdvanceLogStartAsync(1);
        await moving.MoveAsync(moving.Two);
        await moving.AppendAsync("d");

        moving = await ReopenAsync(moving);

        Assert.That(moving.Partition.Log.Directory.Path, Is.EqualTo(moving.Two));
        Assert.That(moving.Partition.Bounds, Is.EqualTo(new LogBounds(1, 4, 4, 4)));
        Assert.That(moving.Logs.FindLog(MovingPartition.Id)!.TopicId, Is.EqualTo(MovingPartition.TopicId));
    }

    [Test]
    public async Task Producers_and_leader_epochs_come_along()
    {
        var moving = await OpenAsync();
        var batch = new TestBatch { ProducerId = 5, ProducerEpoch = 0, BaseSequence = 0 };
        await moving.AppendAsync(batch.Build("once"));
        await moving.AppendAsync("other");
        // The producer's own records are gone, what is known of it is not.
        await moving.Partition.AdvanceLogStartAsync(1);
        await moving.Partition.AssignLeaderEpochAsync(4);
        Assert.That(moving.Partition.Log.LatestEpoch, Is.EqualTo(4));

        await moving.MoveAsync(moving.Two);

        Assert.That((await moving.AppendAsync(batch.Build("once"))).IsDuplicate, Is.True);
        Assert.That(moving.Partition.Log.LatestEpoch, Is.EqualTo(4));
        Assert.That(moving.Partition.EndOffsetForEpoch(0).EndOffset, Is.EqualTo(2));
    }

    [Test]
    public async Task Open_and_aborted_transactions_come_along()
    {
        var moving = await OpenAsync();
        var batch = new TestBatch { ProducerId = 5, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true };
        await moving.AppendAsync(batch.Build("aborted"), guard: moving.Partition.StartTransactionVerification(new(5, 0), 0, false));
        await moving.AppendAsync(TestBatch.Marker(5, 0, isAbort: true), AppendOrigin.Coordinator);
        await moving.AppendAsync((batch with { ProducerId = 6 }).Build("open"), guard: moving.Partition.StartTransactionVerification(new(6, 0), 0, false));

        await moving.MoveAsync(moving.Two);

        Assert.That(moving.Partition.Bounds, Is.EqualTo(new LogBounds(0, 2, 3, 3)));
        var read = await moving.Partition.ReadAsync(0, 1 << 20, FetchIsolation.TxnCommitted, minOneBatch: true);
        Assert.That(read.AbortedTransactions, Has.One.Matches<AbortedTransaction>(aborted => aborted is { ProducerId: 5, FirstOffset: 0, LastOffset: 1 }));
        read.Records.Release();
    }

    [Test]
    public async Task A_verification_that_is_under_way_counts_in_the_log_that_has_taken_the_place()
    {
        var moving = await OpenAsync();
        var batch = new TestBatch { ProducerId = 5, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true };
        var guard = moving.Partition.StartTransactionVerification(new(5, 0), 0, false);
        var ended = moving.Partition.StartTransactionVerification(new(6, 0), 0, false);
        await moving.AppendAsync(TestBatch.Marker(6, 0, isAbort: true), AppendOrigin.Coordinator);

        await moving.MoveAsync(moving.Two);

        Assert.That(moving.Partition.Log.Directory.Path, Is.EqualTo(moving.Two));
        Assert.That((await moving.AppendAsync((batch with { ProducerId = 6 }).Build("late"), guard: ended)).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
        Assert.That((await moving.AppendAsync(batch.Build("stranger"), guard: new())).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
        Assert.That((await moving.AppendAsync(batch.Build("verified"), guard: guard)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task All_of_a_producers_last_batches_are_known_after_a_move()
    {
        var moving = await OpenAsync();
        for (var i = 0; i < 5; i++)
            await moving.AppendAsync(new TestBatch { ProducerId = 5, ProducerEpoch = 0, BaseSequence = i }.Build("once"));

        await moving.MoveAsync(moving.Two);

        var again = await moving.AppendAsync(new TestBatch { ProducerId = 5, ProducerEpoch = 0, BaseSequence = 0 }.Build("once"));
        Assert.That((again.Error, again.IsDuplicate, again.BaseOffset), Is.EqualTo((ErrorCode.None, true, 0)));
    }

    [Test]
    public async Task What_is_appended_and_deleted_while_it_moves_is_there_in_the_end()
    {
        var moving = await OpenAsync(TopicConfig.Default with { SegmentBytes = 2 << 20 });
        for (var i = 0; i < 6; i++)
            await moving.AppendAsync(new string('x', 600_000));
        var move = moving.Begin();
        var advances = 0;
        while (move.Advance())
        {
            if (advances++ == 1)
                await moving.Partition.AdvanceLogStartAsync(5);
            if (advances < 4)
                await moving.AppendAsync($"late {advances}");
        }

        Assert.That(advances, Is.GreaterThan(2), "it was not done at once");
        Assert.That(moving.Partition.Log.Directory.Path, Is.EqualTo(moving.Two));
        Assert.That((await moving.ReadAsync())[1..], Is.EqualTo(new[] { "late 1", "late 2", "late 3" }));
        Assert.That(moving.Partition.Bounds.LogStartOffset, Is.EqualTo(5));
    }

    [Test]
    public async Task A_reader_of_the_old_log_finishes_its_read()
    {
        var moving = await OpenAsync();
        await moving.AppendAsync("a");
        var read = await moving.Partition.ReadAsync(0, 1000, FetchIsolation.HighWatermark, minOneBatch: true);
        var before = moving.Partition.Log;

        await moving.MoveAsync(moving.Two);

        Assert.That(TestBroker.ValuesOf(read.Records), Is.EqualTo(new[] { "a" }));
        read.Records.Release();
        Assert.That((await before.AppendAsync(TestBatch.Of("b"), 0, AppendOrigin.Client)).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [Test]
    public async Task What_would_change_a_frozen_log_waits_and_goes_on_then()
    {
        var moving = await OpenAsync();
        var log = moving.Partition.Log;
        log.Freeze();
        var first = moving.AppendAsync("first");
        var second = moving.AppendAsync("second");
        var deleted = moving.Partition.AdvanceLogStartAsync(1).AsTask();
        Assert.That((first.IsCompleted, second.IsCompleted, deleted.IsCompleted), Is.EqualTo((false, false, false)));

        log.Thaw();

        Assert.That(((await first).BaseOffset, (await second).BaseOffset), Is.EqualTo((0, 1)));
        Assert.That((await deleted).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task What_waits_for_a_log_in_place_of_a_frozen_one_goes_before_what_comes_later()
    {
        var moving = await OpenAsync();
        var frozen = moving.Partition.Log;
        var replacing = moving.Logs.Futures.Create(frozen, moving.Logs.Directories[1]);
        frozen.Freeze();
        var waiting = Enumerable.Range(0, 50).Select(i => moving.AppendAsync($"{i}")).ToList();
        moving.Partition.Replace(replacing);
        waiting.Add(moving.AppendAsync("50"));
        Assert.That(waiting.TrueForAll(append => !append.IsCompleted), Is.True);

        frozen.Thaw();

        Assert.That((await Task.WhenAll(waiting)).Select(info => info.BaseOffset), Is.EqualTo(Enumerable.Range(0, 51)));
        Assert.That(moving.AppendAsync("51").IsCompleted, Is.True, "nobody waits any more");
        Assert.That(moving.Partition.Bounds.LogEndOffset, Is.EqualTo(52));
    }

    [Test]
    public async Task A_log_that_is_closed_while_it_is_frozen_refuses_what_waits()
    {
        var moving = await OpenAsync();
        var log = moving.Partition.Log;
        log.Freeze();
        var append = moving.AppendAsync("first");
        log.Close();
        log.Thaw();

        Assert.That((await append).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [Test]
    public async Task A_move_that_was_cut_short_goes_on_after_a_restart()
    {
        var moving = await OpenAsync(TopicConfig.Default with { SegmentBytes = 2 << 20 });
        for (var i = 0; i < 4; i++)
            await moving.AppendAsync(new string((char)('a' + i), 600_000));
        moving.Begin().Advance();
        moving = await ReopenAsync(moving);
        var copied = moving.Logs.Futures.Find(MovingPartition.Id)!.Bounds.LogEndOffset;
        Assert.That((copied, moving.Partition.Log.Directory.Path), Is.EqualTo((1, moving.One)));

        await moving.ResumeAsync();

        Assert.That(moving.Partition.Log.Directory.Path, Is.EqualTo(moving.Two));
        Assert.That((await moving.ReadAsync()).ConvertAll(value => value[0]), Is.EqualTo("abcd"));
    }

    [Test]
    public async Task What_was_copied_is_dropped_when_the_log_has_other_records_there_after_a_crash()
    {
        var moving = await OpenAsync(TopicConfig.Default with { SegmentBytes = 2 << 20 });
        for (var i = 0; i < 4; i++)
            await moving.AppendAsync(new string((char)('a' + i), 600_000));
        moving.Begin().Advance();
        await moving.Partition.Log.TruncateAsync(0);
        await moving.AppendAsync("other", "records");
        moving = await ReopenAsync(moving);

        await moving.ResumeAsync();

        Assert.That(moving.Partition.Log.Directory.Path, Is.EqualTo(moving.Two));
        Assert.That(await moving.ReadAsync(), Is.EqualTo(new[] { "other", "records" }));
    }

    [Test]
    public async Task Back_to_where_the_partition_is_ends_the_move()
    {
        var moving = await OpenWaitingAsync();
        await moving.MoveAsync(moving.Two);
        Assert.That(FuturesIn(moving.Two), Is.EqualTo(1));

        Assert.That(await moving.MoveAsync(moving.One), Is.EqualTo(ErrorCode.None));

        Assert.That((FuturesIn(moving.Two), moving.Logs.Futures.All.Count()), Is.EqualTo((0, 0)));
        Assert.That((await moving.AppendAsync("b")).BaseOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task A_move_to_a_third_directory_ends_the_one_to_the_second()
    {
        var moving = await OpenWaitingAsync();
        await moving.MoveAsync(moving.Two);

        Assert.That(await moving.MoveAsync(moving.Three), Is.EqualTo(ErrorCode.None));

        Assert.That((FuturesIn(moving.Two), FuturesIn(moving.Three)), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task The_same_move_again_changes_nothing()
    {
        var moving = await OpenWaitingAsync();
        await moving.MoveAsync(moving.Two);
        var future = moving.Logs.Futures.All.Single();

        Assert.That(await moving.MoveAsync(moving.Two), Is.EqualTo(ErrorCode.None));

        Assert.That(moving.Logs.Futures.All.Single(), Is.SameAs(future));
    }

    [Test]
    public async Task A_partition_that_is_deleted_while_it_moves_leaves_nothing()
    {
        var moving = await OpenWaitingAsync();
        await moving.MoveAsync(moving.Two);

        await moving.Moves.CancelAsync([MovingPartition.Id]);
        await moving.Logs.DeleteLogAsync(MovingPartition.Id);
        moving.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(disk.ListDirectories(moving.One).Concat(disk.ListDirectories(moving.Two)), Is.Empty);
    }

    [Test]
    public async Task A_stop_while_it_moves_keeps_what_was_copied()
    {
        var moving = await OpenWaitingAsync();
        await moving.MoveAsync(moving.Two);
        moving = await ReopenAsync(moving);

        await moving.ResumeAsync();

        Assert.That(moving.Partition.Log.Directory.Path, Is.EqualTo(moving.Two));
        Assert.That(await moving.ReadAsync(), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_log_is_cleaned_again_when_its_move_has_ended()
    {
        var moving = await OpenWaitingAsync();
        await moving.MoveAsync(moving.Two);
        Assert.That(await moving.MoveAsync(moving.One), Is.EqualTo(ErrorCode.None));

        Assert.That(moving.Logs.Cleaner.TryPause(MovingPartition.Id), Is.True);
        moving.Logs.Cleaner.Resume(MovingPartition.Id);
        // Nobody holds a pause any more.
        Assert.That(() => moving.Logs.Cleaner.Resume(MovingPartition.Id), Throws.InstanceOf<KeyNotFoundException>());
    }

    [Test]
    public async Task A_future_log_of_no_partition_is_set_aside()
    {
        var moving = await OpenAsync();
        moving.Begin();
        moving = await ReopenAsync(moving);

        await moving.Moves.ResumeAsync(_ => null);

        Assert.That(disk.ListDirectories(moving.Two).Single(), Does.EndWith("-stray"));
    }

    [Test]
    public async Task A_target_that_fails_leaves_the_partition_where_it_is()
    {
        var moving = await OpenAsync();
        await moving.AppendAsync("a");
        var move = moving.Begin();
        disk.FailsUnder = moving.Two;

        Assert.That(move.Advance(), Is.False);

        Assert.That(moving.Partition.Log.Directory.Path, Is.EqualTo(moving.One));
        Assert.That(moving.Logs.Directories[1].IsOffline, Is.True);
        Assert.That((await moving.AppendAsync("b")).BaseOffset, Is.EqualTo(1));
        Assert.That(await moving.MoveAsync(moving.Two), Is.EqualTo(ErrorCode.KafkaStorageError));
    }

    [Test]
    public async Task The_last_offsets_of_a_log_without_records_come_along()
    {
        var moving = await OpenAsync();
        await moving.AppendAsync("a", "b");
        await moving.Partition.AdvanceLogStartAsync(2);
        await moving.MoveAsync(moving.Two);
        moving = await ReopenAsync(moving);

        Assert.That(moving.Partition.Bounds, Is.EqualTo(new LogBounds(2, 2, 2, 2)));
        Assert.That((await moving.AppendAsync("c")).BaseOffset, Is.EqualTo(2));
    }

    [Test]
    public async Task A_partition_that_comes_back_leaves_nothing_of_its_first_stay_behind()
    {
        var moving = await OpenAsync();
        await moving.AppendAsync("a");
        await moving.MoveAsync(moving.Two);
        await moving.AppendAsync("b");
        await moving.MoveAsync(moving.One);

        moving = await ReopenAsync(moving, isClean: false);

        Assert.That(moving.Partition.Log.Directory.Path, Is.EqualTo(moving.One));
        Assert.That(await moving.ReadAsync(), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(disk.ListDirectories(moving.Two), Is.Empty);
    }

    async Task<MovingPartition> OpenAsync(TopicConfig? config = null)
    {
        opened.Add(new(disk, "data", config ?? TopicConfig.Default));
        await opened[^1].OpenAsync();
        return opened[^1];
    }

    async Task<MovingPartition> OpenWaitingAsync()
    {
        opened.Add(new(disk, "data", TopicConfig.Default, movesAtOnce: false));
        await opened[^1].OpenAsync();
        await opened[^1].AppendAsync("a");
        return opened[^1];
    }

    int FuturesIn(string directory) => disk.ListDirectories(directory).Count(name => name.EndsWith("-future", StringComparison.Ordinal));

    async Task<MovingPartition> ReopenAsync(MovingPartition moving, bool isClean = true)
    {
        await moving.Moves.StopAsync();
        if (isClean)
            await moving.Logs.CloseAsync();
        moving.Logs.Dispose();
        return await OpenAsync(TopicConfig.Default with { SegmentBytes = 2 << 20 });
    }
}
