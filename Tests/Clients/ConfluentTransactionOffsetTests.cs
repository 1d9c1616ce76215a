using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Offsets that Confluent.Kafka sends to transactions, of members of groups of either protocol.</summary>
[TestFixture(GroupProtocol.Classic)]
[TestFixture(GroupProtocol.Consumer)]
public sealed class ConfluentTransactionOffsetTests(GroupProtocol protocol) : TransactionFixture
{
    static readonly TimeSpan limit = ConfluentTransactions.Limit;

    [Test]
    public async Task Offsets_count_when_their_transaction_is_committed([Values] bool isKilled)
    {
        var partition = await CreateInputAsync();
        using var consumer = Join(partition.Topic);
        using var producer = Client.TransactionalProducer(partition.Topic);
        producer.BeginTransaction();
        producer.SendOffsetsToTransaction([new(partition, 1)], consumer.ConsumerGroupMetadata, limit);
        if (isKilled)
            await Broker.KillAndRestartAsync();
        Assert.That(await ListedAsync(partition), Is.EqualTo(Offset.Unset));
        var unstable = Assert.ThrowsAsync<ListConsumerGroupOffsetsException>(() => StableAsync(partition));
        Assert.That(unstable!.Results.Single().Partitions.Single().Error.Code, Is.EqualTo(ErrorCode.UnstableOffsetCommit));

        producer.CommitTransaction(limit);

        Assert.That(await ListedAsync(partition), Is.EqualTo(new Offset(1)));
        Assert.That(consumer.Committed([partition], limit).Single().Offset, Is.EqualTo(new Offset(1)));
        await Broker.KillAndRestartAsync();
        Assert.That(await StableAsync(partition), Is.EqualTo(new Offset(1)));
    }

    [Test]
    public async Task Offsets_of_an_aborted_transaction_do_not_count([Values] bool isFenced)
    {
        var partition = await CreateInputAsync();
        using var consumer = Join(partition.Topic);
        using var producer = Client.TransactionalProducer(partition.Topic);
        producer.BeginTransaction();
        producer.SendOffsetsToTransaction([new(partition, 1)], consumer.ConsumerGroupMetadata, limit);
        producer.CommitTransaction(limit);
        producer.BeginTransaction();
        producer.SendOffsetsToTransaction([new(partition, 2)], consumer.ConsumerGroupMetadata, limit);

        if (isFenced)
            Client.TransactionalProducer(partition.Topic).Dispose();
        else
            producer.AbortTransaction(limit);

        Assert.That(await StableAsync(partition), Is.EqualTo(new Offset(1)));
        await Broker.KillAndRestartAsync();
        Assert.That(await StableAsync(partition), Is.EqualTo(new Offset(1)));
    }

    [Test]
    public async Task A_member_whose_partitions_wait_for_a_transaction_begins_at_its_end()
    {
        var partition = await CreateInputAsync();
        using var producer = Client.TransactionalProducer(partition.Topic);
        producer.BeginTransaction();
        using (var leaves = Join(partition.Topic))
        {
            producer.SendOffsetsToTransaction([new(partition, 1)], leaves.ConsumerGroupMetadata, limit);
            leaves.Close();
        }
        using var consumer = Consumer(partition.Topic);
        Assert.That(consumer.Consume(TimeSpan.FromSeconds(2)), Is.Null);

        producer.CommitTransaction(limit);

        Assert.That(consumer.Consume(limit)?.Offset, Is.EqualTo(new Offset(1)));
    }

    [Test]
    public async Task Offsets_of_a_member_that_has_left_abort_the_transaction()
    {
        var partition = await CreateInputAsync();
        using var producer = Client.TransactionalProducer(partition.Topic);
        IConsumerGroupMetadata past;
        using (var leaves = Join(partition.Topic))
        {
            past = leaves.ConsumerGroupMetadata;
            leaves.Close();
        }
        using var consumer = Join(partition.Topic);
        producer.BeginTransaction();
        producer.Send("zombie", new TopicPartition(partition.Topic, 1));

        Assert.Throws<KafkaTxnRequiresAbortException>(() => producer.SendOffsetsToTransaction([new(partition, 1)], past, limit));
        producer.AbortTransaction(limit);

        Assert.That(await StableAsync(partition), Is.EqualTo(Offset.Unset));
        producer.BeginTransaction();
        producer.SendOffsetsToTransaction([new(partition, 2)], consumer.ConsumerGroupMetadata, limit);
        producer.CommitTransaction(limit);
        Assert.That(await StableAsync(partition), Is.EqualTo(new Offset(2)));
    }

    /// <summary>A topic, named as the group and the producer of its test, with records to consume in its first partition.</summary>
    async Task<TopicPartition> CreateInputAsync()
    {
        var topic = await Client.CreateTopicAsync(partitions: 2);
        using var producer = Client.Producer();
        foreach (var value in new[] { "one", "two", "three" })
            producer.Send(value, new TopicPartition(topic, 0));
        return new(topic, 0);
    }

    IConsumer<byte[]?, byte[]?> Consumer(string topic)
    {
        var consumer = Client.Consumer(config =>
        {
            (config.GroupId, config.AutoOffsetReset, config.EnablePartitionEof, config.ReconnectBackoffMaxMs) = (topic, AutoOffsetReset.Earliest, false, 200);
            new GroupMode(protocol, protocol == GroupProtocol.Classic ? "range" : "uniform").Configure(config, TimeSpan.FromSeconds(30));
        });
        consumer.Subscribe(topic);
        return consumer;
    }

    IConsumer<byte[]?, byte[]?> Join(string topic)
    {
        var consumer = Consumer(topic);
        Assert.That(consumer.Consume(limit), Is.Not.Null);
        return consumer;
    }

    Task<Offset> ListedAsync(TopicPartition partition) => ListAsync(partition, isStable: false);

    Task<Offset> StableAsync(TopicPartition partition) => ListAsync(partition, isStable: true);

    async Task<Offset> ListAsync(TopicPartition partition, bool isStable)
    {
        using var admin = Client.Admin();
        var listed = await admin.ListConsumerGroupOffsetsAsync([new(partition.Topic, [partition])], new() { RequireStableOffsets = isStable });
        return listed.Single().Partitions.Single().Offset;
    }
}
