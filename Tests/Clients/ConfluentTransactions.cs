using System.Text;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Transactions of Confluent's client as the tests write and read them: records whose values are text.</summary>
static class ConfluentTransactions
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>A producer whose transactions may begin; another with this id is fenced.</summary>
    public static IProducer<byte[]?, byte[]?> TransactionalProducer(this ConfluentClient client, string transactionalId, TimeSpan? timeout = null)
    {
        var producer = client.Producer(config =>
        {
            config.TransactionalId = transactionalId;
            config.TransactionTimeoutMs = (int)(timeout ?? TimeSpan.FromMinutes(1)).TotalMilliseconds;
            config.ReconnectBackoffMaxMs = 200;
            config.MetadataRecoveryStrategy = MetadataRecoveryStrategy.None;
        });
        producer.InitTransactions(Limit);
        return producer;
    }

    /// <summary>Sends the value to each partition, and waits until the broker has them all.</summary>
    public static void Send(this IProducer<byte[]?, byte[]?> producer, string value, params TopicPartition[] partitions)
    {
        var errors = new List<Error>();
        foreach (var partition in partitions)
            producer.Produce(partition, new() { Value = Encoding.UTF8.GetBytes(value) }, report => { if (report.Error.IsError) errors.Add(report.Error); });
        producer.Flush(Limit);
        Assert.That(errors, Is.Empty);
    }

    public static void Commit(this IProducer<byte[]?, byte[]?> producer, string value, params TopicPartition[] partitions)
    {
        producer.BeginTransaction();
        producer.Send(value, partitions);
        producer.CommitTransaction(Limit);
    }

    public static void Abort(this IProducer<byte[]?, byte[]?> producer, string value, params TopicPartition[] partitions)
    {
        producer.BeginTransaction();
        producer.Send(value, partitions);
        producer.AbortTransaction(Limit);
    }

    /// <summary>The values of a partition that a reader comes to.</summary>
    public static List<string> Values(this ConfluentClient client, TopicPartition partition, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        using var consumer = client.Consumer(config => config.IsolationLevel = isolation);
        consumer.Assign(new TopicPartitionOffset(partition, Offset.Beginning));
        var values = new List<string>();
        for (var result = consumer.Consume(Limit); !result.IsPartitionEOF; result = consumer.Consume(Limit))
            values.Add(Encoding.UTF8.GetString(result.Message.Value!));
        return values;
    }
}
