using NettyKafka.Codec.Wire;
using NettyKafka.Server.Cluster;
using NettyKafka.Server.Storage;
using NettyKafka.Server.Storage.Files;
using NettyKafka.Tests.Support;

namespace NettyKafka.Tests.Storage;

/// <summary>What a broker makes of logs that it cannot open, or that are not its topics'.</summary>
public sealed class BrokerStorageTests : IDisposable
{
    readonly MemoryFileSystem files = new();
    readonly List<TestBroker> brokers = [];

    public void Dispose() => brokers.ForEach(broker => broker.Dispose());

    [Test]
    public async Task A_broker_whose_metadata_log_cannot_be_opened_does_not_start()
    {
        var broker = Open("one,two");
        await broker.Broker.DisposeAsync();
        var directory = DirectoryWith($"{InternalTopics.ClusterMetadata}-0");
        files.WriteAtomically(Path.Combine(directory, $"{InternalTopics.ClusterMetadata}-0", "partition.metadata"), "damaged"u8);

        Assert.That(() => broker.Restart(), Throws.InstanceOf<LogDirectoryException>().With.Message.Contains(directory));
        Assert.That(files.DirectoryExists(Path.Combine(directory == "one" ? "two" : "one", $"{InternalTopics.ClusterMetadata}-0")), Is.False);
    }

    [Test]
    public async Task A_partition_whose_log_cannot_be_opened_is_offline_and_is_not_made_anew()
    {
        var broker = Open("one,two");
        broker.CreateTopic("orders");
        broker.Produce("orders", 0, "first");
        await broker.Broker.DisposeAsync();
        var directory = DirectoryWith("orders-0");
        Assert.That(directory, Is.Not.EqualTo(DirectoryWith($"{InternalTopics.ClusterMetadata}-0")), "new logs go where the fewest are");
        files.WriteAtomically(Path.Combine(directory, "orders-0", "partition.metadata"), "damaged"u8);

        var again = Restart(broker);
        var produced = again.Connect().Send(TestBroker.ProduceRequestOf("orders", 0, TestBatch.Of("second").Span.ToArray()), 12);

        Assert.That(produced.Responses.Single().PartitionResponses.Single().ErrorCode, Is.EqualTo(ErrorCode.KafkaStorageError));
        Assert.That(DirectoryWith("orders-0"), Is.EqualTo(directory));
        again.CreateTopic("new");
        Assert.That(again.Produce("new", 0, "first"), Is.Zero, "a partition that is new has nothing to lose");
    }

    [Test]
    public async Task A_log_that_no_topic_owns_is_set_aside_at_the_start()
    {
        var broker = Open("one");
        broker.CreateTopic("orders");
        await broker.Broker.DisposeAsync();
        files.CreateDirectory(Path.Combine("one", "old-3"));

        Restart(broker);

        Assert.That(files.ListDirectories("one").Where(name => name.StartsWith("old-3", StringComparison.Ordinal)), Has.One.Matches("^old-3\\.[0-9a-f]{32}-stray$"));
        Assert.That(files.ListDirectories("one"), Has.Member("orders-0").And.Member($"{InternalTopics.ClusterMetadata}-0"));
    }

    TestBroker Open(string logDirs)
    {
        brokers.Add(new(files, ("log.dirs", logDirs)));
        return brokers[^1];
    }

    TestBroker Restart(TestBroker broker)
    {
        brokers.Add(broker.Restart());
        return brokers[^1];
    }

    string DirectoryWith(string name) => new[] { "one", "two" }.Single(directory => files.DirectoryExists(Path.Combine(directory, name)));
}
