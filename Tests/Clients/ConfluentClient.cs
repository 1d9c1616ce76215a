using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace NettyKafka.Tests.Clients;

/// <summary>Confluent's client as all fixtures use it: for their topics, and to read back what another client produced.</summary>
sealed class ConfluentClient(BrokerProcess broker)
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // After a re-bootstrap librdkafka's admin client still asks the coordinator of before, which it never connects to again.
    public IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig
    {
        BootstrapServers = broker.BootstrapServers,
        MetadataRecoveryStrategy = MetadataRecoveryStrategy.None,
    }).SetLogHandler(Quiet).Build();

    public IProducer<byte[]?, byte[]?> Producer(Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig { BootstrapServers = broker.BootstrapServers, LingerMs = 5 };
        configure?.Invoke(config);
        return new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler(Quiet).Build();
    }

    public IConsumer<byte[]?, byte[]?> Consumer(Action<ConsumerConfig>? configure = null, Action<ConsumerBuilder<byte[]?, byte[]?>>? handlers = null)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = "unused: partitions are assigned and nothing is committed",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            CheckCrcs = true,
        };
        configure?.Invoke(config);
        var builder = new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler(Quiet);
        handlers?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>A topic that no other test uses.</summary>
    public async Task<string> CreateTopicAsync(int partitions = Samples.Partitions, Dictionary<string, string>? configs = null, string? name = null)
    {
        var topic = name ?? $"topic-{Guid.NewGuid():N}";
        using var admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, Configs = configs }]);
        return topic;
    }

    public static void Produce(IProducer<byte[]?, byte[]?> producer, string topic, IEnumerable<ClientRecord> records)
    {
        var errors = new List<Error>();
        foreach (var record in records)
            producer.Produce(new TopicPartition(topic, record.Partition), ToMessage(record), report => { if (report.Error.IsError) errors.Add(report.Error); });
        producer.Flush(Limit);
        Assert.That(errors, Is.Empty);
    }

    /// <summary>All records of the topic, each partition from its first offset to its end: that of the last stable offset, for who reads committed records.</summary>
    public List<ClientRecord> ReadAll(string topic, int partitions = Samples.Partitions, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        using var consumer = Consumer(config => config.IsolationLevel = isolation);
        consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        var records = new List<ClientRecord>();
        for (var ends = 0; ends < partitions;)
        {
            var result = consumer.Consume(Limit) ?? throw new TimeoutException($"Nothing more of {topic} after {records.Count} records.");
            if (result.IsPartitionEOF)
                ends++;
            else
                records.Add(FromResult(result));
        }
        return records;
    }

    public static Message<byte[]?, byte[]?> ToMessage(ClientRecord record)
    {
        var headers = new Headers();
        foreach (var header in record.Headers)
            headers.Add(header.Name, header.Value);
        return new() { Key = record.Key, Value = record.Value, Headers = headers, Timestamp = new(record.Timestamp, TimestampType.CreateTime) };
    }

    public static ClientRecord FromResult(ConsumeResult<byte[]?, byte[]?> result) => new(
        result.Partition, result.Offset, result.Message.Timestamp.UnixTimestampMs, result.Message.Key, result.Message.Value,
        [.. result.Message.Headers.Select(header => new ClientHeader(header.Key, header.GetValueBytes()))]);

    // librdkafka tells of every connection that a restart of the broker ends.
    static void Quiet(IClient client, LogMessage message) { }
}
