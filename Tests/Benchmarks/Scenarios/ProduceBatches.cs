using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Records;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>Produce of one uncompressed batch per request, with a partition for each connection.</summary>
sealed class ProduceBatches(string name, int recordSize, int batchBytes, int connections, int depth) : Scenario(name, connections, depth)
{
    readonly byte[] batch = TestRequests.Batch(recordSize, batchBytes);

    public override PreparedScenario Prepare(ControlConnection control, string topic)
    {
        var created = new TestTopic(control, topic, Connections);
        var rings = Enumerable.Range(0, Connections)
            .Select(partition => Frame.Encode(TestRequests.Produce(created.Id, partition, batch)))
            .Select(frame => new FrameRing([.. Enumerable.Repeat(frame, Depth)]))
            .ToList();
        return new PreparedWorkload(created, new(rings, Depth, control.Exchange(rings[0].First), Role.AppendAndAnswer), new RecordBatch(batch).RecordCount);
    }
}
