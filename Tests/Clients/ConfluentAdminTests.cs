using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Topics as librdkafka's admin client manages them.</summary>
public sealed class ConfluentAdminTests : BrokerFixture
{
    ConfluentClient Client => new(Broker);

    [Test]
    public async Task A_created_topic_is_described_and_after_deletion_unknown()
    {
        var topic = await Client.CreateTopicAsync(partitions: 3);
        using var admin = Client.Admin();

        var described = (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]))).TopicDescriptions.Single();
        Assert.That(described.Partitions.Select(p => p.Partition), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(described.Partitions, Has.All.Matches<TopicPartitionInfo>(p => p.Leader.Id == p.Replicas.Single().Id && p.ISR.Count == 1));

        await admin.DeleteTopicsAsync([topic]);
        var unknown = Assert.ThrowsAsync<DescribeTopicsException>(() => admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic])));
        Assert.That(unknown!.Results.TopicDescriptions.Single().Error.Code, Is.EqualTo(ErrorCode.UnknownTopicOrPart));
    }

    [Test]
    public async Task Topics_survive_a_restart_with_id_and_configs_and_deleted_ones_do_not_come_back()
    {
        var kept = await Client.CreateTopicAsync(partitions: 2, configs: new() { ["retention.ms"] = "86400000" });
        var deleted = await Client.CreateTopicAsync();
        using var admin = Client.Admin();
        var id = await TopicIdAsync(admin, kept);
        await admin.DeleteTopicsAsync([deleted]);

        await Broker.RestartAsync();

        Assert.That(await TopicIdAsync(admin, kept), Is.EqualTo(id));
        Assert.That((await TopicConfigAsync(admin, kept))["retention.ms"].Value, Is.EqualTo("86400000"));
        Assert.That(admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(t => t.Topic), Does.Contain(kept).And.Not.Contain(deleted));
    }

    [Test]
    public async Task Partitions_can_be_added()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        using var admin = Client.Admin();

        await admin.CreatePartitionsAsync([new() { Topic = topic, IncreaseTo = 4 }]);

        Assert.That(admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Configs_tell_value_and_source()
    {
        var topic = await Client.CreateTopicAsync(configs: new() { ["cleanup.policy"] = "compact" });
        using var admin = Client.Admin();

        var configs = await TopicConfigAsync(admin, topic);

        Assert.That(configs["cleanup.policy"], Has.Property("Value").EqualTo("compact").And.Property("Source").EqualTo(ConfigSource.DynamicTopicConfig));
        Assert.That(configs["max.message.bytes"], Has.Property("Value").EqualTo("1048588").And.Property("IsDefault").True);
    }

    [Test]
    public async Task Deleted_records_move_the_log_start()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        using (var producer = Client.Producer())
            ConfluentClient.Produce(producer, topic, Enumerable.Range(0, 10).Select(i => new ClientRecord(0, -1, 1, null, [(byte)i], [])));
        using var admin = Client.Admin();

        await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 4)]);

        Assert.That(Client.ReadAll(topic, partitions: 1).Select(r => r.Offset), Is.EqualTo(new long[] { 4, 5, 6, 7, 8, 9 }));
    }

    [Test]
    public async Task Earliest_and_latest_offsets_are_listed()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        using (var producer = Client.Producer())
            ConfluentClient.Produce(producer, topic, Enumerable.Range(1, 5).Select(time => new ClientRecord(0, -1, time, null, [1], [])));
        using var admin = Client.Admin();

        Assert.That(await ListAsync(admin, topic, OffsetSpec.Earliest()), Is.Zero);
        Assert.That(await ListAsync(admin, topic, OffsetSpec.Latest()), Is.EqualTo(5));
        Assert.That(await ListAsync(admin, topic, OffsetSpec.MaxTimestamp()), Is.EqualTo(4));
    }

    [Test]
    public async Task The_cluster_has_this_broker_as_its_one_node()
    {
        using var admin = Client.Admin();

        var cluster = await admin.DescribeClusterAsync();

        Assert.That(cluster.ClusterId, Is.Not.Empty);
        Assert.That(cluster.Nodes.Select(n => $"{n.Host}:{n.Port}"), Is.EqualTo(new[] { BootstrapServers }));
        Assert.That(cluster.Controller.Id, Is.EqualTo(cluster.Nodes.Single().Id));
    }

    static async Task<long> ListAsync(IAdminClient admin, string topic, OffsetSpec spec)
    {
        var listed = await admin.ListOffsetsAsync([new() { TopicPartition = new(topic, 0), OffsetSpec = spec }]);
        return listed.ResultInfos.Single().TopicPartitionOffsetError.Offset;
    }

    static async Task<string> TopicIdAsync(IAdminClient admin, string topic) =>
        (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]))).TopicDescriptions.Single().TopicId.ToString();

    static async Task<Dictionary<string, ConfigEntryResult>> TopicConfigAsync(IAdminClient admin, string topic) =>
        (await admin.DescribeConfigsAsync([new() { Type = ResourceType.Topic, Name = topic }])).Single().Entries;
}
