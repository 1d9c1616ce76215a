using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class ConfigDescriptionTests
{
    static readonly Dictionary<string, string> none = [];

    readonly BrokerConfig config = BrokerConfig.Create(new Dictionary<string, string>
    {
        ["log.segment.bytes"] = "1073741824",
        ["log.retention.hours"] = "168",
        ["log.cleaner.min.cleanable.ratio"] = "0.01",
        ["listener.name.plaintext.ssl.key.password"] = "secret",
        ["ssl.key.password"] = "secret",
        ["my.plugin.token"] = "secret",
        ["log.dirs"] = "/a, /b",
    });

    /// <summary>The expected lines are what Kafka's own tool prints for a Kafka broker with these settings.</summary>
    [TestCase("max.message.bytes", "2000000", "max.message.bytes=2000000 {DYNAMIC_TOPIC_CONFIG:max.message.bytes=2000000, DEFAULT_CONFIG:message.max.bytes=1048588}")]
    [TestCase("cleanup.policy", "compact", "cleanup.policy=compact {DYNAMIC_TOPIC_CONFIG:cleanup.policy=compact, DEFAULT_CONFIG:log.cleanup.policy=delete}")]
    [TestCase("min.cleanable.dirty.ratio", "0.01", "min.cleanable.dirty.ratio=0.01 {DYNAMIC_TOPIC_CONFIG:min.cleanable.dirty.ratio=0.01, STATIC_BROKER_CONFIG:log.cleaner.min.cleanable.ratio=0.01, DEFAULT_CONFIG:log.cleaner.min.cleanable.ratio=0.5}")]
    [TestCase("segment.ms", "1000", "segment.ms=1000 {DYNAMIC_TOPIC_CONFIG:segment.ms=1000}")]
    [TestCase("retention.ms", "-1", "retention.ms=-1 {DYNAMIC_TOPIC_CONFIG:retention.ms=-1}")]
    [TestCase("compression.type", "uncompressed", "compression.type=uncompressed {DYNAMIC_TOPIC_CONFIG:compression.type=uncompressed, DEFAULT_CONFIG:compression.type=producer}")]
    [TestCase("min.insync.replicas", "1", "min.insync.replicas=1 {DYNAMIC_TOPIC_CONFIG:min.insync.replicas=1, DYNAMIC_DEFAULT_BROKER_CONFIG:min.insync.replicas=1, DEFAULT_CONFIG:min.insync.replicas=1}")]
    [TestCase("segment.bytes", "104857600", "segment.bytes=104857600 {DYNAMIC_TOPIC_CONFIG:segment.bytes=104857600, STATIC_BROKER_CONFIG:log.segment.bytes=1073741824, DEFAULT_CONFIG:log.segment.bytes=1073741824}")]
    public void A_topics_config_has_its_synonyms_in_order(string name, string value, string line)
    {
        var dynamic = config.WithDynamic(new Dictionary<string, string> { ["min.insync.replicas"] = "1" }, none);

        var entry = new ConfigDescription(dynamic).DescribeTopic(new Dictionary<string, string> { [name] = value }).Single(entry => entry.Name == name);

        Assert.That(LineOf(entry), Is.EqualTo(line));
        Assert.That(entry.Source, Is.EqualTo(ConfigSource.DynamicTopicConfig));
    }

    [Test]
    public void A_topic_without_settings_shows_the_brokers()
    {
        var entries = new ConfigDescription(config).DescribeTopic(none).ToDictionary(entry => entry.Name);

        Assert.That(entries, Has.Count.EqualTo(33));
        Assert.That(entries["segment.bytes"].Source, Is.EqualTo(ConfigSource.StaticBrokerConfig));
        Assert.That(entries["retention.bytes"].Source, Is.EqualTo(ConfigSource.DefaultConfig));
        Assert.That(entries["retention.ms"] is { Value: "604800000", Source: ConfigSource.DefaultConfig, Synonyms: [], IsReadOnly: false, Type: ConfigType.Long }, Is.True);
        Assert.That(entries["min.cleanable.dirty.ratio"].Value, Is.EqualTo("0.01"));
        Assert.That(entries["leader.replication.throttled.replicas"] is { Value: "", Type: ConfigType.List, IsDefault: true }, Is.True);
    }

    [TestCase("num.partitions", "num.partitions=1 {DEFAULT_CONFIG:num.partitions=1}", ConfigType.Int, true)]
    [TestCase("log.retention.ms", "log.retention.ms= {}", ConfigType.Long, false)]
    [TestCase("log.retention.hours", "log.retention.hours=168 {STATIC_BROKER_CONFIG:log.retention.hours=168, DEFAULT_CONFIG:log.retention.hours=168}", ConfigType.Int, true)]
    [TestCase("log.dirs", "log.dirs=/a,/b {STATIC_BROKER_CONFIG:log.dirs=/a, /b}", ConfigType.List, true)]
    [TestCase("ssl.key.password", "ssl.key.password= {STATIC_BROKER_CONFIG:ssl.key.password=}", ConfigType.Password, false)]
    [TestCase("listener.name.plaintext.ssl.key.password", "listener.name.plaintext.ssl.key.password= {STATIC_BROKER_CONFIG:listener.name.plaintext.ssl.key.password=, STATIC_BROKER_CONFIG:ssl.key.password=}", ConfigType.Password, false)]
    [TestCase("my.plugin.token", "my.plugin.token= {STATIC_BROKER_CONFIG:my.plugin.token=}", ConfigType.Unknown, true)]
    [TestCase("log.cleaner.io.max.bytes.per.second", "log.cleaner.io.max.bytes.per.second=1.7976931348623157E308 {DEFAULT_CONFIG:log.cleaner.io.max.bytes.per.second=1.7976931348623157E308}", ConfigType.Double, false)]
    [TestCase("principal.builder.class", "principal.builder.class=org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder {DEFAULT_CONFIG:principal.builder.class=org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder}", ConfigType.Class, false)]
    [TestCase("node.id", "node.id=1 {STATIC_BROKER_CONFIG:node.id=1}", ConfigType.Int, true)]
    public void A_brokers_config_has_value_synonyms_type_and_mode(string name, string line, ConfigType type, bool isReadOnly)
    {
        var entry = new ConfigDescription(config).DescribeBroker().Single(entry => entry.Name == name);

        Assert.That(LineOf(entry), Is.EqualTo(line));
        Assert.That(entry.Type, Is.EqualTo(type));
        // A listener's own config counts as altered with the broker's that it overrides.
        Assert.That(entry.IsReadOnly, Is.EqualTo(isReadOnly));
    }

    [Test]
    public void No_secret_is_shown() =>
        Assert.That(new ConfigDescription(config).DescribeBroker().SelectMany(entry => entry.Synonyms.Select(synonym => synonym.Value).Append(entry.Value)), Has.None.EqualTo("secret"));

    [Test]
    public void A_secret_is_marked_as_one() =>
        Assert.That(new ConfigDescription(config).DescribeBroker().Where(entry => entry.IsSensitive && entry.Synonyms.Count > 0).Select(entry => entry.Name),
            Is.EqualTo(new[] { "listener.name.plaintext.ssl.key.password", "my.plugin.token", "ssl.key.password" }));

    [Test]
    public void The_broker_describes_every_config_and_what_else_was_set() =>
        Assert.That(new ConfigDescription(config).DescribeBroker(), Has.Count.EqualTo(322));

    [Test]
    public void Dynamic_settings_stand_before_static_ones()
    {
        var dynamic = config.WithDynamic(new Dictionary<string, string> { ["log.segment.bytes"] = "2097152" }, new Dictionary<string, string> { ["log.segment.bytes"] = "3145728" });
        var description = new ConfigDescription(dynamic);

        Assert.That(LineOf(description.DescribeBroker().Single(entry => entry.Name == "log.segment.bytes")), Is.EqualTo(
            "log.segment.bytes=3145728 {DYNAMIC_BROKER_CONFIG:log.segment.bytes=3145728, DYNAMIC_DEFAULT_BROKER_CONFIG:log.segment.bytes=2097152, "
            + "STATIC_BROKER_CONFIG:log.segment.bytes=1073741824, DEFAULT_CONFIG:log.segment.bytes=1073741824}"));
        Assert.That(LineOf(description.DescribeBrokerDefaults().Single()), Is.EqualTo("log.segment.bytes=2097152 {DYNAMIC_DEFAULT_BROKER_CONFIG:log.segment.bytes=2097152}"));
    }

    [Test]
    public void A_group_has_its_own_setting_else_the_brokers()
    {
        var broker = BrokerConfig.Create(new Dictionary<string, string> { ["group.consumer.session.timeout.ms"] = "50000" });

        var entries = new ConfigDescription(broker).DescribeGroup(new Dictionary<string, string> { ["consumer.heartbeat.interval.ms"] = "7000" }).ToDictionary(entry => entry.Name);

        Assert.That(entries, Has.Count.EqualTo(11));
        Assert.That(LineOf(entries["consumer.heartbeat.interval.ms"]), Is.EqualTo("consumer.heartbeat.interval.ms=7000 {GROUP_CONFIG:consumer.heartbeat.interval.ms=7000}"));
        Assert.That(LineOf(entries["consumer.session.timeout.ms"]), Is.EqualTo("consumer.session.timeout.ms=50000 {DEFAULT_CONFIG:consumer.session.timeout.ms=50000}"));
        Assert.That(entries["share.isolation.level"].Value, Is.EqualTo("read_uncommitted"));
    }

    [Test]
    public void Only_what_is_used_is_documented()
    {
        var entries = new ConfigDescription(config).DescribeBroker().ToDictionary(entry => entry.Name);

        Assert.That(entries["num.partitions"].Documentation, Is.Not.Empty);
        Assert.That(entries["background.threads"].Documentation, Is.Null);
    }

    static string LineOf(ConfigEntry entry) =>
        $"{entry.Name}={entry.Value} {{{string.Join(", ", entry.Synonyms.Select(synonym => $"{NameOf(synonym.Source)}:{synonym.Name}={synonym.Value}"))}}}";

    static string NameOf(ConfigSource source) => source switch
    {
        ConfigSource.DynamicTopicConfig => "DYNAMIC_TOPIC_CONFIG",
        ConfigSource.DynamicBrokerConfig => "DYNAMIC_BROKER_CONFIG",
        ConfigSource.DynamicDefaultBrokerConfig => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        ConfigSource.StaticBrokerConfig => "STATIC_BROKER_CONFIG",
        ConfigSource.GroupConfig => "GROUP_CONFIG",
        _ => "DEFAULT_CONFIG",
    };
}
