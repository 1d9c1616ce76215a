using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class AlterConfigsTests : IDisposable
{
    const sbyte Topic = 2;
    const sbyte BrokerType = 4;
    const sbyte BrokerLogger = 8;

    readonly TestBroker broker = new();

    public AlterConfigsTests() => broker.CreateTopic("orders", 1, ("retention.ms", "5000"), ("segment.ms", "9"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_replaces_all_configs([Range(0, 2)] short version)
    {
        Assert.That(Send(version, Topic, "orders", ("segment.ms", "7")).ErrorCode, Is.EqualTo(ErrorCode.None));

        Assert.That(ConfigsOf(ConfigResourceType.Topic, "orders"), Is.EquivalentTo(new Dictionary<string, string> { ["segment.ms"] = "7" }));
    }

    [Test]
    public void A_broker_goes_back_to_what_it_was_started_with()
    {
        Send(2, BrokerType, "1", ("message.max.bytes", "2000"), ("log.retention.ms", "7"));
        Send(2, BrokerType, "1", ("log.retention.ms", "8"));

        Assert.That(broker.Broker.Config.Current.DefaultTopicConfig.MaxMessageBytes, Is.EqualTo(1_048_588));
        Assert.That(broker.Broker.Config.Current.DefaultTopicConfig.RetentionMs, Is.EqualTo(8));
    }

    [Test]
    public void A_value_of_null_and_a_broker_logger_are_refused()
    {
        Assert.That(Send(2, Topic, "orders", ("segment.ms", null)).ErrorMessage, Is.EqualTo("Null value not supported for : segment.ms"));
        Assert.That(Send(2, BrokerLogger, "1", ("root", "INFO")), Has.Property("ErrorCode").EqualTo(ErrorCode.InvalidRequest).And.Property("ErrorMessage").EqualTo("Unknown resource type 8"));
    }

    [Test]
    public void Validating_only_changes_nothing()
    {
        var request = Request(Topic, "orders", ("segment.ms", "7"));
        request.ValidateOnly = true;

        Assert.That(broker.Connect().Send(request, 2).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(ConfigsOf(ConfigResourceType.Topic, "orders")["segment.ms"], Is.EqualTo("9"));
    }

    ImmutableSortedDictionary<string, string> ConfigsOf(ConfigResourceType type, string name) => broker.Broker.Cluster.Image.ConfigsOf(new(type, name));

    AlterConfigsResponse.AlterConfigsResourceResponse Send(short version, sbyte type, string name, params (string Name, string? Value)[] configs) =>
        broker.Connect().Send(Request(type, name, configs), version).Responses.Single();

    static AlterConfigsRequest Request(sbyte type, string name, params (string Name, string? Value)[] configs) => new()
    {
        Resources =
        [
            new()
            {
                ResourceType = type,
                ResourceName = name,
                Configs = [.. configs.Select(config => new AlterConfigsRequest.AlterableConfig { Name = config.Name, Value = config.Value })],
            },
        ],
    };
}
