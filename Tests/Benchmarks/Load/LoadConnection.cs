using System.Diagnostics;
using System.Net.Sockets;

namespace NettyKafka.Benchmarks.Load;

/// <summary>One connection that keeps its number of requests in flight, on a thread of its own. Allocates nothing per request.</summary>
sealed class LoadConnection(Socket socket, FrameRing frames, int depth, LoadPhase phase)
{
    readonly FrameReader reader = new(socket, FrameReader.ResponseCorrelationIdPosition);
    readonly long[] sentAt = new long[frames.Count];
    int nextToSend;
    int nextToAnswer;
    long sent;

    public LatencyHistogram Latency { get; } = new();

    public long Answered { get; private set; }

    public long BytesReceived => reader.BytesReceived;

    public void Run()
    {
        try
        {
            Send(depth);
            while (!phase.IsStopping)
            {
                ReceiveAnswers();
                if (!phase.IsStopping)
                    Send(reader.Completed.Count);
            }

            while (Answered < sent)
                ReceiveAnswers();
        }
        catch (Exception e)
        {
            phase.Fail(e);
        }
    }

    void Send(int count)
    {
        var now = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
            sentAt[(nextToSend + i) % frames.Count] = now;
        nextToSend = frames.Send(socket, nextToSend, count);
        sent += count;
    }

    void ReceiveAnswers()
    {
        reader.ReceiveFrame();
        var now = Stopwatch.GetTimestamp();
        var isMeasuring = phase.IsMeasuring;
        foreach (var correlationId in reader.Completed)
        {
            if (correlationId != nextToAnswer)
                throw new InvalidDataException($"Answer {correlationId} came where {nextToAnswer} was due.");
            if (isMeasuring)
                Latency.Record(now - sentAt[correlationId]);
            nextToAnswer = (nextToAnswer + 1) % frames.Count;
            Answered++;
        }

        if (Latency.Count >= phase.MaxRequestsPerConnection)
            phase.Stop();
    }
}
