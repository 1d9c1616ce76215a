using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Partitions;

/// <summary>Whenever the power goes or an operation fails while a partition moves, a restart finds it once, with all that was flushed.</summary>
public sealed class ReplicaMoveCrashTests
{
    const int MostOperations = 140;

    static readonly TopicConfig flushed = TopicConfig.Default with { FlushMessages = 1, SegmentBytes = 300 };

    readonly FaultyFileSystem disk = new();

    [Test]
    public async Task After_a_power_cut_all_acknowledged_records_are_there_once([Range(0, MostOperations)] int operation, [Values(1, 2)] int seed)
    {
        var acknowledged = await MoveAsync(() => disk.DiesAt = disk.Operations + operation);
        disk.Crash(new Random((seed * 1000) + operation));
        await CheckAsync(acknowledged);
    }

    [Test]
    public async Task After_a_failed_operation_all_acknowledged_records_are_there_once([Range(0, MostOperations)] int operation)
    {
        var acknowledged = await MoveAsync(() => disk.FailsAt = disk.Operations + operation);
        disk.Repair();
        await CheckAsync(acknowledged);
    }

    [Test]
    public async Task The_operations_that_are_tried_are_those_of_the_whole_move()
    {
        var first = 0;
        await MoveAsync(() => first = disk.Operations);

        Assert.That(disk.ListDirectories("two"), Is.EqualTo(new[] { "orders-0" }));
        Assert.That(disk.Operations - first, Is.LessThan(MostOperations));
    }

    /// <summary>Appends, moves and appends again, while anything may fail; what was acknowledged is flushed.</summary>
    async Task<List<string>> MoveAsync(Action fault)
    {
        using var moving = new MovingPartition(disk, "", flushed);
        await moving.OpenAsync();
        var acknowledged = new List<string>();
        await AppendAsync(moving, acknowledged, 0, 6);
        await moving.Partition.AdvanceLogStartAsync(1);
        acknowledged.RemoveAt(0);
        fault();
        await moving.MoveAsync(moving.Two);
        await AppendAsync(moving, acknowledged, 6, 10);
        return acknowledged;
    }

    async Task CheckAsync(List<string> acknowledged)
    {
        using var moving = new MovingPartition(disk, "", flushed);
        await moving.OpenAsync();
        await moving.ResumeAsync();
        var found = await moving.ReadAsync();
        Assert.That(found.Take(acknowledged.Count), Is.EqualTo(acknowledged), "what was acknowledged");
        Assert.That(found, Is.Unique);
        Assert.That(moving.Partition.Bounds.LogStartOffset, Is.EqualTo(1));
        Assert.That(moving.Logs.Logs.Count(log => log.Partition == MovingPartition.Id), Is.EqualTo(1));
        Assert.That(moving.Logs.Futures.All, Is.Empty);
        Assert.That((await moving.AppendAsync("after")).BaseOffset, Is.EqualTo(1 + found.Count));
        await moving.Logs.CloseAsync();
    }

    static async Task AppendAsync(MovingPartition moving, List<string> acknowledged, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if ((await moving.AppendAsync($"value {i}")).Error != ErrorCode.None)
                return;
            acknowledged.Add($"value {i}");
        }
    }
}
