using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Transactions of any client whose transformers and readers are programs.</summary>
public abstract class ProgramTransactionTests : TransformerTests
{
    /// <summary>A program that reads a topic until the value "end", with the isolation level that it is told.</summary>
    private protected abstract string[] Reader { get; }

    [Test]
    public async Task Readers_see_committed_records_alone_unless_they_ask_for_all()
    {
        var topic = await Client.CreateTopicAsync(partitions: 1);
        var partition = new TopicPartition(topic, 0);
        using (var producer = Client.TransactionalProducer(topic))
        {
            producer.Commit("first", partition);
            producer.Abort("aborted", partition);
            producer.Commit("second", partition);
            producer.Commit("end", partition);
        }

        Assert.That(await ReadAsync(topic, "read_committed"), Is.EqualTo(new[] { "first", "second", "end" }));
        Assert.That(await ReadAsync(topic, "read_uncommitted"), Is.EqualTo(new[] { "first", "aborted", "second", "end" }));
    }

    Task<string[]> ReadAsync(string topic, string isolation) => Programs.RunAsync(Reader[0], [.. Reader[1..], BootstrapServers, topic, isolation]);
}
