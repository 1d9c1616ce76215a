using System.Collections.Immutable;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Config;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Handlers;

public sealed class IncrementalAlterConfigsTests : IDisposable
{
    const sbyte Topic = 2;
    const sbyte BrokerType = 4;
    const sbyte ClientMetrics = 16;
    const sbyte Group = 32;

    readonly TestBroker broker = new();

    public IncrementalAlterConfigsTests() => broker.CreateTopic("orders", 1, ("retention.ms", "5000"));

    public void Dispose() => broker.Dispose();

    [Test]
    public void Every_version_sets_and_deletes([Range(0, 1)] short version)
    {
        Assert.That(Send(version, Topic, "orders", ("segment.ms", 0, "7"), ("retention.ms", 1, null)), Is.EqualTo((ErrorCode.None, (string?)null)));

        Assert.That(ConfigsOf(Topic, "orders"), Is.EquivalentTo(new Dictionary<string, string> { ["segment.ms"] = "7" }));
        Assert.That(broker.Partitions.Find(new("orders", 0))!.Config, Has.Property(nameof(TopicConfig.SegmentMs)).EqualTo(7).And.Property(nameof(TopicConfig.RetentionMs)).EqualTo(604_800_000));
    }

    [TestCase("delete", 2, "compact", "delete,compact")]
    [TestCase("delete,compact", 2, "compact", "delete,compact")]
    [TestCase(null, 2, "compact", "delete,compact", TestName = "Appending_to_what_is_not_set_begins_with_the_default")]
    [TestCase("delete,compact", 3, "delete", "compact")]
    [TestCase("delete", 3, "compact", "delete")]
    public void A_list_is_appended_to_and_taken_from(string? before, int op, string value, string after)
    {
        if (before is not null)
            Send(1, Topic, "orders", ("cleanup.policy", 0, before));

        Assert.That(Send(1, Topic, "orders", ("cleanup.policy", op, value)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(ConfigsOf(Topic, "orders").GetValueOrDefault("cleanup.policy") ?? "delete", Is.EqualTo(after));
    }

    [TestCase(Topic, "orders", "retention.ms", 0, "soon", ErrorCode.InvalidConfig, "Invalid value soon for configuration retention.ms: Not a number of type LONG")]
    [TestCase(Topic, "orders", "retention", 0, "1", ErrorCode.InvalidConfig, "Unknown topic config name: retention")]
    [TestCase(Topic, "orders", "retention.ms", 2, "1", ErrorCode.InvalidConfig, "Can't APPEND to key retention.ms because its type is not LIST.")]
    [TestCase(Topic, "orders", "retention.ms", 0, null, ErrorCode.InvalidRequest, "Null value not supported for : retention.ms")]
    [TestCase(Topic, "orders", "retention.ms", 9, "1", ErrorCode.InvalidRequest, "Unknown operations type 9")]
    [TestCase(Topic, "nothing", "retention.ms", 0, "1", ErrorCode.UnknownTopicOrPartition, "The topic 'nothing' does not exist.")]
    [TestCase(Topic, "", "retention.ms", 0, "1", ErrorCode.InvalidRequest, "Default topic resources are not allowed.")]
    [TestCase(BrokerType, "2", "message.max.bytes", 0, "1", ErrorCode.InvalidRequest, "Unexpected broker id, expected 1, but received 2")]
    [TestCase(BrokerType, "one", "message.max.bytes", 0, "1", ErrorCode.InvalidRequest, "Node id must be an integer, but it is: one")]
    [TestCase(BrokerType, "1", "log.dirs", 0, "x", ErrorCode.InvalidRequest, "Cannot update these configs dynamically: Set(log.dirs)")]
    [TestCase(BrokerType, "1", "message.max.bytes", 3, "1", ErrorCode.InvalidConfig, "Config value subtract is not allowed for config key: message.max.bytes")]
    [TestCase(BrokerType, "", "listener.name.tls.ssl.client.auth", 0, "none", ErrorCode.InvalidRequest,
        "Cannot update these configs at default cluster level, broker id must be specified: Set(listener.name.tls.ssl.client.auth)")]
    [TestCase(Group, "", "consumer.session.timeout.ms", 0, "50000", ErrorCode.InvalidRequest, "Default group resources are not allowed.")]
    [TestCase(Group, "g", "consumer.session.timeout.ms", 0, "1", ErrorCode.InvalidConfig, "consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms")]
    [TestCase(Group, "g", "classic.session.timeout.ms", 0, "1", ErrorCode.InvalidConfig, "Unknown group config name: classic.session.timeout.ms")]
    [TestCase(ClientMetrics, "", "interval.ms", 0, "100", ErrorCode.InvalidRequest, "Subscription name can't be empty")]
    [TestCase(ClientMetrics, "m", "interval.ms", 0, "99", ErrorCode.InvalidRequest, "Invalid value 99 for interval.ms, interval must be between 100 and 3600000 (1 hour)")]
    [TestCase(ClientMetrics, "m", "match", 0, "client=x", ErrorCode.InvalidConfig, "Illegal client matching pattern: client=x")]
    [TestCase(ClientMetrics, "m", "match", 0, "client_id=[", ErrorCode.InvalidConfig, "Illegal client matching pattern: client_id=[")]
    [TestCase(ClientMetrics, "m", "interval", 0, "100", ErrorCode.InvalidRequest, "Unknown client metrics configuration: interval")]
    [TestCase((sbyte)7, "x", "y", 0, "z", ErrorCode.InvalidRequest, "Unknown resource type 7")]
    public void What_is_wrong_is_told_in_Kafkas_words_and_changes_nothing(sbyte type, string name, string config, int op, string? value, ErrorCode error, string message)
    {
        Assert.That(Send(1, type, name, (config, op, value)), Is.EqualTo((error, message)));
        Assert.That(broker.Broker.Cluster.Image.Configs.Keys, Is.EquivalentTo(new[] { new ConfigResource(ConfigResourceType.Topic, "orders") }));
    }

    [Test]
    public void A_resources_changes_are_made_together_or_not_at_all()
    {
        Assert.That(Send(1, Topic, "orders", ("segment.ms", 0, "7"), ("retention.ms", 0, "soon")).Error, Is.EqualTo(ErrorCode.InvalidConfig));

        Assert.That(ConfigsOf(Topic, "orders"), Is.EquivalentTo(new Dictionary<string, string> { ["retention.ms"] = "5000" }));
    }

    [Test]
    public void One_resource_that_is_refused_does_not_hold_up_another()
    {
        broker.CreateTopic("other");
        var response = broker.Connect().Send(new IncrementalAlterConfigsRequest { Resources = [Resource(Topic, "orders", ("segment.ms", 0, "no")), Resource(Topic, "other", ("segment.ms", 0, "7"))] }, 1);

        Assert.That(response.Responses.Select(each => (each.ResourceName, each.ErrorCode)), Is.EqualTo(new[] { ("orders", ErrorCode.InvalidConfig), ("other", ErrorCode.None) }));
        Assert.That(ConfigsOf(Topic, "other")["segment.ms"], Is.EqualTo("7"));
    }

    [Test]
    public void A_resource_or_a_config_that_is_there_twice_is_refused()
    {
        var response = broker.Connect().Send(new IncrementalAlterConfigsRequest { Resources = [Resource(Topic, "orders", ("segment.ms", 0, "7")), Resource(Topic, "orders")] }, 1);

        Assert.That(response.Responses.Select(each => (each.ErrorCode, each.ErrorMessage)), Is.All.EqualTo((ErrorCode.InvalidRequest, "Each resource must appear at most once.")));
        Assert.That(Send(1, Topic, "orders", ("segment.ms", 0, "7"), ("segment.ms", 0, "8")), Is.EqualTo((ErrorCode.InvalidRequest, "Error due to duplicate config keys")));
    }

    [Test]
    public void Validating_only_changes_nothing()
    {
        var request = new IncrementalAlterConfigsRequest { ValidateOnly = true, Resources = [Resource(Topic, "orders", ("segment.ms", 0, "7")), Resource(BrokerType, "", ("message.max.bytes", 0, "7"))] };

        Assert.That(broker.Connect().Send(request, 1).Responses.Select(each => each.ErrorCode), Is.All.EqualTo(ErrorCode.None));
        Assert.That(ConfigsOf(Topic, "orders").ContainsKey("segment.ms"), Is.False);
        Assert.That(broker.Broker.Config.Current.DefaultTopicConfig.MaxMessageBytes, Is.EqualTo(1_048_588));
    }

    [Test]
    public void A_brokers_configs_are_in_effect_at_once_and_have_to_go_together()
    {
        Assert.That(Send(1, BrokerType, "", ("log.cleaner.min.compaction.lag.ms", 0, "20")).Error, Is.EqualTo(ErrorCode.None));

        Assert.That(broker.Partitions.Find(new("orders", 0))!.Config.MinCompactionLagMs, Is.EqualTo(20));
        Assert.That(Send(1, BrokerType, "1", ("log.cleaner.max.compaction.lag.ms", 0, "10")).Error, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public void Groups_and_metrics_subscriptions_keep_their_configs()
    {
        Assert.That(Send(1, Group, "g", ("consumer.session.timeout.ms", 0, "50000"), ("share.isolation.level", 0, "read_committed")).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Send(1, ClientMetrics, "m", ("interval.ms", 0, "1000"), ("match", 0, "client_id=a.*,client_software_name=x")).Error, Is.EqualTo(ErrorCode.None));

        using var next = broker.Restart();

        Assert.That(next.Broker.Cluster.Image.ConfigsOf(new(ConfigResourceType.Group, "g")).Keys, Is.EquivalentTo(new[] { "consumer.session.timeout.ms", "share.isolation.level" }));
        Assert.That(next.Broker.Cluster.Image.ConfigsOf(new(ConfigResourceType.ClientMetrics, "m"))["match"], Is.EqualTo("client_id=a.*,client_software_name=x"));
    }

    ImmutableSortedDictionary<string, string> ConfigsOf(sbyte type, string name) => broker.Broker.Cluster.Image.ConfigsOf(new((ConfigResourceType)type, name));

    (ErrorCode Error, string? Message) Send(short version, sbyte type, string name, params (string Name, int Op, string? Value)[] configs)
    {
        var result = broker.Connect().Send(new IncrementalAlterConfigsRequest { Resources = [Resource(type, name, configs)] }, version).Responses.Single();
        return (result.ErrorCode, result.ErrorMessage);
    }

    static IncrementalAlterConfigsRequest.AlterConfigsResource Resource(sbyte type, string name, params (string Name, int Op, string? Value)[] configs) => new()
    {
        ResourceType = type,
        ResourceName = name,
        Configs = [.. configs.Select(config => new IncrementalAlterConfigsRequest.AlterableConfig { Name = config.Name, ConfigOperation = (sbyte)config.Op, Value = config.Value })],
    };
}
