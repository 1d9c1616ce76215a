using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;
using NettyKafka.Server.Handlers;

namespace NettyKafka.Tests.Support;

/// <summary>All that clients can see of a broker: topics, ids, partitions, configs, offsets, records. Each fact has a name, so that two views can be compared.</summary>
sealed class ClusterContents : SortedDictionary<string, string>
{
    const sbyte TopicResource = 2;
    const sbyte DynamicTopicConfig = 1;

    public ClusterContents()
        : base(StringComparer.Ordinal)
    {
    }

    ClusterContents(IDictionary<string, string> contents)
        : base(contents, StringComparer.Ordinal)
    {
    }

    public ClusterContents Copy() => new(this);

    public void AddTopic(string name, string id, int partitions, bool isInternal, params (string Name, string Value)[] configs)
    {
        Add($"topic {name}", $"{id} internal={isInternal}");
        for (var i = 0; i < partitions; i++)
            Add($"partition {name}-{i}", "leader=1 replicas=1 isr=1");
        foreach (var config in configs)
            Add($"config {name} {config.Name}", config.Value);
    }

    public void AddPartition(SamplePartition partition)
    {
        Add(OffsetsName(partition), $"start={partition.LogStartOffset} end={partition.End}");
        foreach (var record in partition.Records)
            Add($"record {IsolationName(partition.IsCommitted)} {partition.Topic}-{partition.Partition} {record.Split(' ')[0]}", record);
    }

    /// <summary>Notes that a plain record is appended; returns nothing that a consumer of either level would not see.</summary>
    public void Append(string topic, int partition, long offset, long timestamp, string value, long start, bool isStable = true)
    {
        foreach (var isCommitted in isStable ? new[] { false, true } : [false])
        {
            this[$"offsets {IsolationName(isCommitted)} {topic}-{partition}"] = $"start={start} end={offset + 1}";
            Add($"record {IsolationName(isCommitted)} {topic}-{partition} {offset}", $"{offset} {timestamp} null {value} []");
        }
    }

    /// <summary>Asks the broker for everything, as clients do.</summary>
    public static ClusterContents Of(TestBroker broker)
    {
        var contents = new ClusterContents();
        using var connection = broker.Connect();
        var metadata = connection.Send(new MetadataRequest { Topics = null }, 12);
        foreach (var topic in metadata.Topics)
        {
            var configs = connection.Send(new DescribeConfigsRequest { Resources = [new() { ResourceType = TopicResource, ResourceName = topic.Name!, ConfigurationKeys = null }] }, 4).Results.Single().Configs;
            contents.AddTopic(
                topic.Name!,
                topic.TopicId.ToString(),
                partitions: 0,
                topic.IsInternal,
                [.. configs.Where(config => config.ConfigSource == DynamicTopicConfig).Select(config => (config.Name, config.Value!))]);
            foreach (var partition in topic.Partitions)
            {
                contents.Add($"partition {topic.Name}-{partition.PartitionIndex}", $"leader={partition.LeaderId} replicas={string.Join(",", partition.ReplicaNodes)} isr={string.Join(",", partition.IsrNodes)}");
                foreach (var isCommitted in new[] { false, true })
                    contents.AddPartition(Consume(connection, topic.Name!, partition.PartitionIndex, isCommitted));
            }
        }

        return contents;
    }

    static SamplePartition Consume(TestConnection connection, string topic, int partition, bool isCommitted)
    {
        var isolationLevel = (sbyte)(isCommitted ? 1 : 0);
        var start = OffsetAt(connection, topic, partition, isolationLevel, ListOffsetsHandler.Earliest);
        var end = OffsetAt(connection, topic, partition, isolationLevel, ListOffsetsHandler.Latest);
        List<string> records = [];
        for (var offset = start; offset < end;)
        {
            var fetched = Fetch(connection, topic, partition, isolationLevel, offset);
            Assert.That((fetched.ErrorCode, fetched.LogStartOffset, isCommitted ? fetched.LastStableOffset : fetched.HighWatermark), Is.EqualTo((ErrorCode.None, start, end)), $"{topic}-{partition}");
            var next = SampleRecords.Consume(fetched.Records!.Span, (fetched.AbortedTransactions ?? []).Select(transaction => (transaction.ProducerId, transaction.FirstOffset)), offset, records);
            Assert.That(next, Is.GreaterThan(offset), $"{topic}-{partition}");
            offset = next;
        }

        return new(isCommitted, topic, partition, start, end, records);
    }

    static long OffsetAt(TestConnection connection, string topic, int partition, sbyte isolationLevel, long timestamp)
    {
        var request = new ListOffsetsRequest
        {
            ReplicaId = -1,
            IsolationLevel = isolationLevel,
            Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = partition, Timestamp = timestamp }] }],
        };
        var found = connection.Send(request, 7).Topics.Single().Partitions.Single();
        Assert.That(found.ErrorCode, Is.EqualTo(ErrorCode.None), $"{topic}-{partition}");
        return found.Offset;
    }

    static FetchResponse.PartitionData Fetch(TestConnection connection, string topic, int partition, sbyte isolationLevel, long offset) => connection.Send(new FetchRequest
    {
        ReplicaId = -1,
        IsolationLevel = isolationLevel,
        MaxBytes = 1 << 20,
        Topics = [new() { Topic = topic, Partitions = [new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = 64 << 10 }] }],
    }, 12).Responses.Single().Partitions.Single();

    static string OffsetsName(SamplePartition partition) => $"offsets {IsolationName(partition.IsCommitted)} {partition.Topic}-{partition.Partition}";

    static string IsolationName(bool isCommitted) => isCommitted ? "read_committed" : "read_uncommitted";
}
