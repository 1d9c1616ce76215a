using System.Net;
using System.Net.Sockets;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>
/// The limit: a server that reads the same requests as the broker and answers the same bytes without looking at them, on a loop of epoll for each core; elsewhere than
/// on Linux a blocking thread for each connection.
/// </summary>
static class NullServer
{
    public const string Command = "null-server";

    public static int Run(string directory)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        UsageProbe.Start();
        var relay = new Relay();
        var loops = OperatingSystem.IsLinux() ? Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new NullLoop()).ToList() : [];
        loops.ForEach(loop => loop.Start());
        Console.WriteLine($"{ServerProcess.ReadyPrefix}{((IPEndPoint)listener.LocalEndPoint!).Port}.");
        for (var i = 0; ; i++)
        {
            var socket = listener.Accept();
            socket.NoDelay = true;
            var connection = new NullConnection(socket, relay, directory);
            if (loops.Count > 0)
                loops[i % loops.Count].Add((int)socket.Handle, connection);
            else
                new Thread(connection.Run) { IsBackground = true }.Start();
        }
    }
}
