using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;

namespace NettyKafka.Tests.Cluster;

public sealed class ClusterImageTests
{
    static readonly Uuid orders = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");

    [Test]
    public void A_topic_is_its_record_and_its_partitions()
    {
        var image = Replay(Topic("orders", orders), Partition(0), Partition(1));

        Assert.That(image.FindTopic("orders"), Is.SameAs(image.FindTopic(orders)));
        Assert.That(image.FindTopic(orders)!.Partitions.Keys, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void An_image_is_never_changed()
    {
        var before = Replay(Topic("orders", orders));

        before.Replay(MetadataRecord.Of(new RemoveTopicRecord { TopicId = orders }));

        Assert.That(before.FindTopic("orders"), Is.Not.Null);
    }

    [Test]
    public void A_removed_topic_takes_its_configs_and_its_name_with_it()
    {
        var image = Replay(
            Topic("a.b", orders),
            MetadataRecord.Of(new ConfigRecord { ResourceType = 2, ResourceName = "a.b", Name = "retention.ms", Value = "1" }),
            MetadataRecord.Of(new RemoveTopicRecord { TopicId = orders }));

        Assert.That(image.Configs, Is.Empty);
        Assert.That(image.CollidingNames, Is.Empty);
    }

    [Test]
    public void A_config_without_a_value_is_deleted()
    {
        var image = Replay(
            MetadataRecord.Of(new ConfigRecord { ResourceType = 4, ResourceName = "", Name = "a", Value = "1" }),
            MetadataRecord.Of(new ConfigRecord { ResourceType = 4, ResourceName = "", Name = "b", Value = "2" }),
            MetadataRecord.Of(new ConfigRecord { ResourceType = 4, ResourceName = "", Name = "a", Value = null }));

        Assert.That(image.ConfigsOf(new(ConfigResourceType.Broker, "")), Is.EqualTo(new Dictionary<string, string> { ["b"] = "2" }));
    }

    [Test]
    public void A_new_leader_has_a_new_leader_epoch_and_anything_else_only_a_new_partition_epoch()
    {
        var image = Replay(Topic("orders", orders), Partition(0));

        var led = image.Replay(Change(new() { TopicId = orders, PartitionId = 0, Leader = 2 })).FindTopic(orders)!.Partitions[0];
        var shrunk = image.Replay(Change(new() { TopicId = orders, PartitionId = 0, Isr = [2] })).FindTopic(orders)!.Partitions[0];

        Assert.That((led.Leader, led.LeaderEpoch, led.PartitionEpoch), Is.EqualTo((2, 1, 1)));
        Assert.That((shrunk.Leader, shrunk.LeaderEpoch, shrunk.PartitionEpoch), Is.EqualTo((1, 0, 1)));
        Assert.That(shrunk.Isr, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void What_a_change_does_not_name_stays_and_what_it_names_is_all_there()
    {
        var image = Replay(Topic("orders", orders), Partition(0));
        var changed = image.Replay(Change(new()
        {
            TopicId = orders,
            PartitionId = 0,
            Isr = [],
            Leader = -1,
            EligibleLeaderReplicas = [1],
            LastKnownElr = [2],
            LeaderRecoveryState = 1,
            AddingReplicas = [3],
            RemovingReplicas = [2],
            Directories = [orders, orders],
        }, version: 2));

        var record = changed.FindTopic(orders)!.Partitions[0].ToRecord(orders, metadataVersion: 29);

        Assert.That(record.Replicas, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(record.Isr, Is.Empty);
        Assert.That((record.Leader, record.LeaderEpoch, record.PartitionEpoch, record.LeaderRecoveryState), Is.EqualTo((-1, 1, 1, (sbyte)1)));
        Assert.That(record.EligibleLeaderReplicas, Is.EqualTo(new[] { 1 }));
        Assert.That(record.LastKnownElr, Is.EqualTo(new[] { 2 }));
        Assert.That(record.AddingReplicas, Is.EqualTo(new[] { 3 }));
        Assert.That(record.RemovingReplicas, Is.EqualTo(new[] { 2 }));
        Assert.That(record.Directories, Is.EqualTo(new[] { orders, orders }));
    }

    [TestCase("orders")]
    [TestCase("", Description = "without a name it is every topic")]
    public void Clearing_takes_the_eligible_leader_replicas_away(string topic)
    {
        var image = Replay(Topic("orders", orders), Partition(0), Change(new() { TopicId = orders, PartitionId = 0, EligibleLeaderReplicas = [2], LastKnownElr = [2] }, version: 2));

        var cleared = image.Replay(new(ClearElrRecord.RecordType, 0, MessageEncoding.Encode(new ClearElrRecord { TopicName = topic }, 0))).FindTopic(orders)!.Partitions[0];

        Assert.That(cleared.EligibleLeaderReplicas, Is.Empty);
        Assert.That(cleared.LastKnownElr, Is.Empty);
    }

    [Test]
    public void An_aborted_transaction_leaves_nothing()
    {
        var image = Replay(Topic("orders", orders), Begin, Partition(0), MetadataRecord.Of(new AbortTransactionRecord()));

        Assert.That(image.FindTopic(orders)!.Partitions, Is.Empty);
        Assert.That(image.BeforeTransaction, Is.Null);
    }

    [Test]
    public void An_ended_transaction_leaves_all_of_it()
    {
        var image = Replay(Topic("orders", orders), Begin, Partition(0), new(EndTransactionRecord.RecordType, 0, MessageEncoding.Encode(new EndTransactionRecord(), 0)));

        Assert.That(image.FindTopic(orders)!.Partitions.Keys, Is.EqualTo(new[] { 0 }));
        Assert.That(image.BeforeTransaction, Is.Null);
    }

    [Test]
    public void A_record_is_framed_as_Kafka_frames_it()
    {
        var value = Topic("orders", orders).ToValue();

        Assert.That(Convert.ToHexString(value), Is.EqualTo("01" + "02" + "00" + "07" + "6F7264657273" + "E71A353314BE48DFA3F3C4A848BBD190" + "00"));
        Assert.That(MetadataRecord.TryParse(value, out var parsed));
        Assert.That(parsed.Decode<TopicRecord>().Name, Is.EqualTo("orders"));
    }

    static ClusterImage Replay(params MetadataRecord[] records) => records.Aggregate(ClusterImage.Empty, (image, record) => image.Replay(record));

    static MetadataRecord Topic(string name, Uuid id) => MetadataRecord.Of(new TopicRecord { Name = name, TopicId = id });

    static MetadataRecord Partition(int id) => MetadataRecord.Of(new PartitionRecord
    {
        PartitionId = id,
        TopicId = orders,
        Replicas = [1, 2],
        Isr = [1, 2],
        Leader = 1,
        LeaderEpoch = 0,
        PartitionEpoch = 0,
    }, metadataVersion: 17);

    static MetadataRecord Begin => new(BeginTransactionRecord.RecordType, 0, MessageEncoding.Encode(new BeginTransactionRecord { Name = "test" }, 0));

    static MetadataRecord Change(PartitionChangeRecord change, short version = 0) => new(PartitionChangeRecord.RecordType, version, MessageEncoding.Encode(change, version));
}
