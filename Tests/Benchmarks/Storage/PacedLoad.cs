using System.Diagnostics;
using System.Net.Sockets;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Storage;

/// <summary>
/// Connections that each send the same request at a fixed rate, which leaves the machine mostly idle. A request that could only be sent late, because the answer
/// to the one before was late, counts from when it was due.
/// </summary>
sealed class PacedLoad(IReadOnlyList<byte[]> requests, int answerSize, int ratePerSecond)
{
    public LatencyHistogram Run(int port, TimeSpan window)
    {
        var latency = new LatencyHistogram();
        Exception? failure = null;
        var count = (int)(window.TotalSeconds * ratePerSecond);
        var threads = requests.Select((request, i) => new Thread(() => RunConnection(request, TimeSpan.FromSeconds((double)i / requests.Count / ratePerSecond)))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failure is null ? latency : throw new InvalidOperationException($"The load failed: {failure.Message}", failure);

        void RunConnection(byte[] request, TimeSpan delay)
        {
            try
            {
                using var socket = Target.Connect(port);
                Thread.Sleep(delay);
                var measured = Run(socket, request, count);
                lock (latency)
                    latency.Add(measured);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }
    }

    LatencyHistogram Run(Socket socket, byte[] request, int count)
    {
        var measured = new LatencyHistogram();
        var reader = new FrameReader(socket, FrameReader.ResponseCorrelationIdPosition);
        var due = Stopwatch.GetTimestamp();
        var answered = due;
        for (var i = 0; i < count; i++, due += Stopwatch.Frequency / ratePerSecond)
        {
            SleepUntil(due);
            var sent = answered > due ? due : Stopwatch.GetTimestamp();
            socket.Send(request);
            reader.ReceiveFrame();
            answered = Stopwatch.GetTimestamp();
            measured.Record(answered - sent);
        }

        // An error is answered in fewer bytes.
        return reader.BytesReceived == (long)count * answerSize ? measured : throw new InvalidDataException($"{count} answers of {answerSize} bytes were due, {reader.BytesReceived} bytes came.");
    }

    static void SleepUntil(long due)
    {
        var remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        if (remaining > TimeSpan.Zero)
            Thread.Sleep(remaining);
    }
}
