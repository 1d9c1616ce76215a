using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>What a client is told when it asks for the wrong thing.</summary>
public sealed class ConfluentErrorTests : BrokerFixture
{
    protected override string[] Overrides => ["auto.create.topics.enable=false"];

    ConfluentClient Client => new(Broker);

    [Test]
    public void Without_auto_creation_a_topic_is_unknown()
    {
        using var producer = Client.Producer(config => config.Set("topic.metadata.propagation.max.ms", "0"));

        var error = Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => producer.ProduceAsync("nowhere", new() { Value = [1] }));

        Assert.That(error!.Error.Code, Is.EqualTo(ErrorCode.Local_UnknownTopic).Or.EqualTo(ErrorCode.UnknownTopicOrPart));
        using var admin = Client.Admin();
        Assert.That(admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(t => t.Topic), Does.Not.Contain("nowhere"));
    }

    [Test]
    public async Task A_record_larger_than_the_topic_allows_is_too_large()
    {
        var topic = await Client.CreateTopicAsync(configs: new() { ["max.message.bytes"] = "1000" });
        using var producer = Client.Producer();

        var error = Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => producer.ProduceAsync(topic, new() { Value = new byte[2000] }));

        Assert.That(error!.Error.Code, Is.EqualTo(ErrorCode.MsgSizeTooLarge));
        Assert.That(Client.ReadAll(topic), Is.Empty);
    }

    [Test]
    public async Task Other_acks_than_0_1_and_all_are_invalid()
    {
        var topic = await Client.CreateTopicAsync();
        using var producer = Client.Producer(config => config.Set("acks", "2"));

        var error = Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => producer.ProduceAsync(topic, new() { Value = [1] }));

        Assert.That(error!.Error.Code, Is.EqualTo(ErrorCode.InvalidRequiredAcks));
        Assert.That(Client.ReadAll(topic), Is.Empty);
    }

    [Test]
    public async Task An_offset_past_the_end_is_out_of_range()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        using var consumer = Client.Consumer(config => config.AutoOffsetReset = AutoOffsetReset.Error);
        consumer.Assign(new TopicPartitionOffset(topic, 0, 100));

        var error = Assert.Throws<ConsumeException>(() => consumer.Consume(TimeSpan.FromSeconds(30)));

        Assert.That(error!.Error.Code, Is.EqualTo(ErrorCode.Local_AutoOffsetReset));
        Assert.That(error.Error.Reason, Does.Contain("out of range"));
    }

    [TestCase("a topic", 1, 1, null, ErrorCode.TopicException, Description = "a blank is not allowed in a name")]
    [TestCase("no-partitions", 0, 1, null, ErrorCode.InvalidPartitions)]
    [TestCase("many-replicas", 1, 3, null, ErrorCode.InvalidReplicationFactor)]
    [TestCase("wrong-config", 1, 1, "many", ErrorCode.InvalidConfig)]
    public void A_topic_that_cannot_be_is_not_created(string name, int partitions, short replicationFactor, string? retentionMs, ErrorCode expected)
    {
        var topic = new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = replicationFactor };
        if (retentionMs is not null)
            topic.Configs = new() { ["retention.ms"] = retentionMs };
        using var admin = Client.Admin();

        var error = Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([topic]));

        Assert.That(error!.Results.Single().Error.Code, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_topic_is_created_once()
    {
        var topic = await Client.CreateTopicAsync();
        using var admin = Client.Admin();

        var error = Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([new TopicSpecification { Name = topic }]));

        Assert.That(error!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.TopicAlreadyExists));
    }

    [Test]
    public void An_unknown_topic_cannot_be_deleted()
    {
        using var admin = Client.Admin();

        var error = Assert.ThrowsAsync<DeleteTopicsException>(() => admin.DeleteTopicsAsync(["nowhere"]));

        Assert.That(error!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.UnknownTopicOrPart));
    }

    [Test]
    public async Task Partitions_are_never_taken_away()
    {
        var topic = await Client.CreateTopicAsync(partitions: 2);
        using var admin = Client.Admin();

        var error = Assert.ThrowsAsync<CreatePartitionsException>(() => admin.CreatePartitionsAsync([new() { Topic = topic, IncreaseTo = 1 }]));

        Assert.That(error!.Results.Single().Error.Code, Is.EqualTo(ErrorCode.InvalidPartitions));
    }
}
