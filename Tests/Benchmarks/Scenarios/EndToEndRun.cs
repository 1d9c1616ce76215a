using System.Diagnostics;
using System.Net.Sockets;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Messages;
using NettyKafka.Codec.Records;

namespace NettyKafka.Benchmarks.Scenarios;

/// <summary>
/// One producer that sends single records at a fixed rate, and one consumer on its own thread that always has a Fetch waiting. A record that the producer could
/// only send late, because the answer to the one before was late, counts from when it was due.
/// </summary>
sealed class EndToEndRun(Socket producer, byte[] produce, Socket consumer, FetchFrame fetch, long firstOffset, int count, int warmUpCount)
{
    readonly long[] sentAt = new long[count];
    Exception? failure;

    public LatencyHistogram Latency { get; } = new();

    public (TimeSpan Elapsed, ServerUsage Usage) Run(ServerProcess server, int ratePerSecond)
    {
        var consuming = new Thread(Consume) { IsBackground = true };
        consuming.Start();
        Produce(0, warmUpCount, ratePerSecond);
        var before = server.Usage();
        var start = Stopwatch.GetTimestamp();
        Produce(warmUpCount, count, ratePerSecond);
        consuming.Join();
        var elapsed = Stopwatch.GetElapsedTime(start);
        return failure is null
            ? (elapsed, server.Usage() - before)
            : throw new InvalidOperationException($"The consumer failed: {failure.Message}", failure);
    }

    void Produce(int from, int to, int ratePerSecond)
    {
        var due = Stopwatch.GetTimestamp();
        var answeredAt = due;
        for (var i = from; i < to; i++)
        {
            SleepUntil(due);
            sentAt[i] = answeredAt > due ? due : Stopwatch.GetTimestamp();
            producer.Send(produce);
            ControlConnection.ReceiveFrame(producer);
            answeredAt = Stopwatch.GetTimestamp();
            due += Stopwatch.Frequency / ratePerSecond;
        }
    }

    void Consume()
    {
        try
        {
            for (var received = 0; received < count;)
            {
                consumer.Send(fetch.From(firstOffset + received));
                var answer = ControlConnection.ReceiveFrame(consumer);
                var now = Stopwatch.GetTimestamp();
                for (var batches = CountBatches(answer); batches > 0; batches--, received++)
                    if (received >= warmUpCount)
                        Latency.Record(now - sentAt[received]);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
    }

    static int CountBatches(byte[] answer)
    {
        var partition = Frame.Decode(new FetchRequest(), answer).Responses.Single().Partitions.Single();
        TestTopic.Check(partition.ErrorCode, "a fetch");
        var batches = 0;
        for (var bytes = partition.Records is { } records ? records.Span : default; RecordBatch.TryTakeFirst(ref bytes, out _);)
            batches++;
        return batches;
    }

    static void SleepUntil(long due)
    {
        var remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        if (remaining > TimeSpan.Zero)
            Thread.Sleep(remaining);
    }
}
