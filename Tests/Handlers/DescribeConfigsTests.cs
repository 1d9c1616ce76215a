using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class DescribeConfigsTests : IDisposable
{
    const sbyte Topic = 2;
    const sbyte BrokerType = 4;
    const sbyte BrokerLogger = 8;
    const sbyte ClientMetrics = 16;
    const sbyte Group = 32;

    readonly TestBroker broker = new(("log.retention.hours", "1"), ("ssl.keystore.password", "secret"));

    public DescribeConfigsTests() => broker.CreateTopic("orders", 1, ("segment.ms", "5000"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_describes_a_topic([Range(0, 4)] short version)
    {
        var configs = Describe(Topic, "orders", version).Configs;

        Assert.That(configs.Single(config => config.Name == "segment.ms").Value, Is.EqualTo("5000"));
        Assert.That(configs.Single(config => config.Name == "retention.ms").Value, Is.EqualTo("3600000"), "the broker's hours in milliseconds");
    }

    [Test]
    public void Version_0_says_whether_a_value_is_the_default()
    {
        var configs = Describe(Topic, "orders", 0).Configs;

        Assert.That(configs.Single(config => config.Name == "segment.ms").IsDefault, Is.False);
        Assert.That(configs.Single(config => config.Name == "cleanup.policy").IsDefault);
    }

    [Test]
    public void Sources_and_synonyms_are_told()
    {
        var config = Describe(Topic, "orders", 4, synonyms: true).Configs.Single(config => config.Name == "segment.ms");

        Assert.That((config.ConfigSource, config.ConfigType), Is.EqualTo(((sbyte)1, (sbyte)5)), "a dynamic topic config, a LONG");
        Assert.That(config.Synonyms[0].Name, Is.EqualTo("segment.ms"));
    }

    [Test]
    public void A_secret_is_never_shown()
    {
        var config = Describe(BrokerType, "1", 4).Configs.Single(config => config.Name == "ssl.keystore.password");

        Assert.That((config.Value, config.IsSensitive), Is.EqualTo(((string?)null, true)));
    }

    [Test]
    public void Only_the_keys_asked_for_are_answered()
    {
        var request = new DescribeConfigsRequest { Resources = [new() { ResourceType = BrokerType, ResourceName = "1", ConfigurationKeys = ["node.id", "num.partitions"] }] };

        Assert.That(broker.Connect().Send(request, 4).Results.Single().Configs.Select(config => config.Name), Is.EquivalentTo(new[] { "node.id", "num.partitions" }));
    }

    [TestCase(Topic, "nothing", ErrorCode.UnknownTopicOrPartition)]
    [TestCase(Topic, "a b", ErrorCode.InvalidTopicException)]
    [TestCase(BrokerType, "7", ErrorCode.InvalidRequest)]
    [TestCase(BrokerType, "", ErrorCode.None)]
    [TestCase(BrokerType, "x", ErrorCode.InvalidRequest)]
    [TestCase(BrokerLogger, "1", ErrorCode.None)]
    [TestCase(BrokerLogger, "7", ErrorCode.InvalidRequest)]
    [TestCase(BrokerLogger, "", ErrorCode.InvalidRequest)]
    [TestCase(ClientMetrics, "m", ErrorCode.None)]
    [TestCase(ClientMetrics, "", ErrorCode.InvalidRequest)]
    [TestCase((sbyte)7, "x", ErrorCode.InvalidRequest)]
    [TestCase(Group, "g", ErrorCode.None)]
    [TestCase(Group, "", ErrorCode.InvalidRequest)]
    public void Resources_are_checked(sbyte type, string name, ErrorCode error) => Assert.That(Describe(type, name, 4).ErrorCode, Is.EqualTo(error));

    DescribeConfigsResponse.DescribeConfigsResult Describe(sbyte type, string name, short version, bool synonyms = false) => broker.Connect().Send(
        new DescribeConfigsRequest { Resources = [new() { ResourceType = type, ResourceName = name, ConfigurationKeys = null }], IncludeSynonyms = synonyms },
        version).Results.Single();
}
