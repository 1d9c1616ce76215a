using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

/// <summary>Whenever the power goes, while a snapshot is taken or older ones are deleted too, what was answered is there afterwards.</summary>
public sealed class MetadataCrashTests
{
    const int Changes = 6;

    static readonly (string Name, string Value)[] settings =
        [("metadata.log.max.record.bytes.between.snapshots", "300"), ("metadata.max.retention.bytes", "2000"), ("metadata.log.segment.bytes", "8388608")];

    readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));

    [Test]
    public async Task Committed_metadata_is_there_after_a_crash_at_any_step([Values(0L, 7L, long.MaxValue)] long kept)
    {
        for (var steps = 0; ; steps++)
        {
            var disk = new StoppingFileSystem();
            await using (await TestCluster.OpenAsync(disk, time, settings))
            {
            }

            var acknowledged = await ChangeAsync(disk, failing: 0, () => disk.StepsLeft = steps);
            var isWhole = disk.StepsLeft > 0;
            await ExpectAsync(disk.Crash(_ => kept), acknowledged);
            if (isWhole)
            {
                Assert.That(steps, Is.GreaterThan(6 * Changes), "records, snapshots, flushes and renames are steps");
                return;
            }
        }
    }

    [Test]
    public async Task Committed_metadata_is_there_after_a_crash_at_any_step_of_a_start([Values(0L, 7L, long.MaxValue)] long kept)
    {
        for (var steps = 0; ; steps++)
        {
            var disk = new StoppingFileSystem();
            var acknowledged = await ChangeAsync(disk, failing: Changes, () => { });
            disk.StepsLeft = steps;
            var isWhole = true;
            try
            {
                (await TestCluster.OpenAsync(disk, time, settings)).Abandon();
            }
            catch (IOException)
            {
                isWhole = false;
            }

            await ExpectAsync(disk.Crash(_ => kept), acknowledged);
            if (isWhole)
            {
                Assert.That(steps, Is.GreaterThan(10), "a start writes the epoch, the log and the checkpoints");
                return;
            }
        }
    }

    [Test]
    public async Task What_is_crashed_here_takes_snapshots_and_deletes_older_ones()
    {
        var disk = new FaultyFileSystem();

        await ChangeAsync(disk, failing: Changes, () => { });

        var snapshots = disk.ListFiles(TestCluster.LogPath).Where(name => name.EndsWith(".checkpoint", StringComparison.Ordinal)).ToList();
        Assert.That(snapshots, Has.Count.InRange(1, 2));
        Assert.That(disk.ReadAllBytes("data/log-start-offset-checkpoint"), Does.Contain((byte)'_'), "the log start has moved");
    }

    [Test]
    public async Task Committed_metadata_is_there_after_a_crash_at_any_write([Values(0L, 7L, long.MaxValue)] long kept)
    {
        for (var writes = 0; ; writes++)
        {
            var disk = new FaultyFileSystem();
            var isWhole = await CrashAsync(disk, kept, () => disk.WritesBeforeFailure = writes);
            if (isWhole)
            {
                Assert.That(writes, Is.GreaterThan(3 * Changes), "records, epochs, headers, data and footers are written");
                return;
            }
        }
    }

    [Test]
    public async Task Committed_metadata_is_there_after_a_crash_when_the_disk_is_full([Values(0L, 7L, long.MaxValue)] long kept)
    {
        for (var bytes = 0; ; bytes += 211)
        {
            var disk = new FaultyFileSystem();
            if (await CrashAsync(disk, kept, () => disk.FreeBytes = bytes))
            {
                Assert.That(bytes, Is.GreaterThan(10 * 211), "the disk was full in records and in snapshots");
                return;
            }
        }
    }

    [Test]
    public async Task Committed_metadata_is_there_after_a_crash_after_any_change([Range(0, Changes)] int failing, [Values(0L, 7L, long.MaxValue)] long kept)
    {
        var disk = new FaultyFileSystem();
        var acknowledged = await ChangeAsync(disk, failing, () => disk.FailsFlush = true);

        disk.Crash(_ => kept);
        await ExpectAsync(disk, acknowledged);
    }

    /// <summary>Runs into a failure from a first start on; true when it was too late to meet one.</summary>
    async Task<bool> CrashAsync(FaultyFileSystem disk, long kept, Action fail)
    {
        await using (await TestCluster.OpenAsync(disk, time, settings))
        {
        }

        var acknowledged = await ChangeAsync(disk, failing: 0, fail);
        disk.Crash(_ => kept);
        await ExpectAsync(disk, acknowledged);
        return acknowledged.Count == Changes;
    }

    async Task<List<string>> ChangeAsync(IFileSystem disk, int failing, Action fail)
    {
        List<string> acknowledged = [];
        TestCluster? cluster = null;
        try
        {
            cluster = await TestCluster.OpenAsync(disk, time, settings);
            for (var i = 0; i < Changes; i++)
            {
                if (i == failing)
                    fail();
                if (await cluster.SetAsync($"config{i}", new('x', 150)) == ErrorCode.None)
                    acknowledged.Add($"config{i}");
            }
        }
        finally
        {
            cluster?.Abandon();
        }

        return acknowledged;
    }

    async Task ExpectAsync(FaultyFileSystem disk, List<string> acknowledged)
    {
        for (var start = 0; start < 2; start++)
        {
            await using var cluster = await TestCluster.OpenAsync(disk, time, settings);
            Assert.That(cluster.Configs.Keys, Is.SupersetOf(acknowledged));
            Assert.That(await cluster.SetAsync($"start{start}", "1"), Is.EqualTo(ErrorCode.None), "and it goes on");
            acknowledged = [.. acknowledged, $"start{start}"];
        }
    }
}
