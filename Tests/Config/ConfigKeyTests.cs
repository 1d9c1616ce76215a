using NettyKafka.Server.Config;

namespace NettyKafka.Tests.Config;

public sealed class ConfigKeyTests
{
    [TestCase("num.partitions", "abc", "Invalid value abc for configuration num.partitions: Not a number of type INT")]
    [TestCase("num.partitions", "", "Invalid value  for configuration num.partitions: Not a number of type INT")]
    [TestCase("num.partitions", "1.0", "Invalid value 1.0 for configuration num.partitions: Not a number of type INT")]
    [TestCase("num.partitions", "2147483648", "Invalid value 2147483648 for configuration num.partitions: Not a number of type INT")]
    [TestCase("num.partitions", "0", "Invalid value 0 for configuration num.partitions: Value must be at least 1")]
    [TestCase("offsets.topic.replication.factor", "32768", "Invalid value 32768 for configuration offsets.topic.replication.factor: Not a number of type SHORT")]
    [TestCase("log.retention.bytes", "9223372036854775808", "Invalid value 9223372036854775808 for configuration log.retention.bytes: Not a number of type LONG")]
    [TestCase("log.cleaner.min.cleanable.ratio", "half", "Invalid value half for configuration log.cleaner.min.cleanable.ratio: Not a number of type DOUBLE")]
    [TestCase("log.cleaner.min.cleanable.ratio", "1.1", "Invalid value 1.1 for configuration log.cleaner.min.cleanable.ratio: Value must be no more than 1")]
    [TestCase("log.cleaner.min.cleanable.ratio", "NaN", "Invalid value NaN for configuration log.cleaner.min.cleanable.ratio: Value must be a number")]
    [TestCase("delete.topic.enable", "yes", "Invalid value yes for configuration delete.topic.enable: Expected value to be either true or false")]
    [TestCase("compression.type", "brotli", "Invalid value brotli for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer")]
    [TestCase("compression.gzip.level", "0", "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1")]
    [TestCase("compression.lz4.level", "18", "Invalid value 18 for configuration compression.lz4.level: Value must be no more than 17")]
    [TestCase("group.consumer.migration.policy", "later", "Invalid value later for configuration group.consumer.migration.policy: String must be one of (case insensitive): DISABLED, DOWNGRADE, UPGRADE, BIDIRECTIONAL")]
    [TestCase("log.cleanup.policy", "compact,remove", "Invalid value compact,remove for configuration log.cleanup.policy: String must be one of: compact, delete")]
    [TestCase("log.cleanup.policy", "compact,compact", "Invalid value compact,compact for configuration log.cleanup.policy: Configuration 'log.cleanup.policy' values must not be duplicated.")]
    [TestCase("log.cleanup.policy", "compact,", "Invalid value compact, for configuration log.cleanup.policy: Configuration 'log.cleanup.policy' values must not be empty.")]
    [TestCase("remote.log.metadata.manager.impl.prefix", "", "Invalid value  for configuration remote.log.metadata.manager.impl.prefix: String must be non-empty")]
    public void A_wrong_value_gets_Kafkas_complaint(string name, string value, string message)
    {
        Assert.That(BrokerConfigs.Definition[name].TryParse(value, out _, out var error), Is.False);
        Assert.That(error!.Message, Is.EqualTo(message));
    }

    [TestCase("num.partitions", "abc", "num.partitions=abc: an INT in [1,...] is expected")]
    [TestCase("group.share.max.size", "0", "group.share.max.size=0: an INT in [1,...,1000] is expected")]
    [TestCase("log.retention.ms", "1h", "log.retention.ms=1h: a LONG is expected")]
    [TestCase("delete.topic.enable", "1", "delete.topic.enable=1: true or false is expected")]
    [TestCase("compression.type", "brotli", "compression.type=brotli: one of [uncompressed, zstd, lz4, snappy, gzip, producer] is expected")]
    [TestCase("log.cleanup.policy", "none", "log.cleanup.policy=none: a list of different values of [compact, delete] is expected")]
    public void The_line_of_a_failed_start_says_what_is_valid(string name, string value, string line) =>
        Assert.That(() => BrokerConfig.Create(new Dictionary<string, string> { [name] = value }), Throws.TypeOf<ConfigException>().With.Message.EqualTo(line));

    [TestCase("num.partitions", " 3 ", 3)]
    [TestCase("num.partitions", "+3", 3)]
    [TestCase("delete.topic.enable", "TRUE", true)]
    [TestCase("offsets.topic.replication.factor", "2", (short)2)]
    [TestCase("log.retention.bytes", "-1", -1L)]
    [TestCase("log.cleaner.min.cleanable.ratio", ".25", 0.25)]
    [TestCase("group.consumer.migration.policy", "upgrade", "upgrade")]
    [TestCase("compression.gzip.level", "-1", -1)]
    [TestCase("compression.gzip.level", "9", 9)]
    public void A_valid_value_has_its_type(string name, string text, object value)
    {
        Assert.That(BrokerConfigs.Definition[name].TryParse(text, out var parsed, out var error), Is.True, () => error!.Message);
        Assert.That(parsed, Is.EqualTo(value).And.TypeOf(value.GetType()));
    }

    [TestCase("", new string[0])]
    [TestCase("delete", new[] { "delete" })]
    [TestCase(" compact , delete ", new[] { "compact", "delete" })]
    public void A_list_is_split_at_its_commas(string text, string[] list) =>
        Assert.That(BrokerConfigs.Definition["log.cleanup.policy"].Parse(text), Is.EqualTo(list));

    [TestCase("*", true)]
    [TestCase("", true)]
    [TestCase("0:1,1:2", true)]
    [TestCase("0:1,*", false)]
    [TestCase("0", false)]
    [TestCase("0:-1", false)]
    public void Throttled_replicas_are_pairs_or_a_star(string text, bool valid) =>
        Assert.That(TopicConfigs.Definition["leader.replication.throttled.replicas"].TryParse(text, out _, out _), Is.EqualTo(valid));

    [TestCase("latest", true)]
    [TestCase("earliest", true)]
    [TestCase("by_duration:PT1H", true)]
    [TestCase("by_duration:PT0S", false)]
    [TestCase("by_duration:1h", false)]
    [TestCase("none", false)]
    public void A_share_group_starts_at_an_end_or_by_duration(string text, bool valid) =>
        Assert.That(GroupConfigs.Definition["share.auto.offset.reset"].TryParse(text, out _, out _), Is.EqualTo(valid));

    [Test]
    public void A_secret_is_never_in_a_message()
    {
        var key = ConfigKey.Password("p", null, Importance.High) with { Validator = ConfigValidator.NonEmptyString };

        Assert.That(key.TryParse("", out _, out var error), Is.False);
        Assert.That(error!.Value, Is.EqualTo(ConfigKey.Hidden));
    }

    [TestCase(0, "0.0")]
    [TestCase(1, "1.0")]
    [TestCase(-2.5, "-2.5")]
    [TestCase(0.5, "0.5")]
    [TestCase(0.001, "0.001")]
    [TestCase(0.0001, "1.0E-4")]
    [TestCase(9999999, "9999999.0")]
    [TestCase(10000000, "1.0E7")]
    [TestCase(123456789, "1.23456789E8")]
    [TestCase(double.MaxValue, "1.7976931348623157E308")]
    public void A_double_is_written_as_Java_writes_it(double value, string text) =>
        Assert.That(ConfigParser.Format(value), Is.EqualTo(text));
}
