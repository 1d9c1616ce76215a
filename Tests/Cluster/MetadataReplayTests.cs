using Microsoft.Extensions.Time.Testing;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

/// <summary>What the replay of a metadata log refuses, before anything is changed.</summary>
public sealed class MetadataReplayTests
{
    readonly MemoryFileSystem files = new();
    readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBatch.Now));

    static string LogFile => Path.Combine(TestCluster.LogPath, "00000000000000000000.log");

    static string UnfinishedSnapshot => Path.Combine(TestCluster.LogPath, "00000000000000000009-0000000001-7.checkpoint.part");

    [Test]
    public async Task A_log_with_a_wrong_byte_anywhere_is_refused_by_its_file()
    {
        await using (var cluster = await OpenAsync())
        {
            await cluster.SetAsync("a", "1");
            await cluster.SetAsync("b", "2");
        }

        var bytes = files.ReadAllBytes(LogFile);
        for (var position = 0; position < bytes.Length; position++)
        {
            // The leader epoch stands before what the CRC covers.
            if (position - BatchStartBefore(bytes, position) is >= 12 and < 16)
                continue;
            var stopped = new MemoryFileSystem();
            SampleFiles.Copy(files, stopped, TestCluster.Directory);
            using (var log = stopped.Open(LogFile))
                log.Write([(byte)(bytes[position] ^ 0x40)], position);

            Assert.That(() => TestCluster.OpenAsync(stopped, time), Throws.InstanceOf<IOException>().With.Message.Contains(LogFile), $"position {position}");
        }
    }

    [Test]
    public async Task What_is_corrupt_in_the_log_is_refused_by_file_and_offset()
    {
        await using (var cluster = await OpenAsync())
            await cluster.SetAsync("a", "value");
        using (var log = files.Open(LogFile))
            log.Write("V"u8, files.ReadAllBytes(LogFile).AsSpan().IndexOf("value"u8));

        Assert.That(OpenAsync, Throws.InstanceOf<IOException>().With.Message.EqualTo($"The metadata log in {LogFile} cannot be replayed at offset 1: the batch is corrupt"));
    }

    [Test]
    public async Task A_feature_that_is_not_served_is_refused_where_it_is_finalised_and_nothing_is_deleted([Values] bool isInSnapshot)
    {
        var cluster = await WithSnapshotAsync();
        var undecodable = new MetadataRecord(TopicRecord.RecordType, 0, new byte[] { 0xFF });
        if (isInSnapshot)
            WriteNewerSnapshot(cluster.Image.Offset + 100, Feature(30), undecodable);
        else
            Assert.That(() => cluster.ChangeAsync(Feature(30), undecodable), Throws.InstanceOf<IOException>());
        cluster.Abandon();
        files.WriteAtomically(UnfinishedSnapshot, "half"u8);
        var before = files.ListFiles(TestCluster.LogPath);

        Assert.That(OpenAsync, Throws.InstanceOf<IOException>().With.Message.EqualTo("The data directory has finalized metadata.version=30; this build serves up to 29"));
        Assert.That(files.ListFiles(TestCluster.LogPath), Is.EquivalentTo(before));
    }

    [Test]
    public async Task A_feature_below_what_is_served_is_refused_before_anything_is_deleted()
    {
        await (await WithSnapshotAsync()).DisposeAsync();
        WriteNewerSnapshot(100, Feature(6));
        files.WriteAtomically(UnfinishedSnapshot, "half"u8);
        var before = files.ListFiles(TestCluster.LogPath);

        Assert.That(OpenAsync, Throws.InstanceOf<IOException>().With.Message.EqualTo("The data directory has finalized metadata.version=6; this build serves 7 and above"));
        Assert.That(files.ListFiles(TestCluster.LogPath), Is.EquivalentTo(before));
    }

    Task<TestCluster> OpenAsync() => TestCluster.OpenAsync(files, time);

    async Task<TestCluster> WithSnapshotAsync()
    {
        var cluster = await OpenAsync();
        await cluster.SetAsync("a", "1");
        time.Advance(TimeSpan.FromHours(1));
        return cluster;
    }

    static MetadataRecord Feature(short level) => MetadataRecord.Of(new FeatureLevelRecord { Name = "metadata.version", FeatureLevel = level });

    void WriteNewerSnapshot(long offset, params MetadataRecord[] records)
    {
        var writer = new SnapshotWriter(epoch: 1);
        files.WriteAtomically(
            Path.Combine(TestCluster.LogPath, new SnapshotId(offset, 1).FileName),
            [.. writer.Header(0, QuorumImage.Empty, 0), .. writer.Data(records, 0).Single(), .. writer.Footer(0)]);
    }

    static int BatchStartBefore(byte[] log, int position)
    {
        var rest = log.AsSpan();
        var start = 0;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch) && start + batch.SizeInBytes <= position)
            start += batch.SizeInBytes;
        return start;
    }
}
