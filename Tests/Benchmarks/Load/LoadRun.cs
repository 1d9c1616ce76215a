using System.Diagnostics;
using System.Net.Sockets;
using NettyKafka.Benchmarks.Servers;

namespace NettyKafka.Benchmarks.Load;

/// <summary>Runs a workload on a server: all its connections at once, for one window.</summary>
static class LoadRun
{
    public static Measurement Run(Target target, Workload workload, LoadWindow window)
    {
        var bytesPerRequest = workload.Connections[0].First.Length + workload.Answer.Length;
        using var phase = new LoadPhase(Math.Max(1, window.MaxBytes / bytesPerRequest / workload.Connections.Count));
        List<Socket> sockets = [];
        try
        {
            sockets.AddRange(workload.Connections.Select(_ => target.Connect(workload.LimitRole, workload.Answer)));
            var connections = workload.Connections.Zip(sockets, (frames, socket) => new LoadConnection(socket, frames, workload.Depth, phase)).ToList();
            var threads = connections.ConvertAll(connection => new Thread(connection.Run));
            threads.ForEach(thread => thread.Start());
            var (elapsed, usage) = Measure(target, phase, window);
            threads.ForEach(thread => thread.Join());
            phase.ThrowIfFailed();
            CheckAnswers(connections, workload.Answer.Length);
            return Sum(connections, elapsed, usage, bytesPerRequest);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    static (TimeSpan Elapsed, ServerUsage Usage) Measure(Target target, LoadPhase phase, LoadWindow window)
    {
        phase.Wait(window.WarmUp);
        var before = target.Server.Usage();
        var start = Stopwatch.GetTimestamp();
        phase.StartMeasuring();
        phase.Wait(window.Measured);
        phase.EndMeasuring();
        var elapsed = Stopwatch.GetElapsedTime(start);
        return (elapsed, target.Server.Usage() - before);
    }

    // An error is answered in fewer bytes than the data it stands for.
    static void CheckAnswers(List<LoadConnection> connections, int answerSize)
    {
        foreach (var connection in connections)
            if (connection.BytesReceived != connection.Answered * answerSize)
                throw new InvalidDataException($"{connection.Answered} answers of {answerSize} bytes were due, {connection.BytesReceived} bytes came.");
    }

    static Measurement Sum(List<LoadConnection> connections, TimeSpan elapsed, ServerUsage usage, int bytesPerRequest)
    {
        var latency = new LatencyHistogram();
        connections.ForEach(connection => latency.Add(connection.Latency));
        return new(elapsed, latency.Count, latency.Count * bytesPerRequest, usage, latency, connections.Sum(connection => connection.Answered));
    }
}
