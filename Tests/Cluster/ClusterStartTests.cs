using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Cluster;

public sealed class ClusterStartTests
{
    static readonly Uuid orders = Uuid.Parse("5xo1MxS-SN-j88SoSLvRkA");

    [Test]
    public void A_registration_tells_the_security_protocol_of_each_listener()
    {
        var node = new Node(1, null)
        {
            Endpoints = ImmutableDictionary<string, AdvertisedEndpoint>.Empty.Add("SECURE", new("SECURE", "broker.test", 9093) { SecurityProtocol = SecurityProtocol.SaslSsl }),
        };

        var registration = ClusterStart.Registration(At(29), node, orders).Single().Decode<RegisterBrokerRecord>();

        Assert.That(registration.EndPoints.Select(endpoint => (endpoint.Name, endpoint.SecurityProtocol)), Is.EqualTo(new[] { ("SECURE", (short)3) }));
    }

    [Test]
    public void A_node_leads_what_it_holds_and_nobody_leads()
    {
        var image = Led(ImageOf(replicas: [1], leader: -1, isr: []));

        var partition = image.FindTopic(orders)!.Partitions[0];
        Assert.That((partition.Leader, partition.LeaderEpoch), Is.EqualTo((1, 6)), "a new leader has a new epoch");
        Assert.That(partition.Isr, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Who_leads_is_no_eligible_leader_replica_any_more()
    {
        var stopped = ImageOf(replicas: [1], leader: -1, isr: [], eligible: [1]);

        var partition = Led(stopped).FindTopic(orders)!.Partitions[0];

        Assert.That(partition.EligibleLeaderReplicas, Is.Empty);
        Assert.That(partition.LastKnownElr, Is.Empty);
    }

    [TestCase(2, -1, Description = "it is no replica")]
    [TestCase(1, 1, Description = "it leads already")]
    public void Other_partitions_stay_as_they_are(int replica, int leader)
    {
        var image = ImageOf(replicas: [replica], leader, isr: [replica]);

        Assert.That(Led(image), Is.SameAs(image));
    }

    [TestCase("metadata.version", 29, true)]
    [TestCase("metadata.version", 30, false)]
    [TestCase("metadata.version", 6, false)]
    [TestCase("metadata.version", 7, true)]
    [TestCase("transaction.version", 2, true, Description = "kept, not served")]
    public void A_feature_that_is_not_served_is_refused(string name, short level, bool isAccepted)
    {
        var image = ClusterImage.Empty.Replay(MetadataRecord.Of(new FeatureLevelRecord { Name = name, FeatureLevel = level }));

        Assert.That(() => ClusterStart.CheckFeatures(image), isAccepted ? Throws.Nothing : Throws.InstanceOf<IOException>().With.Message.Contains($"{name}={level}"));
    }

    static ClusterImage Led(ClusterImage image) => NodeLiveness.Changes(image, [1]).Aggregate(image, (next, record) => next.Replay(record));

    [TestCase(7, 1)]
    [TestCase(8, 2, Description = "3.4-IV0: migrating brokers")]
    [TestCase(16, 2)]
    [TestCase(17, 3, Description = "3.7-IV2: directories")]
    [TestCase(29, 3)]
    public void A_broker_registers_as_the_metadata_version_has_it(short metadataVersion, short expected)
    {
        var record = ClusterStart.Registration(At(metadataVersion), new(1, "rack"), orders).Single();

        Assert.That(record.Version, Is.EqualTo(expected));
        Assert.That(record.Decode<RegisterBrokerRecord>().Rack, Is.EqualTo("rack"));
    }

    [TestCase(7, 0)]
    [TestCase(16, 0)]
    [TestCase(17, 1)]
    [TestCase(22, 1)]
    [TestCase(23, 2)]
    [TestCase(29, 2)]
    public void A_new_leader_is_written_as_the_metadata_version_has_it(short metadataVersion, short expected)
    {
        var image = ImageOf(replicas: [1], leader: -1, isr: []).Replay(FeatureOf(metadataVersion));

        Assert.That(NodeLiveness.Changes(image, [1]).Single().Version, Is.EqualTo(expected));
    }

    [TestCase(7, 0, 0)]
    [TestCase(16, 0, 0)]
    [TestCase(17, 1, 1)]
    [TestCase(22, 1, 1)]
    [TestCase(23, 2, 1)]
    [TestCase(29, 2, 1)]
    public void New_partitions_are_written_as_the_metadata_version_has_them(short metadataVersion, short expected, int directories)
    {
        var image = At(metadataVersion);
        var created = new TopicCreation(image, [1], BrokerConfig.Create(new Dictionary<string, string>())).Create(new() { Name = "new", NumPartitions = 1, ReplicationFactor = 1 }).Records;
        image = created.Aggregate(image, (next, record) => next.Replay(record));
        var added = new PartitionCreation(image, [1]).Create(new() { Name = "new", Count = 2, Assignments = null }).Records;

        var partitions = created.Concat(added).Where(record => record.Type == PartitionRecord.RecordType).ToList();

        Assert.That(partitions.Select(record => (record.Version, record.Decode<PartitionRecord>().Directories.Count)), Is.EqualTo(new[] { (expected, directories), (expected, directories) }));
    }

    static ClusterImage At(short metadataVersion) => ClusterImage.Empty.Replay(FeatureOf(metadataVersion));

    static MetadataRecord FeatureOf(short metadataVersion) => MetadataRecord.Of(new FeatureLevelRecord { Name = "metadata.version", FeatureLevel = metadataVersion });

    static ClusterImage ImageOf(List<int> replicas, int leader, List<int> isr, List<int>? eligible = null) => At(29)
        .Replay(MetadataRecord.Of(new TopicRecord { Name = "orders", TopicId = orders }))
        .Replay(MetadataRecord.Of(
            new PartitionRecord { PartitionId = 0, TopicId = orders, Replicas = replicas, Isr = isr, Leader = leader, LeaderEpoch = 5, PartitionEpoch = 9, EligibleLeaderReplicas = eligible, LastKnownElr = eligible },
            metadataVersion: 29));
}
