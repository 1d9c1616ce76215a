using NettyKafka.Server.Storage;

namespace NettyKafka.Tests.Storage;

/// <summary>Kafka's names of logs' directories.</summary>
public sealed class LogDirectoryNameTests
{
    [TestCase("orders-0.0123456789abcdef0123456789abcdef-future", "orders", 0)]
    [TestCase("a-b.c-12.0123456789abcdef0123456789abcdef-future", "a-b.c", 12)]
    public void A_log_on_its_way_is_named_by_partition_and_id(string name, string topic, int partition)
    {
        Assert.That(LogDirectoryName.TryParseFuture(name, out var found), Is.True);
        Assert.That(found, Is.EqualTo(new TopicPartition(topic, partition)));
        Assert.That(LogDirectoryName.TryParse(name, out _), Is.False, "it is not the partition's log");
    }

    [TestCase("orders-0")]
    [TestCase("orders-0-future")]
    [TestCase("orders.0123456789abcdef0123456789abcdef-future")]
    [TestCase("orders-0.0123456789abcdef0123456789abcdef-stray")]
    [TestCase("orders-0.0123456789abcdef0123456789abcdef-delete")]
    public void Another_name_is_none(string name) => Assert.That(LogDirectoryName.TryParseFuture(name, out _), Is.False);

    [Test]
    public void A_name_that_is_made_is_read_again()
    {
        var name = LogDirectoryName.FutureNameOf(new("orders", 3));

        Assert.That(name, Does.Match("^orders-3\\.[0-9a-f]{32}-future$"));
        Assert.That(LogDirectoryName.TryParseFuture(name, out var found) && found == new TopicPartition("orders", 3));
    }

    [TestCase(213, false)]
    [TestCase(214, true)]
    public void The_longest_topic_that_can_move_has_213_letters(int length, bool isTooLong) =>
        Assert.That(LogDirectoryName.IsTooLongForFuture(new(new string('x', length), 0)), Is.EqualTo(isTooLong));
}
