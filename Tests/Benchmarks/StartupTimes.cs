using System.Diagnostics;
using NettyKafka.Benchmarks.Load;
using NettyKafka.Benchmarks.Reports;
using NettyKafka.Benchmarks.Scenarios;
using NettyKafka.Benchmarks.Servers;
using NettyKafka.Codec.Messages;

namespace NettyKafka.Benchmarks;

/// <summary>Starts a program several times and takes the time from the start of its process to its first answer.</summary>
static class StartupTimes
{
    static readonly ApiVersionsRequest FirstRequest = new() { ClientSoftwareName = Frame.ClientId, ClientSoftwareVersion = "1" };

    public static StartupResult OfBroker(string program, string dataDirectory, int starts) =>
        Measure(starts, i => ServerPrograms.StartBroker(program, Path.Combine(dataDirectory, $"start-{i}")), server =>
        {
            using var control = new ControlConnection(server.Port);
            control.Send(FirstRequest);
        });

    public static StartupResult OfLimit(string dataDirectory, int starts) =>
        Measure(starts, _ => ServerPrograms.StartNullServer(dataDirectory), server =>
        {
            var request = Frame.Encode(FirstRequest);
            using var socket = new Target(server, IsLimit: true).Connect(Role.Answer, request);
            socket.Send(request);
            ControlConnection.ReceiveFrame(socket);
        });

    static StartupResult Measure(int starts, Func<int, ServerProcess> start, Action<ServerProcess> firstRequest)
    {
        List<TimeSpan> times = [];
        var residentBytes = 0L;
        for (var i = 0; i < starts; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var server = start(i);
            firstRequest(server);
            times.Add(Stopwatch.GetElapsedTime(started));
            residentBytes = server.ResidentBytes;
        }

        return new(times, residentBytes);
    }
}
