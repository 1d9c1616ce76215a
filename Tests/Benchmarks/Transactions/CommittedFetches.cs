using System.Diagnostics;
using NettyKafka.Benchmarks.Groups;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Benchmarks.Transactions;

/// <summary>What it costs to read committed records only, while a transaction is open in the partition.</summary>
static class CommittedFetches
{
    const int Batches = 64;
    const int BatchBytes = 64 << 10;
    const int RecordSize = 1024;
    const sbyte ReadCommitted = 1;
    const sbyte ReadUncommitted = 0;

    public static void Run(TransactionPlan plan, GroupBroker broker, PairReport report)
    {
        using var topic = new TestTopic(broker.Control, "fetched", partitionCount: 1);
        var batch = TestRequests.Batch(RecordSize, BatchBytes);
        for (var i = 0; i < Batches; i++)
            TestTopic.Check(broker.Control.Send(TestRequests.Produce(topic.Id, 0, batch)).Responses.Single().PartitionResponses.Single().ErrorCode, "filling the topic");
        var lastOffset = topic.RecordCount() - topic.RecordCount() / Batches;
        var producer = new BenchProducer(broker.Control, topic, "open", firstPartition: 0, partitions: 1);
        producer.Init();
        producer.PostProduce(isTransactional: true);
        producer.TakeProduce();

        var (committed, uncommitted) = (FrameOf(topic, lastOffset, ReadCommitted), FrameOf(topic, lastOffset, ReadUncommitted));
        var rounds = GroupRun.TakeTurns(plan.Rounds, () => Time(committed), () => Time(uncommitted));
        report.Write("fetch of 64 KiB below an open transaction, µs", rounds, time => time.TotalMicroseconds / plan.Fetches);

        TimeSpan Time(byte[] frame)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < plan.Fetches; i++)
                broker.Control.Exchange(frame);
            return Stopwatch.GetElapsedTime(start);
        }
    }

    static byte[] FrameOf(TestTopic topic, long offset, sbyte isolationLevel)
    {
        FetchRequest request = TestRequests.Fetch(topic.Id, 0, offset, BatchBytes);
        request.IsolationLevel = isolationLevel;
        return Frame.Encode(request);
    }
}
