using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class BrokerLoggersTests : IDisposable
{
    const sbyte BrokerLogger = 8;

    readonly TestBroker broker = new();

    public void Dispose() => broker.Dispose();

    [Test]
    public void Loggers_are_described_with_the_level_that_they_have()
    {
        Assert.That(Alter("1", ("kafka", 0, "DEBUG"), ("kafka.server.ReplicaManager", 0, "ERROR")), Is.EqualTo((ErrorCode.None, (string?)null)));

        var levels = Describe("1").ToDictionary(config => config.Name, config => config.Value);
        Assert.That(levels["kafka.server.ReplicaManager"], Is.EqualTo("ERROR"));
        Assert.That(levels["kafka.server.KafkaServer"], Is.EqualTo("DEBUG"));
        Assert.That(Describe("1").Select(config => config.ConfigSource), Is.All.EqualTo((sbyte)6));
    }

    [Test]
    public void A_deleted_level_gives_way_to_the_one_before_the_name()
    {
        Alter("1", ("root", 0, "WARN"), ("kafka.server", 0, "TRACE"));
        Alter("1", ("kafka.server", 1, null));

        Assert.That(Describe("1").Select(config => config.Value), Is.All.EqualTo("WARN"));
    }

    [TestCase("kafka.nothing", 0, "INFO", ErrorCode.InvalidConfig, "Logger kafka.nothing does not exist!")]
    [TestCase("kafka.server", 0, "LOUD", ErrorCode.InvalidConfig,
        "Cannot set the log level of kafka.server to LOUD as it is not a supported log level. Valid log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN")]
    [TestCase("kafka.server", 0, null, ErrorCode.InvalidRequest, "Null value not supported for : kafka.server")]
    [TestCase("kafka.server", 2, "INFO", ErrorCode.InvalidRequest, "APPEND operation is not allowed for the BROKER_LOGGER resource")]
    [TestCase("kafka.server", 3, "INFO", ErrorCode.InvalidRequest, "SUBTRACT operation is not allowed for the BROKER_LOGGER resource")]
    [TestCase("root", 1, null, ErrorCode.InvalidRequest, "Removing the log level of the root logger is not allowed")]
    public void What_is_wrong_is_told_in_Kafkas_words_and_changes_nothing(string name, int op, string? value, ErrorCode error, string message)
    {
        var before = Describe("1").Select(config => config.Value).ToArray();

        Assert.That(Alter("1", ("kafka", 0, "TRACE"), (name, op, value)), Is.EqualTo((error, message)));
        Assert.That(Describe("1").Select(config => config.Value), Is.EqualTo(before));
    }

    [TestCase("2", "Unexpected node id. Expected 1, but received 2")]
    [TestCase("x", "Node id must be an integer, but it is: x")]
    public void Only_this_brokers_loggers_are_altered_here(string name, string message) =>
        Assert.That(Alter(name, ("root", 0, "INFO")), Is.EqualTo((ErrorCode.InvalidRequest, message)));

    [Test]
    public void Levels_do_not_outlive_the_broker()
    {
        Alter("1", ("kafka.server", 0, "TRACE"));

        Assert.That(broker.Broker.Cluster.Image.Configs, Is.Empty);
    }

    (ErrorCode Error, string? Message) Alter(string broker, params (string Name, int Op, string? Value)[] levels)
    {
        var request = new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new()
                {
                    ResourceType = BrokerLogger,
                    ResourceName = broker,
                    Configs = [.. levels.Select(level => new IncrementalAlterConfigsRequest.AlterableConfig { Name = level.Name, ConfigOperation = (sbyte)level.Op, Value = level.Value })],
                },
            ],
        };
        var result = this.broker.Connect().Send(request, 1).Responses.Single();
        return (result.ErrorCode, result.ErrorMessage);
    }

    List<DescribeConfigsResponse.DescribeConfigsResourceResult> Describe(string broker)
    {
        var request = new DescribeConfigsRequest { Resources = [new() { ResourceType = BrokerLogger, ResourceName = broker, ConfigurationKeys = null }] };
        var result = this.broker.Connect().Send(request, 4).Results.Single();
        Assert.That(result.ErrorCode, Is.EqualTo(ErrorCode.None));
        return result.Configs;
    }
}
