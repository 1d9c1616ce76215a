using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class TopicConfigTests
{
    static readonly Dictionary<string, string> none = [];

    [Test]
    public void The_definitions_defaults_are_those_of_the_class() =>
        Assert.That(TopicConfig.Create(BrokerConfig.Create(), new Dictionary<string, string> { ["retention.ms"] = "604800000" }), Is.EqualTo(TopicConfig.Default));

    [Test]
    public void A_topic_has_its_own_setting_else_the_brokers()
    {
        var broker = BrokerConfig.Create(new Dictionary<string, string> { ["log.cleanup.policy"] = "compact", ["message.max.bytes"] = "500", ["log.retention.hours"] = "1" });

        var topic = TopicConfig.Create(broker, new Dictionary<string, string> { ["max.message.bytes"] = "600", ["cleanup.policy"] = "compact, delete" });

        Assert.That(topic.MaxMessageBytes, Is.EqualTo(600));
        Assert.That(topic.CleanupPolicy, Is.EqualTo("compact,delete"));
        Assert.That((topic.IsCompacted, topic.IsDeleted), Is.EqualTo((true, true)));
        Assert.That(topic.RetentionMs, Is.EqualTo(3_600_000));
        Assert.That(TopicConfig.Create(broker, none).MaxMessageBytes, Is.EqualTo(500));
        Assert.That(TopicConfig.Create(broker, none).IsDeleted, Is.False);
    }

    [TestCase("log.cleanup.policy", "compact", "cleanup.policy")]
    [TestCase("compression.gzip.level", "5", "compression.gzip.level")]
    [TestCase("compression.lz4.level", "5", "compression.lz4.level")]
    [TestCase("compression.type", "gzip", "compression.type")]
    [TestCase("compression.zstd.level", "5", "compression.zstd.level")]
    [TestCase("log.cleaner.delete.retention.ms", "5", "delete.retention.ms")]
    [TestCase("log.segment.delete.delay.ms", "5", "file.delete.delay.ms")]
    [TestCase("log.flush.interval.messages", "5", "flush.messages")]
    [TestCase("log.flush.interval.ms", "5", "flush.ms")]
    [TestCase("log.index.interval.bytes", "5", "index.interval.bytes")]
    [TestCase("log.local.retention.bytes", "5", "local.retention.bytes")]
    [TestCase("log.local.retention.ms", "5", "local.retention.ms")]
    [TestCase("log.cleaner.max.compaction.lag.ms", "5", "max.compaction.lag.ms")]
    [TestCase("message.max.bytes", "5", "max.message.bytes")]
    [TestCase("log.message.timestamp.after.max.ms", "5", "message.timestamp.after.max.ms")]
    [TestCase("log.message.timestamp.before.max.ms", "5", "message.timestamp.before.max.ms")]
    [TestCase("log.message.timestamp.type", "LogAppendTime", "message.timestamp.type")]
    [TestCase("log.cleaner.min.cleanable.ratio", "0.25", "min.cleanable.dirty.ratio")]
    [TestCase("log.cleaner.min.compaction.lag.ms", "5", "min.compaction.lag.ms")]
    [TestCase("min.insync.replicas", "5", "min.insync.replicas")]
    [TestCase("log.preallocate", "true", "preallocate")]
    [TestCase("log.retention.bytes", "5", "retention.bytes")]
    [TestCase("log.retention.ms", "5", "retention.ms")]
    [TestCase("log.segment.bytes", "2097152", "segment.bytes")]
    [TestCase("log.index.size.max.bytes", "5", "segment.index.bytes")]
    [TestCase("log.roll.jitter.ms", "5", "segment.jitter.ms")]
    [TestCase("log.roll.ms", "5", "segment.ms")]
    [TestCase("unclean.leader.election.enable", "true", "unclean.leader.election.enable")]
    public void A_broker_config_is_the_default_of_a_topic_config(string brokerName, string value, string topicName) =>
        Assert.That(BrokerConfig.Create(new Dictionary<string, string> { [brokerName] = value }).TopicDefaults[topicName], Is.EqualTo(value));

    [TestCase("no.such.config", "1", "Unknown topic config name: no.such.config")]
    [TestCase("log.retention.ms", "1", "Unknown topic config name: log.retention.ms", Description = "the broker's name")]
    [TestCase("retention.ms", null, "Null value not supported for topic configs: retention.ms")]
    [TestCase("retention.ms", "-2", "Invalid value -2 for configuration retention.ms: Value must be at least -1")]
    [TestCase("retention.ms", "soon", "Invalid value soon for configuration retention.ms: Not a number of type LONG")]
    [TestCase("segment.bytes", "1048575", "Invalid value 1048575 for configuration segment.bytes: Value must be at least 1048576")]
    [TestCase("min.insync.replicas", "0", "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1")]
    [TestCase("min.compaction.lag.ms", "100", "conflict topic config setting min.compaction.lag.ms (100) > max.compaction.lag.ms (50)")]
    [TestCase("remote.storage.enable", "true", "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.")]
    [TestCase("cleanup.policy", "", null, Description = "nothing is ever removed")]
    [TestCase("cleanup.policy", "compact,delete", null)]
    [TestCase("retention.ms", "-1", null)]
    public void A_topics_settings_are_checked_as_Kafka_does(string name, string? value, string? message)
    {
        var broker = BrokerConfig.Create(new Dictionary<string, string> { ["log.cleaner.max.compaction.lag.ms"] = "50" });

        Assert.That(TopicConfigs.Validate(broker, new Dictionary<string, string?> { [name] = value }), Is.EqualTo(message));
    }
}
