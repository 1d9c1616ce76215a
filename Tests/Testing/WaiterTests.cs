using Confluent.Kafka;
using NettyKafka.Testing;

namespace NettyKafka.Tests.Testing;

/// <summary>Waiting for what clients do.</summary>
public sealed class WaiterTests
{
    static readonly TimeSpan atOnce = TimeSpan.FromMilliseconds(50);

    [TestCase(GroupProtocol.Classic)]
    [TestCase(GroupProtocol.Consumer)]
    public async Task A_group_is_stable_consumes_and_is_caught_up(GroupProtocol protocol)
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Records = { new("orders", null, "a"), new("orders", null, "b") } });
        using var consumer = FaultTests.Consumer(kafka, config => (config.GroupProtocol, config.EnableAutoCommit) = (protocol, false));
        consumer.Subscribe("orders");
        var stable = kafka.Wait.ForGroupAsync("test", members: 1);

        consumer.Consume(TimeSpan.FromSeconds(10));
        await stable;
        Assert.That(() => kafka.Wait.ForConsumersCaughtUpAsync("test", atOnce), Throws.TypeOf<TimeoutException>().With.Message.EqualTo("The group test has committed nothing."));
        consumer.Commit([new("orders", 0, 1)]);
        await kafka.Wait.ForCommittedAsync("test", "orders", 0, 1);
        Assert.That(
            () => kafka.Wait.ForConsumersCaughtUpAsync("test", atOnce),
            Throws.TypeOf<TimeoutException>().With.Message.EqualTo("The group test has committed offset 1 of orders-0, which ends at 2."));
        consumer.Commit([new("orders", 0, 2)]);
        await kafka.Wait.ForConsumersCaughtUpAsync("test");
        consumer.Close();

        await kafka.Wait.ForGroupAsync("test", "Empty", members: 0);
    }

    [Test]
    public async Task A_partition_that_nothing_was_committed_of_is_not_caught_up_with()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new()
        {
            Topics = { new("orders", 3) },
            Records = { new("orders", null, "a") { Partition = 0 }, new("orders", null, "b") { Partition = 1 } },
        });
        using var consumer = FaultTests.Consumer(kafka, config => config.EnableAutoCommit = false);
        consumer.Assign([new TopicPartition("orders", 0), new TopicPartition("orders", 1)]);
        consumer.Commit([new("orders", 0, 1)]);

        Assert.That(
            () => kafka.Wait.ForConsumersCaughtUpAsync("test", atOnce),
            Throws.TypeOf<TimeoutException>().With.Message.EqualTo("The group test has committed nothing of orders-1, which ends at 1."));
        consumer.Commit([new("orders", 1, 1)]);
        await kafka.Wait.ForConsumersCaughtUpAsync("test");
    }

    [Test]
    public async Task A_leader_that_is_away_is_waited_for()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Nodes = 2, Topics = { new("orders") { ReplicationFactor = 1 } }, Records = { new("orders", null, "a"), new("orders", null, "b") } });
        using var consumer = FaultTests.Consumer(kafka, config => config.EnableAutoCommit = false);
        consumer.Assign([new TopicPartition("orders", 0)]);
        consumer.Commit([new("orders", 0, 1)]);
        await kafka.Nodes.StopAsync(kafka.Nodes.LeaderOf("orders", 0)!.Value);

        Assert.That(() => kafka.Wait.ForConsumersCaughtUpAsync("test", atOnce), Throws.TypeOf<TimeoutException>());
    }

    [Test]
    public async Task The_end_of_a_transaction_is_nothing_to_catch_up_with()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        using var producer = FaultTests.Producer(kafka, config => config.TransactionalId = "t");
        producer.InitTransactions(TimeSpan.FromSeconds(10));
        producer.BeginTransaction();
        await producer.ProduceAsync("orders", new() { Value = "a" });
        producer.CommitTransaction();
        await kafka.Wait.ForOffsetAsync("orders", 0, 2);
        using var consumer = FaultTests.Consumer(kafka);
        consumer.Commit([new("orders", 0, 1)]);

        await kafka.Wait.ForConsumersCaughtUpAsync("test");
    }

    [Test]
    public async Task Topics_offsets_and_requests_come_in_time()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        var (topic, offset, requests) = (kafka.Wait.ForTopicAsync("orders"), kafka.Wait.ForOffsetAsync("orders", 0, 1), kafka.Wait.ForRequestsAsync("Produce"));
        using var producer = FaultTests.Producer(kafka);

        await producer.ProduceAsync("orders", new() { Value = "a" });

        await Task.WhenAll(topic, offset, requests);
    }

    [Test]
    public async Task What_does_not_come_in_time_says_how_far_it_was()
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Records = { new("orders", null, "a") } });

        Assert.That(() => kafka.Wait.ForTopicAsync("nowhere", atOnce), TimesOut("There is no topic nowhere."));
        Assert.That(() => kafka.Wait.ForOffsetAsync("orders", 0, 5, atOnce), TimesOut("orders-0 ends at offset 1, not at 5."));
        Assert.That(() => kafka.Wait.ForOffsetAsync("orders", 9, 5, atOnce), TimesOut("There is no partition orders-9."));
        Assert.That(() => kafka.Wait.ForRequestsAsync("Fetch", 2, atOnce), TimesOut("0 requests of Fetch have come, not 2."));
        Assert.That(() => kafka.Wait.ForGroupAsync("test", timeout: atOnce), TimesOut("The group test is Dead with 0 members."));
        Assert.That(() => kafka.Wait.ForCommittedAsync("test", "orders", 0, 1, atOnce), TimesOut("The group test has committed nothing of orders-0, not 1."));
        Assert.That(() => kafka.Faults.Add(new() { Drop = true }).WaitAsync(timeout: atOnce), TimesOut("Fault 1 has happened 0 times, not 1."));
    }

    [Test]
    public async Task What_cannot_be_waited_for_is_refused()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();

        Assert.That(() => kafka.Wait.ForRequestsAsync("Prodce"), Throws.ArgumentException.With.Message.Contains("There is no API Prodce"));
        Assert.That(() => kafka.Wait.ForGroupAsync("g", "stable"), Throws.ArgumentException.With.Message.Contains("Empty, PreparingRebalance"));
    }

    [Test]
    public async Task Waiting_can_be_cancelled()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        using var cancelled = new CancellationTokenSource();
        var waits = new[] { kafka.Wait.ForTopicAsync("t", cancellation: cancelled.Token), kafka.Wait.ForRequestsAsync("Fetch", cancellation: cancelled.Token) };

        await cancelled.CancelAsync();

        foreach (var wait in waits)
            Assert.That(() => wait, Throws.InstanceOf<OperationCanceledException>());
    }

    static NUnit.Framework.Constraints.EqualStringConstraint TimesOut(string message) => Throws.TypeOf<TimeoutException>().With.Message.EqualTo(message);
}
