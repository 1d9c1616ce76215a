using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NettyKafka.Server;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

/// <summary>When snapshots are taken and older ones go, while some cannot be written or read.</summary>
public sealed class SnapshotGeneratorTests
{
    readonly FaultyFileSystem disk = new();
    readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));

    string[] Snapshots => [.. disk.ListFiles(TestCluster.LogPath).Where(name => name.EndsWith(".checkpoint", StringComparison.Ordinal)).Order()];

    [Test]
    public async Task A_snapshot_that_could_not_be_written_is_tried_again_a_minute_later_without_a_change()
    {
        await using var cluster = await TestCluster.OpenAsync(disk, time);
        await cluster.SetAsync("a", "1");
        disk.FreeBytes = 100;
        time.Advance(TimeSpan.FromHours(1));
        Assert.That(Snapshots, Is.Empty);
        disk.FreeBytes = long.MaxValue;

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(Snapshots, Has.Length.EqualTo(1));
        time.Advance(TimeSpan.FromHours(5));
        Assert.That(Snapshots, Has.Length.EqualTo(1), "nothing has changed");
    }

    [Test]
    public async Task A_snapshot_that_could_not_be_written_is_not_tried_again_with_every_change()
    {
        await using var cluster = await TestCluster.OpenAsync(disk, time, ("metadata.log.max.record.bytes.between.snapshots", "1"), ("metadata.log.max.snapshot.interval.ms", "0"));
        var before = Snapshots.Length;
        disk.FreeBytes = 150;
        await cluster.SetAsync("a", "1");
        disk.FreeBytes = long.MaxValue;

        await cluster.SetAsync("b", "2");
        Assert.That(Snapshots.Length, Is.EqualTo(before));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Snapshots.Length, Is.EqualTo(before + 1));
        await cluster.SetAsync("c", "3");
        Assert.That(Snapshots.Length, Is.EqualTo(before + 2), "it can be written again");
    }

    [Test]
    public async Task Nothing_looks_at_snapshots_before_the_first_image_is_there()
    {
        var timers = new CountingTimeProvider();
        await using var storage = await BrokerStorage.OpenAsync(BrokerConfig.Create(new Dictionary<string, string> { ["log.dirs"] = TestCluster.Directory }), disk, timers, NullLoggerFactory.Instance);
        var before = timers.Count;

        var log = await storage.OpenMetadataLogAsync();
        Assert.That(timers.Count, Is.EqualTo(before));
        await new ClusterMetadata(storage.ClusterId, log, [new(1, null)]).LoadAsync();

        Assert.That(timers.Count, Is.EqualTo(before + 1));
    }

    [Test]
    public async Task By_time_a_snapshot_that_cannot_be_read_goes_when_a_newer_one_is_whole()
    {
        await using var cluster = await TestCluster.OpenAsync(disk, time, ("metadata.max.retention.ms", "86400000"));
        await SetWithSnapshotAsync(cluster, "a");
        await SetWithSnapshotAsync(cluster, "b");
        await SetWithSnapshotAsync(cluster, "c");
        var newest = Snapshots[^1];
        Damage(Snapshots[0]);
        Damage(Snapshots[1]);

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.That(Snapshots, Is.EqualTo(new[] { newest }));
    }

    [Test]
    public async Task By_time_nothing_goes_while_the_newest_snapshot_cannot_be_read()
    {
        await using (var cluster = await TestCluster.OpenAsync(disk, time, ("metadata.max.retention.ms", "86400000")))
        {
            await SetWithSnapshotAsync(cluster, "a");
            await SetWithSnapshotAsync(cluster, "b");
            foreach (var name in Snapshots)
                Damage(name);

            time.Advance(TimeSpan.FromMinutes(1));

            Assert.That(Snapshots, Has.Length.EqualTo(2));
        }

        await using var again = await TestCluster.OpenAsync(disk, time);
        Assert.That(again.Configs.Keys, Is.EqualTo(new[] { "a", "b" }), "the log has it all");
    }

    async Task SetWithSnapshotAsync(TestCluster cluster, string name)
    {
        await cluster.SetAsync(name, "1");
        time.Advance(TimeSpan.FromHours(1));
    }

    void Damage(string name)
    {
        using var file = disk.Open(Path.Combine(TestCluster.LogPath, name));
        file.Write([0xFF], 30);
    }

    /// <summary>Counts the timers that are made.</summary>
    sealed class CountingTimeProvider : FakeTimeProvider
    {
        public int Count { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Count++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
