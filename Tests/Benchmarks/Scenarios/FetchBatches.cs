using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Records;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>Fetch of one batch per request, out of 64 that were just written and so are in the page cache.</summary>
sealed class FetchBatches(string name, int batchBytes, int connections, int depth) : Scenario(name, connections, depth)
{
    const int RecordSize = 1024;
    const int TotalBatches = 64;

    readonly byte[] batch = TestRequests.Batch(RecordSize, batchBytes);

    public override PreparedScenario Prepare(ControlConnection control, string topic)
    {
        var created = new TestTopic(control, topic, Connections);
        var rings = Enumerable.Range(0, Connections).Select(partition => Fill(control, created, partition)).ToList();
        return new PreparedWorkload(created, new(rings, Depth, control.Exchange(rings[0].First), Role.AnswerFromFile), recordsPerRequest: 0);
    }

    FrameRing Fill(ControlConnection control, TestTopic topic, int partition)
    {
        var recordCount = new RecordBatch(batch).RecordCount;
        List<byte[]> frames = [];
        for (var i = 0; i < TotalBatches / Connections; i++)
        {
            var response = control.Send(TestRequests.Produce(topic.Id, partition, batch));
            TestTopic.Check(response.Responses.Single().PartitionResponses.Single().ErrorCode, $"filling {topic.Name}-{partition}");
            frames.Add(Frame.Encode(TestRequests.Fetch(topic.Id, partition, i * recordCount, batch.Length)));
        }

        return new(frames);
    }
}
