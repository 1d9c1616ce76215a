using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Configs as librdkafka's admin client alters them, and what they do at once.</summary>
public sealed class ConfluentConfigTests : BrokerFixture
{
    static readonly ConfigResource thisBroker = new() { Type = ResourceType.Broker, Name = "1" };

    ConfluentClient Client => new(Broker);

    [Test]
    public async Task A_topics_config_counts_for_the_next_batch()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        using var admin = Client.Admin();
        using var producer = Client.Producer();
        await producer.ProduceAsync(topic, new() { Value = new byte[10_000] });

        await AlterAsync(admin, TopicOf(topic), ("max.message.bytes", "1000", AlterConfigOpType.Set));

        var refused = Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => producer.ProduceAsync(topic, new() { Value = new byte[10_000] }));
        Assert.That(refused!.Error.Code, Is.EqualTo(ErrorCode.MsgSizeTooLarge));
        await AlterAsync(admin, TopicOf(topic), ("max.message.bytes", "", AlterConfigOpType.Delete));
        await producer.ProduceAsync(topic, new() { Value = new byte[10_000] });
        Assert.That(Client.ReadAll(topic, partitions: 1), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Lists_are_appended_to_and_subtracted_from()
    {
        var topic = await Client.CreateTopicAsync(configs: new() { ["cleanup.policy"] = "delete" });
        using var admin = Client.Admin();

        await AlterAsync(admin, TopicOf(topic), ("cleanup.policy", "compact", AlterConfigOpType.Append));
        Assert.That((await DescribeAsync(admin, TopicOf(topic)))["cleanup.policy"].Value, Is.EqualTo("delete,compact"));
        await AlterAsync(admin, TopicOf(topic), ("cleanup.policy", "delete", AlterConfigOpType.Subtract));
        Assert.That((await DescribeAsync(admin, TopicOf(topic)))["cleanup.policy"].Value, Is.EqualTo("compact"));
    }

    [Test]
    public async Task A_brokers_config_is_the_topics_default_and_survives_a_restart()
    {
        var topic = await Client.CreateTopicAsync();
        using var admin = Client.Admin();

        await AlterAsync(admin, thisBroker, ("log.retention.ms", "123456", AlterConfigOpType.Set));
        await Broker.RestartAsync();

        var retention = (await DescribeAsync(admin, TopicOf(topic)))["retention.ms"];
        Assert.That((retention.Value, retention.Source), Is.EqualTo(("123456", ConfigSource.DynamicBrokerConfig)));
        await AlterAsync(admin, thisBroker, ("log.retention.ms", "", AlterConfigOpType.Delete));
    }

    [Test]
    public async Task A_group_has_configs_of_its_own()
    {
        var group = new ConfigResource { Type = ResourceType.Group, Name = "clerks" };
        using var admin = Client.Admin();

        await AlterAsync(admin, group, ("consumer.session.timeout.ms", "50000", AlterConfigOpType.Set));

        Assert.That((await DescribeAsync(admin, group))["consumer.session.timeout.ms"].Value, Is.EqualTo("50000"));
    }

    [Test]
    public async Task What_cannot_be_is_refused_and_nothing_is_changed()
    {
        var topic = await Client.CreateTopicAsync(configs: new() { ["retention.ms"] = "1000" });
        using var admin = Client.Admin();

        var wrong = Assert.ThrowsAsync<IncrementalAlterConfigsException>(() => AlterAsync(
            admin, TopicOf(topic), ("retention.ms", "2000", AlterConfigOpType.Set), ("segment.bytes", "soon", AlterConfigOpType.Set)));
        var readOnly = Assert.ThrowsAsync<IncrementalAlterConfigsException>(() => AlterAsync(admin, thisBroker, ("log.dirs", "/elsewhere", AlterConfigOpType.Set)));

        Assert.That(wrong!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(readOnly!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That((await DescribeAsync(admin, TopicOf(topic)))["retention.ms"].Value, Is.EqualTo("1000"));
    }

    [Test]
    public async Task Replacing_all_configs_forgets_those_that_are_not_named()
    {
        var topic = await Client.CreateTopicAsync(configs: new() { ["retention.ms"] = "1000" });
        using var admin = Client.Admin();

        await admin.AlterConfigsAsync(new() { [TopicOf(topic)] = [new() { Name = "segment.ms", Value = "2000" }] });

        var configs = await DescribeAsync(admin, TopicOf(topic));
        Assert.That((configs["segment.ms"].Value, configs["retention.ms"].IsDefault), Is.EqualTo(("2000", true)));
    }

    [Test]
    public async Task The_leader_that_is_preferred_leads_already()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        using var admin = Client.Admin();

        var answer = Assert.ThrowsAsync<ElectLeadersException>(() => admin.ElectLeadersAsync(ElectionType.Preferred, [new(topic, 0)]));

        Assert.That(answer!.Results.TopicPartitions.Single().Error.Code, Is.EqualTo(ErrorCode.ElectionNotNeeded));
    }

    static ConfigResource TopicOf(string name) => new() { Type = ResourceType.Topic, Name = name };

    static async Task AlterAsync(IAdminClient admin, ConfigResource resource, params (string Name, string Value, AlterConfigOpType Operation)[] changes) => await admin.IncrementalAlterConfigsAsync(new()
    {
        [resource] = [.. changes.Select(change => new ConfigEntry { Name = change.Name, Value = change.Value, IncrementalOperation = change.Operation })],
    });

    static async Task<Dictionary<string, ConfigEntryResult>> DescribeAsync(IAdminClient admin, ConfigResource resource) =>
        (await admin.DescribeConfigsAsync([resource])).Single().Entries;
}
