using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>A topic of one scenario's round; it is deleted with its files on <see cref="Dispose"/>.</summary>
sealed class TestTopic : IDisposable
{
    const long Latest = -1;
    const int TimeoutMs = 10_000;

    readonly ControlConnection control;

    public TestTopic(ControlConnection control, string name, int partitionCount)
    {
        this.control = control;
        Name = name;
        PartitionCount = partitionCount;
        var result = control.Send(new CreateTopicsRequest
        {
            Topics = [new() { Name = name, NumPartitions = partitionCount, ReplicationFactor = 1, Configs = [new() { Name = "file.delete.delay.ms", Value = "0" }] }],
            TimeoutMs = TimeoutMs,
        }).Topics.Single();
        Check(result.ErrorCode, $"creating topic {name}");
        Id = result.TopicId;
    }

    public string Name { get; }

    public int PartitionCount { get; }

    public Uuid Id { get; }

    /// <summary>The sum of the partitions' log end offsets: the number of all records.</summary>
    public long RecordCount()
    {
        var partitions = Enumerable.Range(0, PartitionCount).Select(index => new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = index, Timestamp = Latest });
        var response = control.Send(new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = Name, Partitions = [.. partitions] }], TimeoutMs = TimeoutMs });
        var results = response.Topics.Single().Partitions;
        results.ForEach(result => Check(result.ErrorCode, $"the end of {Name}-{result.PartitionIndex}"));
        return results.Sum(result => result.Offset);
    }

    public static void Check(ErrorCode errorCode, string action)
    {
        if (errorCode != ErrorCode.None)
            throw new InvalidOperationException($"The broker answered {errorCode} to {action}.");
    }

    public void Dispose()
    {
        var result = control.Send(new DeleteTopicsRequest { Topics = [new() { TopicId = Id }], TimeoutMs = TimeoutMs }).Responses.Single();
        Check(result.ErrorCode, $"deleting topic {Name}");
    }
}
