using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace NettyKafka.Tests.Clients;

/// <summary>Consumes, transforms and produces in transactions on Confluent.Kafka, until it is told to leave. Of five transactions the first is aborted.</summary>
sealed class ConfluentTransformer : IDisposable
{
    const int BatchSize = 50;

    static readonly TimeSpan poll = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan limit = TimeSpan.FromSeconds(10);

    readonly MemberOptions options;
    readonly IConsumer<byte[]?, byte[]?> consumer;
    readonly Task told = Task.Run(Console.In.ReadLineAsync);
    int transactions;
    bool mustRewind;

    public ConfluentTransformer(MemberOptions options)
    {
        this.options = options;
        consumer = CreateConsumer();
    }

    bool IsLeaving => told.IsCompleted;

    public void Run()
    {
        consumer.Subscribe(options.Topic);
        while (!IsLeaving)
            Tolerate(Transform);
        consumer.Close();
    }

    public void Dispose() => consumer.Dispose();

    /// <summary>What one producer does, which fences those before it, until it is fenced or fails for good itself.</summary>
    void Transform()
    {
        using var producer = CreateProducer();
        Retry(() => producer.InitTransactions(limit));
        mustRewind = true;
        while (!IsLeaving)
        {
            var batch = Consume();
            if (mustRewind)
                Tolerate(Rewind);
            else if (batch.Count > 0)
                Transform(producer, batch);
        }
    }

    void Transform(IProducer<byte[]?, byte[]?> producer, List<ConsumeResult<byte[]?, byte[]?>> batch)
    {
        var isAborted = transactions++ % 5 == 0;
        var offsets = batch.GroupBy(record => record.TopicPartition).Select(partition => new TopicPartitionOffset(partition.Key, partition.Last().Offset + 1)).ToList();
        try
        {
            producer.BeginTransaction();
            foreach (var record in batch)
                producer.Produce(new TopicPartition(options.Output, record.Partition), Output(record, isAborted));
            Retry(() => producer.SendOffsetsToTransaction(offsets, consumer.ConsumerGroupMetadata, limit));
            End(producer, isAborted);
            if (!isAborted)
                Tell(new("committed") { Offsets = offsets.ToDictionary(offset => offset.Partition.Value, offset => offset.Offset.Value) });
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            TellError(e);
            Abort(producer);
        }
    }

    void End(IProducer<byte[]?, byte[]?> producer, bool isAborted)
    {
        if (isAborted)
            Abort(producer);
        else
            Retry(() => producer.CommitTransaction(limit));
    }

    void Abort(IProducer<byte[]?, byte[]?> producer)
    {
        mustRewind = true;
        // What the broker has not got yet, the client would drop.
        producer.Flush(limit);
        Retry(() => producer.AbortTransaction(limit));
    }

    Message<byte[]?, byte[]?> Output(ConsumeResult<byte[]?, byte[]?> record, bool isAborted)
    {
        Tell(new("record") { Partition = record.Partition, Offset = record.Offset });
        var value = $"{(isAborted ? "aborted " : "")}{record.Partition.Value} {record.Offset.Value}";
        return new() { Value = Encoding.UTF8.GetBytes(value) };
    }

    List<ConsumeResult<byte[]?, byte[]?>> Consume()
    {
        var batch = new List<ConsumeResult<byte[]?, byte[]?>>();
        Tolerate(() =>
        {
            for (var result = consumer.Consume(poll); result is not null; result = batch.Count < BatchSize ? consumer.Consume(0) : null)
                batch.Add(result);
        });
        return batch;
    }

    /// <summary>Back to what is committed; what has been consumed past it counts for nothing.</summary>
    void Rewind()
    {
        foreach (var committed in consumer.Committed(limit))
            consumer.Seek(committed.Offset == Offset.Unset ? new(committed.TopicPartition, Offset.Beginning) : committed);
        mustRewind = false;
    }

    void Retry(Action operation)
    {
        for (var done = false; !done;)
        {
            try
            {
                operation();
                done = true;
            }
            catch (KafkaRetriableException e)
            {
                TellError(e);
            }
        }
    }

    static void Tolerate(Action action)
    {
        try
        {
            action();
        }
        catch (KafkaException e)
        {
            TellError(e);
        }
    }

    // After a re-bootstrap librdkafka still sends offsets to the group's coordinator of before, which it never connects to again.
    IProducer<byte[]?, byte[]?> CreateProducer() => new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
    {
        BootstrapServers = options.BootstrapServers,
        TransactionalId = $"{options.GroupId}-{options.Name}",
        TransactionTimeoutMs = 10_000,
        MetadataRecoveryStrategy = MetadataRecoveryStrategy.None,
        ReconnectBackoffMaxMs = 200,
    }).SetLogHandler((_, _) => { }).Build();

    IConsumer<byte[]?, byte[]?> CreateConsumer()
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = options.BootstrapServers,
            GroupId = options.GroupId,
            ClientId = options.Name,
            GroupInstanceId = options.InstanceId,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            ReconnectBackoffMaxMs = 200,
        };
        new GroupMode(Enum.Parse<GroupProtocol>(options.Version!), options.Assignor!).Configure(config, TimeSpan.FromMilliseconds(options.SessionTimeoutMs));
        return new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, _) => { })
            .SetPartitionsAssignedHandler((_, partitions) => Tell(new("assigned") { Partitions = [.. partitions.Select(partition => partition.Partition.Value)] }))
            .SetPartitionsRevokedHandler((_, partitions) => Revoke(partitions))
            .Build();
    }

    // What has been consumed of them, and is not transformed yet, is another member's from now on.
    void Revoke(List<TopicPartitionOffset> partitions)
    {
        mustRewind = true;
        Tell(new("revoked") { Partitions = [.. partitions.Select(partition => partition.Partition.Value)] });
    }

    static void TellError(KafkaException e) => Tell(new("error") { Message = $"{e.GetType().Name} {e.Error.Code}: {e.Message}" });

    static void Tell(MemberEvent told) => Console.WriteLine(JsonSerializer.Serialize(told, JsonSerializerOptions.Web));
}
