using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;

namespace NettyKafka.Tests.Storage;

/// <summary>The small text files of a data directory, letter for letter.</summary>
public sealed class CheckpointTests
{
    const string Directory = "/data";

    readonly MemoryFileSystem files = new();

    public CheckpointTests() => files.CreateDirectory(Directory);

    [Test]
    public void An_offset_checkpoint_has_a_line_for_each_partition()
    {
        var checkpoint = new OffsetCheckpoint(files, Directory, OffsetCheckpoint.RecoveryPoints);
        checkpoint.Write([(new("orders", 0), 12), (new("a-b.c", 3), 0)]);

        Assert.That(TextOf("recovery-point-offset-checkpoint"), Is.EqualTo("0\n2\norders 0 12\na-b.c 3 0\n"));
        Assert.That(checkpoint.Read(NullLogger.Instance), Is.EqualTo(new Dictionary<TopicPartition, long> { [new("orders", 0)] = 12, [new("a-b.c", 3)] = 0 }));
    }

    [TestCase("")]
    [TestCase("1\n0\n")]
    [TestCase("0\n2\norders 0 12\n")]
    [TestCase("0\n1\norders 0\n")]
    [TestCase("0\n1\norders zero 12\n")]
    [TestCase("0\n2\norders 0 12\norders 0 13\n")]
    public void A_damaged_offset_checkpoint_says_nothing(string text)
    {
        Write("recovery-point-offset-checkpoint", text);

        Assert.That(new OffsetCheckpoint(files, Directory, OffsetCheckpoint.RecoveryPoints).Read(NullLogger.Instance), Is.Empty);
    }

    [Test]
    public void A_leader_epoch_checkpoint_may_be_empty()
    {
        Write("leader-epoch-checkpoint", "");

        Assert.That(new LeaderEpochCache(files, Directory).LatestEpoch, Is.Null);
    }

    [Test]
    public void A_leader_epoch_checkpoint_has_a_line_for_each_epoch()
    {
        var epochs = new LeaderEpochCache(files, Directory);
        epochs.Assign(0, 0);
        epochs.Assign(5, 17);

        Assert.That(TextOf("leader-epoch-checkpoint"), Is.EqualTo("0\n2\n0 0\n5 17\n"));
        Assert.That(new LeaderEpochCache(files, Directory).LatestEpoch, Is.EqualTo(5));
    }

    [Test]
    public void Partition_metadata_names_the_topic_id()
    {
        var topicId = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");
        PartitionMetadataFile.Write(files, Directory, topicId);

        Assert.That(TextOf("partition.metadata"), Is.EqualTo("version: 0\ntopic_id: 5xo1MxS-SN-j88SoSLvRkA"));
        Assert.That(PartitionMetadataFile.Read(files, Directory), Is.EqualTo(topicId));
    }

    [Test]
    public void A_clean_shutdown_leaves_a_mark_that_is_taken_once()
    {
        CleanShutdownFile.Write(files, Directory, 376);

        Assert.That(TextOf(".kafka_cleanshutdown"), Is.EqualTo("{\"version\":0,\"brokerEpoch\":376}"));
        Assert.That(CleanShutdownFile.Take(files, Directory), Is.True);
        Assert.That(CleanShutdownFile.Take(files, Directory), Is.False);
    }

    [Test]
    public void Meta_properties_are_java_properties()
    {
        var written = new MetaProperties("l5Gez_o1SWyRG6StqaJmwA", 1, Uuid.Parse("uGAxzVCARB-3KyBtplY1Yg"));
        written.Write(files, Directory);

        Assert.That(TextOf("meta.properties"), Is.EqualTo("version=1\ncluster.id=l5Gez_o1SWyRG6StqaJmwA\nnode.id=1\ndirectory.id=uGAxzVCARB-3KyBtplY1Yg\n"));
        Assert.That(MetaProperties.Read(files, Directory), Is.EqualTo(written));
    }

    [TestCase("version=0\ncluster.id=a\nnode.id=1\n")]
    [TestCase("version=1\nnode.id=1\n")]
    [TestCase("version=1\ncluster.id=a\nnode.id=one\n")]
    public void Meta_properties_of_another_form_are_refused(string text)
    {
        Write("meta.properties", text);

        Assert.That(() => MetaProperties.Read(files, Directory), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("/data/meta.properties"));
    }

    void Write(string name, string text) => files.WriteAtomically(Path.Combine(Directory, name), Encoding.UTF8.GetBytes(text));

    string TextOf(string name) => Encoding.UTF8.GetString(files.ReadAllBytes(Path.Combine(Directory, name)));
}
