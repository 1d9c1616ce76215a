using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Cluster;

/// <summary>Snapshots are Kafka's byte for byte, and count only as a whole.</summary>
public sealed class SnapshotTests
{
    const string KafkaSnapshot = "__cluster_metadata-0/00000000000000000000-0000000000.checkpoint";
    const string File = "d/snapshot.checkpoint";

    static readonly Uuid orders = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");

    readonly MemoryFileSystem files = new();

    public SnapshotTests() => files.CreateDirectory("d");

    [TestCase("00000000000000000042-0000000007.checkpoint", 42, 7)]
    [TestCase("00000000000000000042-0000000007.checkpoint.part", null, null)]
    [TestCase("00000000000000000042-0000000007.checkpoint.deleted", null, null)]
    [TestCase("00000000000000000042-000000000x.checkpoint", null, null)]
    [TestCase("00000000000000000042.snapshot", null, null, Description = "a producer snapshot")]
    public void The_name_says_offset_and_epoch(string name, int? offset, int? epoch)
    {
        Assert.That(SnapshotId.TryParse(name, out var id), Is.EqualTo(offset is not null));
        if (offset is null)
            return;
        Assert.That(id, Is.EqualTo(new SnapshotId(offset.Value, epoch!.Value)));
        Assert.That(id.FileName, Is.EqualTo(name));
    }

    [Test]
    public void A_snapshot_by_Kafka_is_read()
    {
        files.WriteAtomically(File, KafkaSample.Files[KafkaSnapshot]);

        var image = SnapshotReader.ReadImage(files, File, new(0, 0));

        Assert.That((image.Offset, image.Epoch, image.LogTimeMs), Is.EqualTo((-1, 0, 1795360535801)));
        Assert.That(image.Quorum.KRaftVersion, Is.EqualTo(1));
        var voter = MessageEncoding.Decode<VotersRecord>(image.Quorum.Voters!.Value.ToArray(), 0).Voters.Single();
        Assert.That((voter.VoterId, voter.VoterDirectoryId.ToString()), Is.EqualTo((1, "uGAxzVCARB-3KyBtplY1Yg")));
    }

    [Test]
    public void A_snapshot_is_written_as_Kafka_writes_it()
    {
        var kafka = KafkaSample.Files[KafkaSnapshot];
        files.WriteAtomically(File, kafka);
        var image = SnapshotReader.ReadImage(files, File, new(0, 0));
        var times = TimesOf(kafka);

        var writer = new SnapshotWriter(epoch: 0);
        byte[] ours = [.. writer.Header(image.LogTimeMs, image.Quorum, times[0]), .. writer.Footer(times[1])];

        Assert.That(Convert.ToHexString(ours), Is.EqualTo(Convert.ToHexString(kafka)));
    }

    [Test]
    public void A_bootstrap_checkpoint_is_written_as_Kafka_writes_it()
    {
        var kafka = KafkaSample.Files[BootstrapCheckpoint.Name];
        files.WriteAtomically(File, kafka);
        var records = SnapshotReader.ReadRecords(files, File);
        var times = TimesOf(kafka);

        var writer = new SnapshotWriter(epoch: 0);
        byte[] ours = [.. writer.Header(0, QuorumImage.Empty, times[0]), .. writer.Data(records, times[1]).Single(), .. writer.Footer(times[2])];

        Assert.That(records.Select(record => record.Decode<FeatureLevelRecord>().Name), Has.Member("metadata.version").And.Member("transaction.version"));
        Assert.That(Convert.ToHexString(ours), Is.EqualTo(Convert.ToHexString(kafka)));
    }

    [Test]
    public void An_image_comes_back_from_its_records()
    {
        var image = Image();

        var again = SnapshotRecords.Of(image).Aggregate(ClusterImage.Empty, (next, record) => next.Replay(record));

        Assert.That(Hex(again), Is.EqualTo(Hex(image)));
        Assert.That(again.FindTopic("orders")!.Partitions[0].Leader, Is.EqualTo(4));
        Assert.That(again.NextProducerId, Is.EqualTo(2000));
        Assert.That(again.ConfigsOf(new(ConfigResourceType.Topic, "orders")), Is.EqualTo(new Dictionary<string, string> { ["retention.ms"] = "5" }));
        Assert.That(again.Features, Is.EqualTo(image.Features));
        Assert.That(Hex(again)[0], Is.EqualTo(Convert.ToHexString(MetadataRecord.Of(new FeatureLevelRecord { Name = "metadata.version", FeatureLevel = 29 }).ToValue())), "what says how to read the rest comes first");
    }

    [TestCase(7, 0)]
    [TestCase(16, 0, Description = "3.7-IV1 has no directories: nothing that Kafka has written there is lost")]
    [TestCase(17, 1)]
    [TestCase(22, 1)]
    [TestCase(23, 2)]
    [TestCase(29, 2)]
    public void Partitions_are_written_as_the_metadata_version_has_them(short metadataVersion, short expected)
    {
        var image = ClusterImage.Empty
            .Replay(MetadataRecord.Of(new FeatureLevelRecord { Name = "metadata.version", FeatureLevel = metadataVersion }))
            .Replay(MetadataRecord.Of(new TopicRecord { Name = "orders", TopicId = orders }))
            .Replay(MetadataRecord.Of(new PartitionRecord { PartitionId = 0, TopicId = orders, Replicas = [4], Isr = [4], Leader = 4, Directories = [orders], EligibleLeaderReplicas = [5] }, metadataVersion: 29));

        var written = SnapshotRecords.Of(image).Single(record => record.Type == PartitionRecord.RecordType);

        Assert.That(written.Version, Is.EqualTo(expected));
        var partition = written.Decode<PartitionRecord>();
        Assert.That((partition.Leader, partition.Directories.Count, partition.EligibleLeaderReplicas?.Count), Is.EqualTo((4, expected > 0 ? 1 : 0, expected > 1 ? 1 : (int?)null)));
    }

    [Test]
    public void Many_records_are_many_batches()
    {
        var records = Enumerable.Range(0, 3000).Select(i => MetadataRecord.Of(new TopicRecord { Name = $"{new string('x', 1000)}{i}", TopicId = orders })).ToList();
        var writer = new SnapshotWriter(epoch: 3);
        byte[] header = writer.Header(1, QuorumImage.Empty, 2);
        var data = writer.Data(records, 2).ToList();
        files.WriteAtomically(File, [.. header, .. data.SelectMany(batch => batch), .. writer.Footer(2)]);

        Assert.That(data, Has.Count.EqualTo(3));
        Assert.That(SnapshotReader.ReadRecords(files, File).Select(record => Convert.ToHexString(record.ToValue())), Is.EqualTo(records.Select(record => Convert.ToHexString(record.ToValue()))));
    }

    [Test]
    public void A_snapshot_that_is_cut_off_anywhere_is_refused_with_the_position()
    {
        var bytes = Snapshot();
        for (var length = 0; length < bytes.Length; length++)
        {
            files.WriteAtomically(File, bytes.AsSpan(0, length));
            Assert.That(() => SnapshotReader.ReadImage(files, File, new(0, 0)), Throws.InstanceOf<InvalidDataException>().With.Message.StartWith($"Snapshot {File} is damaged at position "), $"{length} of {bytes.Length} bytes");
        }
    }

    [Test]
    public void A_snapshot_with_a_wrong_byte_anywhere_is_refused()
    {
        var bytes = Snapshot();
        for (var position = 0; position < bytes.Length; position++)
        {
            var batchPosition = position - BatchStartBefore(bytes, position);
            // The epoch of a batch stands before what its CRC covers.
            if (batchPosition is >= 12 and < 16)
                continue;
            var damaged = bytes.ToArray();
            damaged[position] ^= 0x40;
            files.WriteAtomically(File, damaged);
            Assert.That(() => SnapshotReader.ReadImage(files, File, new(0, 0)), Throws.InstanceOf<InvalidDataException>(), $"position {position}");
        }
    }

    [Test]
    public void Nothing_may_stand_behind_the_footer()
    {
        files.WriteAtomically(File, [.. Snapshot(), 0]);

        Assert.That(() => SnapshotReader.ReadImage(files, File, new(0, 0)), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("footer"));
    }

    [Test]
    public void A_snapshot_begins_with_its_header()
    {
        var writer = new SnapshotWriter(epoch: 0);
        files.WriteAtomically(File, [.. writer.Data(SnapshotRecords.Of(Image()), 1).Single(), .. writer.Footer(1)]);

        Assert.That(() => SnapshotReader.ReadImage(files, File, new(0, 0)), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("header"));
    }

    static ClusterImage Image()
    {
        MetadataRecord[] records =
        [
            MetadataRecord.Of(new FeatureLevelRecord { Name = "group.version", FeatureLevel = 1 }),
            MetadataRecord.Of(new FeatureLevelRecord { Name = "metadata.version", FeatureLevel = 29 }),
            new(500, 3, new byte[] { 1, 2, 3 }),
            MetadataRecord.Of(new TopicRecord { Name = "orders", TopicId = orders }),
            MetadataRecord.Of(new ConfigRecord { ResourceType = 2, ResourceName = "orders", Name = "retention.ms", Value = "5" }),
            MetadataRecord.Of(new PartitionRecord { PartitionId = 0, TopicId = orders, Replicas = [4], Isr = [4], Leader = 4, LeaderEpoch = 7, PartitionEpoch = 8, Directories = [orders] }, metadataVersion: 29),
            MetadataRecord.Of(new ProducerIdsRecord { BrokerId = 4, NextProducerId = 2000 }),
        ];
        return records.Aggregate(ClusterImage.Empty, (image, record) => image.Replay(record));
    }

    static byte[] Snapshot()
    {
        var writer = new SnapshotWriter(epoch: 5);
        return [.. writer.Header(1, new(0, null), 2), .. writer.Data(SnapshotRecords.Of(Image()), 2).Single(), .. writer.Footer(2)];
    }

    static string[] Hex(ClusterImage image) => [.. SnapshotRecords.Of(image).Select(record => Convert.ToHexString(record.ToValue()))];

    static List<long> TimesOf(byte[] snapshot)
    {
        List<long> times = [];
        var rest = snapshot.AsSpan();
        while (RecordBatch.TryTakeFirst(ref rest, out var batch))
            times.Add(batch.BaseTimestamp);
        return times;
    }

    static int BatchStartBefore(byte[] snapshot, int position)
    {
        var rest = snapshot.AsSpan();
        var start = 0;
        while (RecordBatch.TryTakeFirst(ref rest, out var batch) && start + batch.SizeInBytes <= position)
            start += batch.SizeInBytes;
        return start;
    }
}
