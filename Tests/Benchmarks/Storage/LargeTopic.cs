using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Records;
using NettyKafka.Codec.Wire;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>A topic of one partition with batches of 1 MiB, and where the broker keeps them.</summary>
sealed record LargeTopic(Uuid Id, string Path, int BatchSize, int RecordsPerBatch, long EndOffset)
{
    const int RecordSize = 1024;
    const int BatchBytes = 1 << 20;

    public static LargeTopic Create(ControlConnection control, string dataDirectory, long bytes)
    {
        var batch = TestRequests.Batch(RecordSize, BatchBytes);
        var topic = new TestTopic(control, "large", partitionCount: 1);
        for (var written = 0L; written < bytes; written += batch.Length)
            TestTopic.Check(control.Send(TestRequests.Produce(topic.Id, 0, batch)).Responses.Single().PartitionResponses.Single().ErrorCode, "filling a topic");
        return new(topic.Id, System.IO.Path.Combine(dataDirectory, $"{topic.Name}-0"), batch.Length, new RecordBatch(batch).RecordCount, topic.RecordCount());
    }

    public WorkTime ReadRaw(bool isCold)
    {
        if (isCold)
            DiskCalls.DropPages(Path);
        return WorkTime.Of(() => Directory.GetFiles(Path, "*.log").Sum(path => RawFiles.Read(path)));
    }
}
