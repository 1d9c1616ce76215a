using System.Diagnostics;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>A connection that fetches a partition from its start to its end, batch by batch, again and again; a cold one drops its pages each time before.</summary>
sealed class CatchUpConsumer : IDisposable
{
    readonly int port;
    readonly LargeTopic topic;
    readonly bool isCold;
    readonly Thread thread;
    TimeSpan fetching;
    long bytes;
    Exception? failure;
    volatile bool isStopping;

    public CatchUpConsumer(int port, LargeTopic topic, bool isCold)
    {
        this.port = port;
        this.topic = topic;
        this.isCold = isCold;
        thread = new(Run);
        thread.Start();
    }

    /// <summary>Ends the consumer and says how fast it read.</summary>
    public double Stop()
    {
        Dispose();
        return failure is null ? bytes / 1e6 / fetching.TotalSeconds : throw new InvalidOperationException($"The consumer failed: {failure.Message}", failure);
    }

    public void Dispose()
    {
        isStopping = true;
        thread.Join();
    }

    void Run()
    {
        try
        {
            using var socket = Target.Connect(port);
            var reader = new FrameReader(socket, FrameReader.ResponseCorrelationIdPosition);
            var fetch = new FetchFrame(topic.Id, topic.BatchSize);
            while (!isStopping)
            {
                if (isCold)
                    DiskCalls.DropPages(topic.Path);
                var start = Stopwatch.GetTimestamp();
                for (var offset = 0L; offset < topic.EndOffset && !isStopping; offset += topic.RecordsPerBatch)
                {
                    var before = reader.BytesReceived;
                    socket.Send(fetch.From(offset));
                    reader.ReceiveFrame();
                    if (reader.BytesReceived - before < topic.BatchSize)
                        throw new InvalidDataException($"No batch came from offset {offset}.");
                    bytes += topic.BatchSize;
                }

                fetching += Stopwatch.GetElapsedTime(start);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
    }
}
