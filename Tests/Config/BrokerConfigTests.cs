using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class BrokerConfigTests
{
    const long Hour = 3_600_000;

    [Test]
    public void Without_settings_the_values_are_Kafkas()
    {
        var config = BrokerConfig.Create();

        Assert.That(config.NodeId, Is.EqualTo(1));
        Assert.That(config.Listeners, Is.EqualTo(new[] { new Endpoint("PLAINTEXT", SecurityProtocol.Plaintext, "", 9092) }));
        Assert.That(config.AdvertisedListeners, Is.Empty);
        Assert.That(config.LogDirs, Is.EqualTo(new[] { "/tmp/kafka-logs" }));
        Assert.That(config.MetadataLogDir, Is.EqualTo("/tmp/kafka-logs"));
        Assert.That(config.DefaultTopicConfig, Is.EqualTo(TopicConfig.Default));
        Assert.That(config.SocketRequestMaxBytes, Is.EqualTo(104_857_600));
        Assert.That(config.OffsetsTopicNumPartitions, Is.EqualTo(50));
        Assert.That(config.ClusterId, Is.Null);
        Assert.That(config.BrokerRack, Is.Null);
    }

    [TestCase("broker.id=7", 7)]
    [TestCase("node.id=8", 8)]
    [TestCase("node.id=9;broker.id=9", 9)]
    [TestCase("broker.id=-1", 1)]
    public void The_node_id_goes_by_two_names(string settings, int nodeId) =>
        Assert.That(Create(settings).NodeId, Is.EqualTo(nodeId));

    [TestCase("log.retention.hours=1", Hour)]
    [TestCase("log.retention.hours=1;log.retention.minutes=2", 120_000)]
    [TestCase("log.retention.hours=1;log.retention.minutes=2;log.retention.ms=3", 3)]
    [TestCase("log.retention.hours=-5", -1)]
    [TestCase("log.retention.ms=-1;log.retention.hours=1", -1)]
    public void The_finer_retention_goes_before(string settings, long retentionMs) =>
        Assert.That(Create(settings).DefaultTopicConfig.RetentionMs, Is.EqualTo(retentionMs));

    [TestCase("log.roll.hours=2;log.roll.jitter.hours=1", 2 * Hour, Hour)]
    [TestCase("log.roll.hours=2;log.roll.ms=5;log.roll.jitter.hours=1;log.roll.jitter.ms=4", 5, 4)]
    public void The_finer_roll_time_goes_before(string settings, long segmentMs, long jitterMs)
    {
        var topic = Create(settings).DefaultTopicConfig;

        Assert.That((topic.SegmentMs, topic.SegmentJitterMs), Is.EqualTo((segmentMs, jitterMs)));
    }

    [TestCase("log.flush.scheduler.interval.ms=7", 7)]
    [TestCase("log.flush.scheduler.interval.ms=7;log.flush.interval.ms=8", 8)]
    public void The_flush_interval_goes_before_the_schedulers(string settings, long flushMs) =>
        Assert.That(Create(settings).DefaultTopicConfig.FlushMs, Is.EqualTo(flushMs));

    [TestCase("log.dir=/a", new[] { "/a" })]
    [TestCase("log.dir=/a;log.dirs=/b, /c,", new[] { "/b", "/c" })]
    public void Log_dirs_go_before_log_dir(string settings, string[] logDirs)
    {
        var config = Create(settings);

        Assert.That(config.LogDirs, Is.EqualTo(logDirs));
        Assert.That(config.MetadataLogDir, Is.EqualTo(logDirs[0]));
    }

    [Test]
    public void The_metadata_log_may_have_its_own_directory() =>
        Assert.That(Create("metadata.log.dir=/m").MetadataLogDir, Is.EqualTo("/m"));

    [Test]
    public void Connection_limits_have_exceptions_by_address() =>
        Assert.That(Create("max.connections.per.ip.overrides=127.0.0.1:5, [::1]:6").MaxConnectionsPerIpOverrides,
            Is.EquivalentTo(new Dictionary<string, int> { ["127.0.0.1"] = 5, ["::1"] = 6 }));

    [Test]
    public void A_hosts_name_stands_for_its_addresses() =>
        Assert.That(Create("max.connections.per.ip.overrides=localhost:7").MaxConnectionsPerIpOverrides, Does.ContainKey("127.0.0.1").WithValue(7));

    [Test]
    public void A_host_that_nobody_knows_says_so()
    {
        var host = new string('x', 300);

        Assert.That(() => Create($"max.connections.per.ip.overrides={host}:7"), Throws.TypeOf<ConfigException>().With.Message.EqualTo($"max.connections.per.ip.overrides={host}: the host is unknown"));
    }

    [TestCase("node.id=1;broker.id=2", "node.id=1: the value of broker.id (2) is expected when both are set")]
    [TestCase("process.roles=controller", "process.roles=controller: broker is expected among the roles, a node that is only a controller is not served")]
    [TestCase("authorizer.class.name=kafka.security.authorizer.AclAuthorizer", "authorizer.class.name=kafka.security.authorizer.AclAuthorizer: org.apache.kafka.metadata.authorizer.StandardAuthorizer or an empty value is expected")]
    [TestCase("super.users=bob", "super.users=bob: a principal such as User:bob is expected, and ';' between two")]
    [TestCase("allow.everyone.if.no.acl.found=yes", "allow.everyone.if.no.acl.found=yes: true or false is expected")]
    [TestCase("queued.max.request.bytes=5", "queued.max.request.bytes=5: at least socket.request.max.bytes (104857600) or -1 is expected")]
    [TestCase("max.connections.per.ip=0", "max.connections.per.ip=0: a value above 0 is expected when max.connections.per.ip.overrides is not set")]
    [TestCase("max.connections.per.ip.overrides=host", "max.connections.per.ip.overrides=host: HOST:COUNT is expected")]
    [TestCase("log.roll.ms=0", "log.roll.ms=0: a LONG in [1,...] is expected")]
    [TestCase("log.roll.jitter.ms=-1", "log.roll.jitter.ms=-1: a LONG in [0,...] is expected")]
    [TestCase("log.flush.scheduler.interval.ms=-1", "log.flush.interval.ms=-1: a LONG in [0,...] is expected")]
    [TestCase("log.retention.ms=0", "log.retention.ms=0: at least 1, or -1 for ever is expected")]
    [TestCase("log.cleaner.dedupe.buffer.size=1048576", "log.cleaner.dedupe.buffer.size=1048576: more than 1 MiB for each of the 1 log.cleaner.threads is expected")]
    [TestCase("log.cleaner.min.compaction.lag.ms=2;log.cleaner.max.compaction.lag.ms=1", "log.cleaner.min.compaction.lag.ms=2: at most log.cleaner.max.compaction.lag.ms (1) is expected")]
    [TestCase("offsets.topic.compression.codec=5", "offsets.topic.compression.codec=5: 0 (none), 1 (gzip), 2 (snappy), 3 (lz4) or 4 (zstd) is expected")]
    [TestCase("group.consumer.assignors=uniform,sticky", "group.consumer.assignors=uniform,sticky: uniform and range are served, at least one of them is expected")]
    [TestCase("group.coordinator.rebalance.protocols=consumer", "group.coordinator.rebalance.protocols=consumer: classic is expected among the protocols")]
    [TestCase("group.min.session.timeout.ms=2;group.max.session.timeout.ms=1", "group.min.session.timeout.ms=2: at most group.max.session.timeout.ms (1) is expected")]
    [TestCase("group.consumer.session.timeout.ms=1", "group.consumer.min.session.timeout.ms=45000: at most group.consumer.session.timeout.ms (1) is expected")]
    [TestCase("listener.name.external.num.network.threads=x", "listener.name.external.num.network.threads=x: an INT in [1,...] is expected")]
    public void Settings_that_contradict_each_other_are_refused(string settings, string message) =>
        Assert.That(() => Create(settings), Throws.TypeOf<ConfigException>().With.Message.EqualTo(message));

    [Test]
    public void What_is_unknown_and_what_is_without_effect_is_told_apart()
    {
        var settings = Create("no.such.name=1;listener.name.a.no.such=1;listener.name.a.ssl.provider=x;super.users=User:a;process.roles=broker;rsm.config.x=1;"
            + "config.providers.file.class=x;cluster.id=c;controller.quorum.voters=1@localhost:9093;num.partitions=2").Settings;

        Assert.That(settings.UnknownNames, Is.EqualTo(new[] { "listener.name.a.no.such", "no.such.name" }));
        Assert.That(settings.UnusedNames, Is.EqualTo(new[]
        {
            "config.providers.file.class", "controller.quorum.voters", "listener.name.a.ssl.provider", "rsm.config.x",
        }));
    }

    [Test]
    public void A_profile_lies_under_what_is_set()
    {
        Assert.That(BrokerConfig.Create(profile: Profile.Kafka).DefaultTopicConfig.FlushMessages, Is.EqualTo(long.MaxValue));
        Assert.That(BrokerConfig.Create(profile: Profile.Durable).DefaultTopicConfig.FlushMessages, Is.EqualTo(1));
        Assert.That(Create("log.flush.interval.messages=10", Profile.Durable).DefaultTopicConfig.FlushMessages, Is.EqualTo(10));

        var dev = Create("offsets.topic.num.partitions=4", Profile.Dev);
        Assert.That(dev.GroupInitialRebalanceDelayMs, Is.Zero);
        Assert.That(dev.TransactionStateLogNumPartitions, Is.EqualTo(1));
        Assert.That(dev.OffsetsTopicNumPartitions, Is.EqualTo(4));
        Assert.That(dev.Profile, Is.EqualTo(Profile.Dev));
        Assert.That(dev.Settings.UnusedNames, Is.Empty);
    }

    [Test]
    public void Every_profile_sets_only_what_Kafka_knows_and_is_valid([Values] Profile profile)
    {
        Assert.That(Profiles.SettingsOf(profile).Keys, Is.All.Matches<string>(name => BrokerConfigs.Definition.TryFind(name, out _)));
        Assert.That(() => BrokerConfig.Create(profile: profile), Throws.Nothing);
    }

    [Test]
    public void A_dynamic_setting_of_the_broker_goes_before_one_of_all_and_a_static_one()
    {
        var config = Create("log.retention.ms=1;message.max.bytes=1").WithDynamic(
            new Dictionary<string, string> { ["log.retention.ms"] = "2", ["message.max.bytes"] = "2" },
            new Dictionary<string, string> { ["log.retention.ms"] = "3" });

        Assert.That(config.DefaultTopicConfig.RetentionMs, Is.EqualTo(3));
        Assert.That(config.DefaultTopicConfig.MaxMessageBytes, Is.EqualTo(2));
        Assert.That(config.WithDynamic(new Dictionary<string, string>(), new Dictionary<string, string>()).DefaultTopicConfig.RetentionMs, Is.EqualTo(1));
    }

    [Test]
    public void A_config_that_is_not_marked_as_used_cannot_be_read() =>
        Assert.That(() => BrokerConfig.Create().Settings.Values.Int("background.threads"), Throws.InvalidOperationException);

    /// <summary>key=value pairs between semicolons.</summary>
    static BrokerConfig Create(string settings, Profile profile = Profile.Kafka) =>
        BrokerConfig.Create(settings.Split(';').ToDictionary(setting => setting[..setting.IndexOf('=')], setting => setting[(setting.IndexOf('=') + 1)..]), profile);
}
