using NettyKafka.Codec.Wire;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Partitions;

/// <summary>On the real disk, with threads: nothing is lost or reordered while a partition goes back and forth under load.</summary>
public sealed class ReplicaMoveOnDiskTests : IDisposable
{
    const int Appends = 3000;
    const int Moves = 6;

    readonly TemporaryDirectory temporary = new();

    public void Dispose() => temporary.Dispose();

    [TestCase(long.MaxValue)]
    [TestCase(1)]
    public async Task Appends_and_reads_go_on_while_the_partition_moves(long flushMessages)
    {
        var config = TopicConfig.Default with { SegmentBytes = 20_000, FlushMessages = flushMessages, FileDeleteDelayMs = 0 };
        using var moving = new MovingPartition(new DiskFileSystem(), temporary.Path, config, threads: 3);
        await moving.OpenAsync();
        var appending = AppendAsync(moving);
        var moves = 0;
        for (; moves < Moves; moves++)
        {
            var from = moving.Partition.Log;
            Assert.That(await moving.MoveAsync(moves % 2 == 0 ? moving.Two : moving.One), Is.EqualTo(ErrorCode.None));
            while (moving.Partition.Log == from)
                await moving.ReadAsync();
        }

        var appended = await appending;

        Assert.That(await moving.ReadAsync(), Is.EqualTo(appended));
        await moving.Moves.StopAsync();
        await moving.Logs.CloseAsync();
    }

    static async Task<List<string>> AppendAsync(MovingPartition moving)
    {
        var appended = new List<string>();
        for (var i = 0; i < Appends; i++)
        {
            await Task.Yield();
            var info = await moving.AppendAsync($"value {i}");
            Assert.That((info.Error, info.BaseOffset), Is.EqualTo((ErrorCode.None, (long)i)));
            appended.Add($"value {i}");
        }

        return appended;
    }
}
