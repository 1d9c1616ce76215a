using System.Net;
using System.Net.Sockets;

namespace NettyKafka.Benchmarks.Servers;

/// <summary>
/// The limit: a server on plain blocking sockets, a thread for each connection, that reads the same requests as the broker and answers the same bytes
/// without looking at them.
/// </summary>
static class NullServer
{
    public const string Command = "null-server";

    public static int Run()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        UsageProbe.Start();
        Console.WriteLine($"{ServerProcess.ReadyPrefix}{((IPEndPoint)listener.LocalEndPoint!).Port}.");
        var relay = new Relay();
        while (true)
        {
            var socket = listener.Accept();
            socket.NoDelay = true;
            new Thread(new NullConnection(socket, relay).Run) { IsBackground = true }.Start();
        }
    }
}
