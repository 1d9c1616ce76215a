using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Transactions of Confluent.Kafka: what readers see of them, and what ends them.</summary>
public sealed class ConfluentTransactionTests : TransactionFixture
{
    [Test]
    public async Task Readers_see_committed_records_alone_unless_they_ask_for_all_also_after_restarts()
    {
        var (first, second) = await CreatePartitionsAsync();
        using (var producer = Client.TransactionalProducer(first.Topic))
        {
            producer.Commit("both", first, second);
            producer.Abort("aborted", first, second);
            producer.Commit("one", second);
        }

        foreach (var restart in new Func<Task>[] { () => Task.CompletedTask, Broker.RestartAsync, Broker.KillAndRestartAsync })
        {
            await restart();
            Assert.That(Client.Values(first), Is.EqualTo(new[] { "both" }));
            Assert.That(Client.Values(second), Is.EqualTo(new[] { "both", "one" }));
            Assert.That(Client.Values(first, IsolationLevel.ReadUncommitted), Is.EqualTo(new[] { "both", "aborted" }));
            Assert.That(Client.Values(second, IsolationLevel.ReadUncommitted), Is.EqualTo(new[] { "both", "aborted", "one" }));
        }
    }

    [Test]
    public async Task An_open_transaction_holds_back_readers_of_committed_records_until_it_ends([Values] bool isCommitted)
    {
        var (partition, _) = await CreatePartitionsAsync();
        using var producer = Client.TransactionalProducer(partition.Topic);
        using var other = Client.Producer();
        other.Send("before", partition);
        producer.BeginTransaction();
        producer.Send("open", partition);
        other.Send("after", partition);

        Assert.That(Client.Values(partition), Is.EqualTo(new[] { "before" }));
        Assert.That((HighOffset(partition, IsolationLevel.ReadCommitted), HighOffset(partition, IsolationLevel.ReadUncommitted)), Is.EqualTo((1, 3)));
        Assert.That(Client.Values(partition, IsolationLevel.ReadUncommitted), Is.EqualTo(new[] { "before", "open", "after" }));

        End(producer, isCommitted);
        Assert.That(Client.Values(partition), Is.EqualTo(isCommitted ? new[] { "before", "open", "after" } : ["before", "after"]));
        Assert.That(HighOffset(partition, IsolationLevel.ReadCommitted), Is.EqualTo(4), "with the marker");
    }

    [Test]
    public async Task A_reader_that_waits_is_given_the_records_when_they_are_committed()
    {
        var (partition, _) = await CreatePartitionsAsync();
        using var producer = Client.TransactionalProducer(partition.Topic);
        producer.BeginTransaction();
        producer.Send("open", partition);
        using var consumer = Client.Consumer(config => (config.EnablePartitionEof, config.FetchWaitMaxMs) = (false, 5_000));
        consumer.Assign(new TopicPartitionOffset(partition, Offset.Beginning));
        Assert.That(consumer.Consume(TimeSpan.FromMilliseconds(300)), Is.Null);

        End(producer, isCommitted: true);

        Assert.That(consumer.Consume(TimeSpan.FromSeconds(4)), Is.Not.Null);
    }

    [Test]
    public async Task An_open_transaction_goes_on_after_the_kill_of_the_broker([Values] bool isCommitted)
    {
        var (first, second) = await CreatePartitionsAsync();
        using var producer = Client.TransactionalProducer(first.Topic);
        producer.BeginTransaction();
        producer.Send("before", first);

        await Broker.KillAndRestartAsync();
        producer.Send("after", first, second);
        Assert.That(Client.Values(first), Is.Empty);
        End(producer, isCommitted);
        producer.Commit("next", first, second);

        Assert.That(Client.Values(first), Is.EqualTo(isCommitted ? new[] { "before", "after", "next" } : ["next"]));
        Assert.That(Client.Values(second), Is.EqualTo(isCommitted ? new[] { "after", "next" } : ["next"]));
    }

    [Test]
    public async Task A_newer_producer_fences_the_one_before_and_aborts_its_transaction([Values] bool isKilled)
    {
        var (partition, _) = await CreatePartitionsAsync();
        using var zombie = Client.TransactionalProducer(partition.Topic);
        zombie.BeginTransaction();
        zombie.Send("zombie", partition);
        if (isKilled)
            await Broker.KillAndRestartAsync();

        using var newer = Client.TransactionalProducer(partition.Topic);
        newer.Commit("newer", partition);

        var fenced = Assert.Throws<KafkaException>(() => zombie.CommitTransaction(ConfluentTransactions.Limit));
        Assert.That((fenced!.Error.IsFatal, fenced.Error.Code), Is.EqualTo((true, ErrorCode.Local_Fenced)));
        newer.Commit("again", partition);
        Assert.That(Client.Values(partition), Is.EqualTo(new[] { "newer", "again" }));
    }

    [Test]
    public async Task What_a_fenced_producer_sends_is_refused()
    {
        var (first, second) = await CreatePartitionsAsync();
        using var zombie = Client.TransactionalProducer(first.Topic);
        zombie.BeginTransaction();
        zombie.Send("zombie", first);
        using var newer = Client.TransactionalProducer(first.Topic);
        newer.BeginTransaction();
        newer.Send("newer", first);

        foreach (var partition in new[] { first, second })
            Assert.That(Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => zombie.ProduceAsync(partition, new() { Value = [1] }))!.Error.IsError);
        var fenced = Assert.Throws<KafkaException>(() => zombie.AbortTransaction(ConfluentTransactions.Limit));
        Assert.That(fenced!.Error.IsFatal);
        End(newer, isCommitted: true);

        Assert.That(Client.Values(first), Is.EqualTo(new[] { "newer" }));
        Assert.That(Client.Values(second, IsolationLevel.ReadUncommitted), Is.Empty);
    }

    [Test]
    public async Task A_transaction_whose_time_is_over_is_aborted_and_its_producer_fenced([Values] bool isKilled)
    {
        var (partition, _) = await CreatePartitionsAsync();
        using var producer = Client.TransactionalProducer(partition.Topic, timeout: TimeSpan.FromSeconds(1));
        producer.BeginTransaction();
        producer.Send("late", partition);
        if (isKilled)
            await Broker.KillAndRestartAsync();

        await Eventually.TrueAsync(() => HighOffset(partition, IsolationLevel.ReadCommitted) == 2, () => "the transaction is still open");
        var fenced = Assert.Throws<KafkaException>(() => producer.CommitTransaction(ConfluentTransactions.Limit));
        Assert.That(fenced!.Error.IsFatal);

        using var newer = Client.TransactionalProducer(partition.Topic);
        newer.Commit("newer", partition);
        Assert.That(Client.Values(partition), Is.EqualTo(new[] { "newer" }));
    }

    [Test]
    public void A_timeout_above_the_maximum_is_invalid()
    {
        var refused = Assert.Throws<KafkaException>(() => Client.TransactionalProducer("patient", timeout: TimeSpan.FromMinutes(16)));

        Assert.That(refused!.Error.Code, Is.EqualTo(ErrorCode.InvalidTransactionTimeout));
    }

    static void End(IProducer<byte[]?, byte[]?> producer, bool isCommitted)
    {
        if (isCommitted)
            producer.CommitTransaction(ConfluentTransactions.Limit);
        else
            producer.AbortTransaction(ConfluentTransactions.Limit);
    }

    async Task<(TopicPartition, TopicPartition)> CreatePartitionsAsync()
    {
        var topic = await Client.CreateTopicAsync(partitions: 2);
        return (new(topic, 0), new(topic, 1));
    }

    long HighOffset(TopicPartition partition, IsolationLevel isolation)
    {
        using var consumer = Client.Consumer(config => config.IsolationLevel = isolation);
        return consumer.QueryWatermarkOffsets(partition, ConfluentTransactions.Limit).High;
    }
}
