using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

/// <summary>The metadata log as a single voter's leader keeps it: epochs, snapshots, what a crash leaves of them.</summary>
public sealed class MetadataLogTests
{
    readonly MemoryFileSystem files = new();
    readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));

    string[] Snapshots => [.. files.ListFiles(TestCluster.LogPath).Where(name => name.EndsWith(".checkpoint", StringComparison.Ordinal)).Order()];

    string QuorumStateText => System.Text.Encoding.UTF8.GetString(files.ReadAllBytes(Path.Combine(TestCluster.LogPath, "quorum-state")));

    [Test]
    public async Task Every_start_is_a_leader_epoch_of_its_own_in_quorum_state_and_log()
    {
        await using (await OpenAsync())
            Assert.That(QuorumStateText, Is.EqualTo("""{"clusterId":"","leaderId":1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}"""));
        await using (await OpenAsync())
            Assert.That(QuorumState.Read(files, TestCluster.LogPath), Is.EqualTo(new QuorumState(1, 2)));

        var records = Batches("00000000000000000000.log").ConvertAll(batch => (batch.Epoch, batch.IsControl, Convert.ToHexString(batch.Records.Single().Key!), Convert.ToHexString(batch.Records.Single().Value!)));
        Assert.That(records, Is.EqualTo(new[]
        {
            (1, true, "00000002", "00000000000102000000010002000000010000"),
            (2, true, "00000002", "00000000000102000000010002000000010000"),
        }));
    }

    [Test]
    public async Task The_epoch_goes_on_from_what_was_elected_last()
    {
        files.CreateDirectory(TestCluster.LogPath);
        files.WriteAtomically(Path.Combine(TestCluster.LogPath, "quorum-state"), """{"leaderId":-1,"leaderEpoch":41,"votedId":1,"votedDirectoryId":"uGAxzVCARB-3KyBtplY1Yg","data_version":1}"""u8);

        await using var cluster = await OpenAsync();

        Assert.That(cluster.Image.Epoch, Is.EqualTo(42));
    }

    [TestCase("""{"leaderId":1,"leaderEpoch":1,"votedId":-1,"data_version":2}""")]
    [TestCase("""{"leaderId":1,"data_version":1}""")]
    [TestCase("""{"leaderId":1,"leaderEpoch":"one","data_version":1}""")]
    [TestCase("")]
    public void A_quorum_state_that_cannot_be_read_is_refused(string content)
    {
        files.CreateDirectory(TestCluster.LogPath);
        files.WriteAtomically(Path.Combine(TestCluster.LogPath, "quorum-state"), System.Text.Encoding.UTF8.GetBytes(content));

        Assert.That(OpenAsync, Throws.InstanceOf<IOException>().With.Message.Contains("quorum-state"));
    }

    [Test]
    public async Task The_voters_of_a_formatted_directory_go_from_its_first_snapshot_into_the_log()
    {
        files.CreateDirectory(TestCluster.LogPath);
        files.WriteAtomically(Path.Combine(TestCluster.LogPath, "00000000000000000000-0000000000.checkpoint"), KafkaSample.Files["__cluster_metadata-0/00000000000000000000-0000000000.checkpoint"]);

        await using (await OpenAsync())
            Assert.That(QuorumStateText, Is.EqualTo("""{"leaderId":1,"leaderEpoch":1,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}"""));

        var kafka = KafkaSample.Files["__cluster_metadata-0/00000000000000000000.log"];
        var first = new RecordBatch(kafka.AsSpan(0, 174)).ReadRecords();
        var expected = new List<string>();
        foreach (var record in first)
            expected.Add($"{Convert.ToHexString(record.Key)} {Convert.ToHexString(record.Value)}");
        Assert.That(Batches("00000000000000000000.log").Single().Records.Select(record => $"{Convert.ToHexString(record.Key!)} {Convert.ToHexString(record.Value!)}"), Is.EqualTo(expected), "as Kafka's first epoch begins");
    }

    [Test]
    public async Task A_snapshot_is_taken_after_enough_bytes()
    {
        await using var cluster = await OpenAsync(("metadata.log.max.record.bytes.between.snapshots", "1000"));
        await cluster.SetAsync("a", "1");
        Assert.That(Snapshots, Is.Empty);

        await cluster.SetAsync("b", new('x', 1000));

        Assert.That(Snapshots, Is.EqualTo(new[] { $"{cluster.Image.Offset + 1:D20}-0000000001.checkpoint" }));
    }

    [Test]
    public async Task A_snapshot_is_taken_after_the_interval_if_something_has_changed()
    {
        await using var cluster = await OpenAsync();
        await cluster.SetAsync("a", "1");

        time.Advance(TimeSpan.FromMinutes(59));
        Assert.That(Snapshots, Is.Empty);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Snapshots, Has.Length.EqualTo(1));
        time.Advance(TimeSpan.FromHours(5));
        Assert.That(Snapshots, Has.Length.EqualTo(1), "nothing has changed");
    }

    [Test]
    public async Task Without_an_interval_time_takes_no_snapshot()
    {
        await using var cluster = await OpenAsync(("metadata.log.max.snapshot.interval.ms", "0"));
        await cluster.SetAsync("a", "1");

        time.Advance(TimeSpan.FromDays(1));

        Assert.That(Snapshots, Is.Empty);
    }

    [Test]
    public async Task What_is_in_a_snapshot_need_not_be_in_the_log()
    {
        await SnapshotsAsync(2);
        DeleteLogFiles();

        await using var cluster = await OpenAsync();

        Assert.That(cluster.Configs, Is.EqualTo(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }));
        Assert.That(cluster.Image.Offset, Is.GreaterThan(SnapshotId(^1).Offset - 1), "the log goes on behind the snapshot");
        Assert.That(await cluster.SetAsync("c", "3"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_log_that_a_crash_has_cut_off_below_a_snapshot_begins_anew_at_its_end()
    {
        await SnapshotsAsync(1);
        var end = SnapshotId(0).Offset;
        using (var log = files.Open(Path.Combine(TestCluster.LogPath, "00000000000000000000.log")))
            log.SetLength(100);
        files.DeleteFile(Path.Combine(TestCluster.Directory, ".kafka_cleanshutdown"));
        files.DeleteFile(Path.Combine(TestCluster.Directory, "recovery-point-offset-checkpoint"));

        await using (var cluster = await OpenAsync())
        {
            Assert.That(cluster.Configs.Keys, Is.EqualTo(new[] { "a" }));
            Assert.That(cluster.Image.Offset, Is.EqualTo(end), "the first record is that of the new epoch");
            Assert.That(files.ListFiles(TestCluster.LogPath).Where(name => name.EndsWith(".log", StringComparison.Ordinal)), Is.EqualTo(new[] { $"{end:D20}.log" }));
            await cluster.SetAsync("b", "2");
        }

        await using var again = await OpenAsync();
        Assert.That(again.Configs.Keys, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task A_log_without_its_beginning_and_without_a_snapshot_is_refused()
    {
        await SnapshotsAsync(2, ("metadata.max.retention.bytes", "0"));
        foreach (var name in Snapshots)
            files.DeleteFile(Path.Combine(TestCluster.LogPath, name));

        Assert.That(OpenAsync, Throws.InstanceOf<IOException>().With.Message.Contains("no snapshot has what is before"));
    }

    [Test]
    public async Task A_damaged_snapshot_is_passed_over_while_the_log_has_what_it_had([Values(0, 1, 2)] int damaged)
    {
        await SnapshotsAsync(2);
        foreach (var name in Snapshots.Reverse().Take(damaged))
            Damage(name);

        await using var cluster = await OpenAsync();

        Assert.That(cluster.Configs, Is.EqualTo(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }));
    }

    [Test]
    public async Task A_damaged_snapshot_is_refused_by_file_and_position_when_nothing_else_has_what_it_had()
    {
        await SnapshotsAsync(2, ("metadata.max.retention.bytes", "0"));
        Damage(Snapshots.Single());

        Assert.That(OpenAsync, Throws.InstanceOf<IOException>().With.Message.Contains($"{Snapshots.Single()} is damaged at position 0"));
    }

    [Test]
    public async Task What_is_left_of_an_unfinished_snapshot_is_deleted()
    {
        await SnapshotsAsync(1);
        files.WriteAtomically(Path.Combine(TestCluster.LogPath, "00000000000000000009-0000000001-7.checkpoint.part"), "half"u8);

        await using var cluster = await OpenAsync();

        Assert.That(files.ListFiles(TestCluster.LogPath).Where(name => name.Contains(".part", StringComparison.Ordinal)), Is.Empty);
        Assert.That(cluster.Configs.Keys, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task By_size_the_log_starts_where_the_next_snapshot_ends_and_the_last_one_stays()
    {
        await SnapshotsAsync(3, ("metadata.max.retention.bytes", "1"));

        Assert.That(Snapshots, Has.Length.EqualTo(1));
        await using var cluster = await OpenAsync();
        Assert.That(cluster.Configs, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task By_time_a_snapshot_goes_when_what_it_contains_is_old_enough()
    {
        await using var cluster = await OpenAsync(("metadata.max.retention.ms", "86400000"));
        await cluster.SetAsync("a", "1");
        time.Advance(TimeSpan.FromHours(2));
        var first = Snapshots.Single();
        await cluster.SetAsync("b", "2");
        time.Advance(TimeSpan.FromHours(2));
        Assert.That(Snapshots, Has.Length.EqualTo(2).And.Member(first));

        time.Advance(TimeSpan.FromHours(21));

        Assert.That(Snapshots, Has.Length.EqualTo(1).And.No.Member(first));
    }

    [Test]
    public async Task A_transaction_that_its_leader_has_not_ended_is_aborted_at_the_start()
    {
        await using (var cluster = await OpenAsync())
        {
            await cluster.SetAsync("a", "1");
            await cluster.ChangeAsync(new MetadataRecord(BeginTransactionRecord.RecordType, 0, MessageEncoding.Encode(new BeginTransactionRecord { Name = "test" }, 0)));
            await cluster.SetAsync("b", "2");
        }

        await using (var cluster = await OpenAsync())
        {
            Assert.That(cluster.Configs.Keys, Is.EqualTo(new[] { "a" }));
            await cluster.SetAsync("c", "3");
        }

        await using var again = await OpenAsync();
        Assert.That(again.Configs.Keys, Is.EqualTo(new[] { "a", "c" }));
    }

    [Test]
    public async Task No_snapshot_is_taken_within_a_transaction()
    {
        await using var cluster = await OpenAsync(("metadata.log.max.record.bytes.between.snapshots", "1"));
        await cluster.SetAsync("a", "1");
        var before = Snapshots;

        await cluster.ChangeAsync(new MetadataRecord(BeginTransactionRecord.RecordType, 0, MessageEncoding.Encode(new BeginTransactionRecord { Name = "test" }, 0)));
        await cluster.SetAsync("b", "2");
        Assert.That(Snapshots, Is.EqualTo(before));
        await cluster.ChangeAsync(new MetadataRecord(EndTransactionRecord.RecordType, 0, MessageEncoding.Encode(new EndTransactionRecord(), 0)));

        Assert.That(Snapshots, Has.Length.EqualTo(before.Length + 1));
    }

    [Test]
    public async Task On_a_disk_snapshots_are_taken_beside_the_changes()
    {
        using var directory = new TemporaryDirectory();
        var disk = new DiskFileSystem();
        var path = Path.Combine(directory.Path, TestCluster.LogPath);
        (string, string)[] settings = [("log.dirs", Path.Combine(directory.Path, TestCluster.Directory)), ("metadata.log.max.record.bytes.between.snapshots", "1"), ("metadata.max.retention.bytes", "1")];
        await using (var cluster = await TestCluster.OpenAsync(disk, time, settings))
        {
            for (var i = 0; i < 50; i++)
                await cluster.SetAsync($"config{i}", "1");
        }

        Assert.That(disk.ListFiles(path).Count(name => name.EndsWith(".checkpoint", StringComparison.Ordinal)), Is.InRange(1, 2), "older ones are deleted");
        Assert.That(disk.ListFiles(path), Has.None.EndsWith(".part"), "the last one was waited for");
        await using var again = await TestCluster.OpenAsync(disk, time, settings);
        Assert.That(again.Configs, Has.Count.EqualTo(50));
    }

    [Test]
    public async Task Records_of_unknown_types_come_through_a_snapshot_byte_for_byte()
    {
        MetadataRecord[] unknown = [new(500, 3, new byte[] { 1, 2, 3 }), new(501, 0, Array.Empty<byte>()), new(500, 3, new byte[] { 4 })];
        await using (var cluster = await OpenAsync())
        {
            await cluster.ChangeAsync(unknown);
            time.Advance(TimeSpan.FromHours(1));
        }

        DeleteLogFiles();
        await using var again = await OpenAsync();

        Assert.That(again.Image.Retained.All.Select(record => Convert.ToHexString(record.ToValue())), Is.EqualTo(unknown.Select(record => Convert.ToHexString(record.ToValue()))));
    }

    [Test]
    public async Task A_snapshot_that_cannot_be_written_leaves_all_as_it_is()
    {
        var disk = new FaultyFileSystem();
        await using (var cluster = await TestCluster.OpenAsync(disk, time))
        {
            await cluster.SetAsync("a", "1");
            disk.FreeBytes = 100;
            time.Advance(TimeSpan.FromHours(1));
            disk.FreeBytes = long.MaxValue;

            Assert.That(await cluster.SetAsync("b", "2"), Is.EqualTo(ErrorCode.None));
            time.Advance(TimeSpan.FromHours(1));
            Assert.That(disk.ListFiles(TestCluster.LogPath).Count(name => name.Contains(".checkpoint", StringComparison.Ordinal)), Is.EqualTo(1), "the next one is whole, and nothing is left of the first");
        }

        await using var again = await TestCluster.OpenAsync(disk, time);
        Assert.That(again.Configs.Keys, Is.EqualTo(new[] { "a", "b" }));
    }

    Task<TestCluster> OpenAsync() => TestCluster.OpenAsync(files, time);

    Task<TestCluster> OpenAsync(params (string Name, string Value)[] settings) => TestCluster.OpenAsync(files, time, settings);

    /// <summary>A cluster with configs a, b, … and a snapshot after each, stopped.</summary>
    async Task SnapshotsAsync(int count, params (string Name, string Value)[] settings)
    {
        await using var cluster = await OpenAsync(settings);
        for (var i = 0; i < count; i++)
        {
            await cluster.SetAsync($"{(char)('a' + i)}", $"{i + 1}");
            time.Advance(TimeSpan.FromHours(1));
        }
    }

    SnapshotId SnapshotId(Index index)
    {
        Assert.That(Server.Cluster.SnapshotId.TryParse(Snapshots[index], out var id));
        return id;
    }

    void DeleteLogFiles()
    {
        foreach (var name in files.ListFiles(TestCluster.LogPath).Where(name => !name.EndsWith(".checkpoint", StringComparison.Ordinal) && name != "quorum-state" && name != "partition.metadata"))
            files.DeleteFile(Path.Combine(TestCluster.LogPath, name));
    }

    void Damage(string name)
    {
        using var file = files.Open(Path.Combine(TestCluster.LogPath, name));
        file.Write([0xFF], 30);
    }

    List<(int Epoch, bool IsControl, List<(byte[]? Key, byte[]? Value)> Records)> Batches(string name)
    {
        List<(int, bool, List<(byte[]?, byte[]?)>)> batches = [];
        var rest = files.ReadAllBytes(Path.Combine(TestCluster.LogPath, name)).AsSpan();
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
        {
            List<(byte[]?, byte[]?)> records = [];
            foreach (var record in batch.ReadRecords())
                records.Add((record.HasKey ? record.Key.ToArray() : null, record.HasValue ? record.Value.ToArray() : null));
            batches.Add((batch.PartitionLeaderEpoch, batch.IsControl, records));
        }

        return batches;
    }
}
